"""The conditions under which the exam of a batch may be told to everybody."""

from pathlib import Path

from grader.batch.entry import observed_of
from grader.batch.journal import History
from grader.errors import UsageError
from grader.exam import Exam, questions_of
from grader.inside.said import say


def require_finished(history: History, out: Path) -> None:
    """Refuse an exam that somebody may still be graded with."""
    if not history.finished:
        raise UsageError(say("usage.unfinished", out=str(out)))


def require_asked(history: History, out: Path, exam: Exam) -> None:
    """Refuse an exam that is not the batch's: since then the course has changed, or draws its questions otherwise."""
    for identity in history.identities:
        entry = history.entry(identity)
        asked = {question for question, _ in observed_of(entry).rows} if entry else set()
        # Where grading itself failed there are none; of the others, all were asked the same.
        if asked:
            if not asked.issuperset(questions_of(exam)):
                raise UsageError(say("usage.asks_otherwise", out=str(out)))
            return
