"""The rehearsal of a process that workers are forked from."""

import io
import subprocess
import sys
from collections.abc import Iterable

from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.values import Raised
from grader.inside.wire import Loaded, Reply, WorkerReport, decode_report, read_frame
from tests.support import COURSE, ROOT

_PROGRAM = """
import linecache, os, sys
from grader.inside.commands import Equipment
from grader.inside.worker.serve import prepare
from grader.inside.worker.rehearsal import rehearse
setting = prepare(Equipment(subject=sys.argv[1], probes=sys.argv[2]))
before = list(sys.meta_path), set(linecache.cache), set(sys.modules)
answers = rehearse(setting)
after = list(sys.meta_path), set(linecache.cache), set(sys.modules)
assert (before[0], before[1] & after[1]) == (after[0], before[1]), "something is left"
assert not [name for name in after[1] | after[2] if "rehearsal.py" in name and "/" not in name], "something is left"
sys.stdout.buffer.write(answers)
"""


def rehearsed(subject: str) -> list[WorkerReport]:
    """The reports of a rehearsal, after which nothing is left."""
    completed = subprocess.run(
        [sys.executable, "-c", _PROGRAM, subject, COURSE.equipment.probes],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    stream = io.BytesIO(completed.stdout)
    reports = []
    while body := read_frame(stream):
        reports.append(decode_report(body))
    return reports


def answers_in(reports: Iterable[WorkerReport]) -> list[Answered | Raised | NotStarted | OutOfMemory]:
    """The answers of a submission that was loaded whole."""
    (loaded,) = [report for report in reports if isinstance(report, Loaded)]
    assert loaded.notes == ()
    return [report.observation for report in reports if isinstance(report, Reply)]


def test_every_question_is_answered_and_nothing_is_left() -> None:
    """The little submission is loaded whole; an answer that had to be an exception is one, and no other."""
    answers = answers_in(rehearsed("torch"))
    assert {type(answer) for answer in answers} == {Answered, Raised}
    assert {answer.message for answer in answers if isinstance(answer, Raised)} == {"no answer"}
    assert {answer.exception for answer in answers if isinstance(answer, Raised)} == {"ValueError"}


def test_a_subject_without_a_library_is_rehearsed_too() -> None:
    """Every question of Python's own little submission has an answer."""
    answers = answers_in(rehearsed("python"))
    assert {type(answer) for answer in answers} == {Answered}
