"""Stage one: asks a submission questions, in workers that may die, hang or lie. The only dirty step.

Knows nothing of pytest, of what is right, or of the seed.
"""

import time
from collections import Counter
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
    Row,
    TimedOut,
    Undefined,
    Visibility,
)
from grader.resolve import Source, choices, resolve
from grader.sandbox import Closed, Launcher, Session
from grader.submission import SourceTree
from grader.submission.mentions import mentioned
from grader.vetting import vet
from grader.wire import Ask, Definition, Note, Reply


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
        self._time_outs: Counter[str] = Counter()
        self._deadline = time.monotonic() + limits.submission_seconds
        self._number = 0
        self._places = frozenset(cell.file for file in tree.files for cell in file.cells)
        self._mentioned: dict[tuple[str, str], Items] = {}

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
        return {question: self._observe(question, None) for question in ordered}

    def observe_alone(self, questions: Iterable[Question]) -> Observations:
        """Ask questions of one exercise in a worker that runs no other."""
        self._worker.end()
        self._time_outs.clear()
        return self.observe(questions)

    def observe_function(self, questions: Iterable[Question], function: str) -> Observations:
        """Ask questions of a function that is not named after the exercise, as misconceptions are."""
        return {question: self._observe(question, function) for question in questions}

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

    def _observe(self, question: Question, function: str | None) -> Row:
        exercise = question.exercise
        if time.monotonic() > self._deadline:
            return Row(observation=TimedOut(limit="submission", seconds=self._limits.submission_seconds))
        if self._time_outs[exercise] >= self._limits.time_outs_per_exercise:
            return Row(observation=TimedOut(limit="exercise", seconds=self._limits.question_seconds))
        if not self._worker.runs:
            self._ran = set()
        answers = self.definition(exercise) if function is None else self._named(function)
        if not isinstance(answers, Definition):
            return Row(observation=answers)
        session, _ = self._worker.get()
        self._ran.add(exercise)
        alone = self._ran == {exercise}
        observation = self._ask(session, question, answers)
        output = session.take_output()
        if isinstance(observation, TimedOut):
            self._time_outs[exercise] += 1
        return Row(observation=observation, output=output, alone=alone)

    def _ask(self, session: Session, question: Question, answers: Definition) -> Observation:
        self._number += 1
        session.send(
            Ask(
                number=self._number,
                chapter=self._catalog.chapter_of(question.exercise).id,
                exercise=question.exercise,
                file=answers.file,
                function=answers.name,
                inputs=question.inputs,
                mark=session.new_mark(),
            )
        )
        match session.receive(self._limits.question_seconds):
            case Reply(number=number, observation=observation) if number == self._number:
                return self._vetted(observation, question, answers)
            case TimedOut() as timed_out:
                self._worker.end()
                return timed_out
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
        return Answered(facts=(*vetted.facts, ("mentions", self._mentions(answers.file, answers.name))))

    def _mentions(self, path: str, function: str) -> Items:
        if (path, function) not in self._mentioned:
            found = [mentioned(file, function, SHORTCUTS) for file in self._tree.files if file.path == path]
            self._mentioned[path, function] = Items(kind="tuple", items=found[0] if found else ())
        return self._mentioned[path, function]

    def _named(self, function: str) -> Definition:
        _, loaded = self._worker.get()
        for definition in loaded.definitions:
            if definition.name == function:
                return definition
        raise ExerciseError(f"{self._tree.name} defines no function named {function}")
