"""Stage one: asks a submission questions, in workers that may die, hang or lie. The only dirty step.

Knows nothing of pytest, of what is right, or of the seed.
"""

import collections
import functools
import itertools
import time
from collections.abc import Iterable, Sequence
from types import TracebackType

from grader.catalog import Catalog
from grader.errors import ExerciseError
from grader.imported import ImportedWorker
from grader.model import (
    SHORTCUTS,
    Absent,
    Answered,
    Items,
    Limits,
    Observation,
    Observations,
    Question,
    Raised,
    Row,
    TimedOut,
    TooMuchOutput,
    Undefined,
    Visibility,
)
from grader.resolve import Source, choices, resolve
from grader.sandbox import Closed, Launcher
from grader.submission import SourceTree
from grader.submission.independence import Independence
from grader.submission.mentions import Mentions
from grader.vetting import vet
from grader.wire import Ask, Definition, Note, Reply, Report

# Enough that a worker never waits for a question, and little enough to fit into a pipe, which holds 64 KiB.
_MAX_AHEAD = 64
_MAX_BYTES_AHEAD = 32 << 10

_Sent = tuple[Question, Definition, int]


class Observer:
    """Puts questions to one submission. Use it as a context manager: leaving it ends the worker.

    `wanted` are the names that its files are searched for: the catalog's exercises, unless others are given.
    `notes` and `import_output` are complete after the first question.
    """

    def __init__(
        self,
        tree: SourceTree,
        catalog: Catalog,
        launcher: Launcher,
        limits: Limits,
        wanted: Sequence[str] | None = None,
    ) -> None:
        names = catalog.exercise_ids if wanted is None else wanted
        self._worker = ImportedWorker(tree, names, [chapter.id for chapter in catalog.chapter], launcher, limits)
        self._tree = tree
        self._catalog = catalog
        self._limits = limits
        self._ran: set[str] = set()
        self._time_outs: collections.Counter[str] = collections.Counter()
        self._late_beside_others: set[str] = set()
        self._deadline = time.monotonic() + limits.submission_seconds
        self._number = 0
        self._places = frozenset(cell.file for file in tree.files for cell in file.cells)
        self._mentions = Mentions(tree.files, SHORTCUTS)

    def __enter__(self) -> "Observer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._worker.end()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What went wrong while reading and running the submission's files."""
        return self._worker.notes

    @property
    def import_output(self) -> str:
        """What the submission's files printed while they were run."""
        return self._worker.output

    def observe(self, questions: Iterable[Question]) -> Observations:
        """Ask each question once. Visible ones come first, so that no hidden input can show up in their answers."""
        ordered = sorted(questions, key=lambda question: question.visibility is Visibility.HIDDEN)
        rows: Observations = {}
        for _, together in itertools.groupby(ordered, key=lambda question: question.visibility):
            rows |= self._observe_all(list(together))
        return rows

    def observe_alone(self, questions: Iterable[Question]) -> Observations:
        """Ask questions of one exercise in a worker that runs no other."""
        self._worker.end()
        self._time_outs.clear()
        self._late_beside_others.clear()
        return self.observe(questions)

    def observe_function(self, questions: Iterable[Question], function: str) -> Observations:
        """Ask questions of a function that is not named after the exercise, as misconceptions are."""
        return self._observe_all(list(questions), function)

    def may_be_influenced(self, question: Question, row: Row) -> bool:
        """Could this be another answer in a worker of its own? A death or a lack of time may have any reason."""
        if row.alone or not isinstance(row.observation, Answered | Raised):
            return not row.alone
        answers = self.definition(question.exercise)
        return not isinstance(answers, Definition) or not self._independence.of(answers.file, answers.name)

    @functools.cached_property
    def _independence(self) -> Independence:
        return Independence(self._tree.files)

    def definition(self, exercise: str) -> Definition | Undefined | Absent:
        """What answers an exercise."""
        _, loaded = self._worker.get()
        return resolve(loaded.definitions, exercise, self._catalog, self._tree.files, self.notes)

    def source(self, exercise: str) -> Source:
        """Where an exercise's function was found, in words for the report."""
        _, loaded = self._worker.get()
        found = self.definition(exercise)
        if not isinstance(found, Definition):
            return Source(file=None, notes=())
        others = [file for file in choices(loaded.definitions, exercise) if file != found.file]
        notes = (f"also defined in {', '.join(others)}; the one in {found.file} was graded",) if others else ()
        return Source(file=found.file, notes=notes)

    def _observe_all(self, questions: Sequence[Question], function: str | None = None) -> Observations:
        """Ask questions that may know of one another: all are sent ahead, and answered one by one.

        After a death or a time-out the rest goes to a fresh worker.
        """
        rows: Observations = {}
        left = collections.deque(questions)
        while left:
            if (row := self._without_asking(left[0], function)) is not None:
                rows[left.popleft()] = row
                continue
            sent = self._send_ahead(left, function)
            while sent and self._worker.runs:
                question, answers, number = sent.popleft()
                rows[question] = self._receive(question, answers, number)
                left.popleft()
        return rows

    def _without_asking(self, question: Question, function: str | None) -> Row | None:
        """The row of a question that is not asked, or not asked any more."""
        if time.monotonic() > self._deadline:
            return Row(observation=TimedOut(limit="submission", seconds=self._limits.submission_seconds))
        if self._time_outs[question.exercise] >= self._limits.time_outs_per_exercise:
            limit = TimedOut(limit="exercise", seconds=self._limits.question_seconds)
            return Row(observation=limit, alone=question.exercise not in self._late_beside_others)
        answers = self._answering(question, function)
        return None if isinstance(answers, Definition) else Row(observation=answers)

    def _answering(self, question: Question, function: str | None) -> Definition | Undefined | Absent:
        if not self._worker.runs:
            self._ran = set()
        return self.definition(question.exercise) if function is None else self._named(function)

    def _send_ahead(self, questions: Iterable[Question], function: str | None) -> "collections.deque[_Sent]":
        """Send as many questions as the worker may have waiting, up to the first one that is not to be asked."""
        session, _ = self._worker.get()
        sent: collections.deque[_Sent] = collections.deque()
        ahead = 0
        for question in itertools.islice(questions, _MAX_AHEAD):
            answers = self._answering(question, function)
            if not isinstance(answers, Definition):
                break
            self._number += 1
            ahead += session.send(
                Ask(
                    number=self._number,
                    chapter=self._catalog.chapter_of(question.exercise).id,
                    exercise=question.exercise,
                    file=answers.file,
                    function=answers.name,
                    inputs=question.inputs,
                    mark=session.new_mark(),
                    # Once an exercise is enough, and what goes wrong may be shown.
                    again=question.visibility is Visibility.VISIBLE,
                )
            )
            sent.append((question, answers, self._number))
            if ahead > _MAX_BYTES_AHEAD:
                break
        return sent

    def _receive(self, question: Question, answers: Definition, number: int) -> Row:
        """The answer to the question that is next in turn."""
        session, _ = self._worker.get()
        self._ran.add(question.exercise)
        alone = self._ran == {question.exercise}
        session.start_clocks()
        observation = self._outcome(session.receive(self._limits.question_seconds), number)
        output = session.take_output()
        if isinstance(observation, TimedOut):
            self._time_outs[question.exercise] += 1
            if not alone:
                self._late_beside_others.add(question.exercise)
        return Row(observation=self._vetted(observation, question, answers), output=output, alone=alone)

    def _outcome(self, report: Report | Closed | TimedOut | TooMuchOutput, number: int) -> Observation:
        """What a worker's report says about this question; the worker ends unless it answered in turn."""
        match report:
            case Reply(number=answered, observation=observation) if answered == number:
                return observation
            case TimedOut() | TooMuchOutput():
                self._worker.end()
                return report
            case Closed(reason=reason):
                return self._worker.end(reason)
            case _:
                return self._worker.end("answered out of turn")

    def _vetted(self, observation: Observation, question: Question, answers: Definition) -> Observation:
        """The observation in words of our own, with what the source says beside what was watched."""
        vetted = vet(observation, question, self._places)
        if not isinstance(vetted, Answered):
            return vetted
        # Last, so that it takes the place of anything that a worker sent under this name.
        return Answered(facts=(*vetted.facts, ("mentions", self._mentioned(answers.file, answers.name))))

    def _mentioned(self, path: str, function: str) -> Items:
        return Items(kind="tuple", items=self._mentions.of(path, function))

    def _named(self, function: str) -> Definition:
        _, loaded = self._worker.get()
        for definition in loaded.definitions:
            if definition.name == function:
                return definition
        raise ExerciseError(f"{self._tree.name} defines no function named {function}")
