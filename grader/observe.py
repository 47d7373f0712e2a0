"""Stage one: asks a submission questions, in workers that may die, hang or lie. The only dirty step.

Knows nothing of pytest, of what is right, or of the seed.
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from types import TracebackType

from grader.catalog import Catalog
from grader.errors import ExerciseError
from grader.model import (
    Absent,
    Died,
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
from grader.wire import Ask, Definition, Entered, Load, Loaded, Note, Ready, Reply

_MAX_LOST_IMPORTS = 3


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
        self._tree = tree
        self._catalog = catalog
        self._wanted = catalog.exercise_ids if wanted is None else tuple(wanted)
        self._launcher = launcher
        self._limits = limits
        self._ran: set[str] = set()
        self._skip: list[tuple[str, int]] = []
        self._time_outs: Counter[str] = Counter()
        self._deadline = time.monotonic() + limits.submission_seconds
        self._number = 0
        self._worker: tuple[Session, Loaded] | None = None
        self._ran_notes: tuple[Note, ...] = ()
        self._lost: list[Note] = []
        self.import_output = ""

    def __enter__(self) -> "Observer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What went wrong while reading and running the submission's files."""
        return (*self._tree.notes, *self._lost, *self._ran_notes)

    def observe(self, questions: Iterable[Question]) -> Observations:
        """Ask each question once. Visible ones come first, so that no hidden input can show up in their answers."""
        ordered = sorted(questions, key=lambda question: question.visibility is Visibility.HIDDEN)
        return {question: self._observe(question, None) for question in ordered}

    def observe_alone(self, questions: Iterable[Question]) -> Observations:
        """Ask questions of one exercise in a worker that runs no other."""
        self._end()
        self._time_outs.clear()
        return self.observe(questions)

    def observe_function(self, questions: Iterable[Question], function: str) -> Observations:
        """Ask questions of a function that is not named after the exercise, as misconceptions are."""
        return {question: self._observe(question, function) for question in questions}

    def definition(self, exercise: str) -> Definition | Undefined | Absent:
        """What answers an exercise."""
        _, loaded = self._load()
        return resolve(loaded.definitions, exercise, self._catalog, self._tree.files, self.notes)

    def source(self, exercise: str) -> Source:
        """Where an exercise's function was found, in words for the report."""
        _, loaded = self._load()
        found = self.definition(exercise)
        if not isinstance(found, Definition):
            return Source(file=None, notes=())
        others = [file for file in choices(loaded.definitions, exercise) if file != found.file]
        notes = (f"also defined in {', '.join(others)}; the one in {found.file} was graded",) if others else ()
        return Source(file=found.file, notes=notes)

    # ------------------------------------------------------------ questions

    def _observe(self, question: Question, function: str | None) -> Row:
        exercise = question.exercise
        if time.monotonic() > self._deadline:
            return Row(observation=TimedOut(limit="submission", seconds=self._limits.submission_seconds))
        if self._time_outs[exercise] >= self._limits.time_outs_per_exercise:
            return Row(observation=TimedOut(limit="exercise", seconds=self._limits.question_seconds))
        answers = self.definition(exercise) if function is None else self._named(function)
        if not isinstance(answers, Definition):
            return Row(observation=answers)
        session, _ = self._load()
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
                return observation
            case TimedOut() as timed_out:
                self._end()
                return timed_out
            case Closed(reason=reason):
                return self._end(reason)
            case _:
                return self._end("answered out of turn")

    def _named(self, function: str) -> Definition:
        _, loaded = self._load()
        for definition in loaded.definitions:
            if definition.name == function:
                return definition
        raise ExerciseError(f"{self._tree.name} defines no function named {function}")

    # ------------------------------------------------------------ workers

    def _load(self) -> tuple[Session, Loaded]:
        """A worker that has run the submission's files. A statement that hangs or kills is left out the next time."""
        while self._worker is None:
            self._ran = set()
            session = Session(self._launcher, self._limits)
            outcome = self._import(session)
            self.import_output = self.import_output or session.take_output()
            if isinstance(outcome, Loaded):
                self._ran_notes = outcome.notes
                self._worker = session, outcome
            else:
                self._lost.append(outcome)
                self._skip.append((outcome.file, outcome.line or 0))
        return self._worker

    def _import(self, session: Session) -> Loaded | Note:
        """Have a new worker run the files. A note names the statement that ended the worker, if one did."""
        session.send(self._load_order(session.new_mark()))
        last = Entered(file=".", line=0)
        while True:
            report = session.receive(self._limits.import_seconds)
            match report:
                case Entered():
                    last = report
                case Loaded():
                    return report
                case TimedOut() | Closed() | Ready() | Reply():
                    text = f"the statement that begins here {_how_it_ended(session, report)}; it was left out"
                    return Note(file=last.file, line=last.line or None, text=text, failed=True)

    def _load_order(self, mark: str) -> Load:
        # A file that lost several statements is not run again: each loss costs a whole time limit.
        losses = Counter(file for file, _ in self._skip)
        given_up = {file for file, count in losses.items() if count >= _MAX_LOST_IMPORTS}
        files = tuple(file for file in self._tree.files if not any(cell.file in given_up for cell in file.cells))
        return Load(
            files=files,
            wanted=self._wanted,
            chapters=tuple(chapter.id for chapter in self._catalog.chapter),
            skip=tuple(self._skip),
            memory_bytes=self._limits.memory_bytes,
            mark=mark,
        )

    def _end(self, reason: str | None = None) -> Died:
        worker, self._worker = self._worker, None
        return worker[0].end(reason) if worker else Died(reason="had ended before")


def _how_it_ended(session: Session, report: TimedOut | Closed | Ready | Reply) -> str:
    """End a worker that did not get through the import, and say in words what had happened."""
    match report:
        case TimedOut(seconds=seconds):
            session.end()
            return f"was running when the import's {seconds:g} s were used up"
        case Closed(reason=reason):
            return session.end(reason).reason
        case Ready() | Reply():
            return session.end("answered out of turn").reason
