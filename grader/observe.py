"""Stage one: asks a submission questions, in workers that may die, hang or lie. The only dirty step.

Knows nothing of pytest, of what is right, or of the seed.
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from types import TracebackType

from grader.catalog import Catalog
from grader.errors import ExerciseError
from grader.model import Absent, Died, Limits, Observation, Observations, Question, Row, TimedOut, Undefined, Visibility
from grader.resolve import Source, choices, resolve
from grader.sandbox import Closed, Launcher, Session
from grader.submission import SourceTree
from grader.wire import Ask, Definition, Entered, Load, Loaded, Note, Ready, Reply

_MAX_LOST_IMPORTS = 3


class Observer:
    """Puts questions to one submission. Use it as a context manager: leaving it ends the worker.

    `wanted` are the names that the submission's files are searched for: the catalog's exercises, unless others are given.
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
        self._session: Session | None = None
        self._ran: set[str] = set()
        self._skip: list[tuple[str, int]] = []
        self._time_outs: Counter[str] = Counter()
        self._deadline = time.monotonic() + limits.submission_seconds
        self._number = 0
        self._loaded: Loaded | None = None
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
        ran = self._loaded.notes if self._loaded else ()
        return (*self._tree.notes, *self._lost, *ran)

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
        while self._session is None or self._loaded is None:
            self._session = Session(self._launcher, self._limits)
            self._ran = set()
            lost = self._import(self._session)
            if lost is None:
                break
            self._lost.append(lost)
            self._skip.append((lost.file, lost.line or 0))
        assert self._session is not None and self._loaded is not None  # the loop ends no other way
        return self._session, self._loaded

    def _import(self, session: Session) -> Note | None:
        """Have a new worker run the files; None when it did, else a note on the statement that ended it."""
        session.send(self._load_order(session.new_mark()))
        place, line = ".", None
        while True:
            match session.receive(self._limits.import_seconds):
                case Entered(file=place, line=line):
                    continue
                case Loaded() as loaded:
                    self._loaded = loaded
                    self.import_output = self.import_output or session.take_output()
                    return None
                case TimedOut(seconds=seconds):
                    self._end()
                    reason = f"did not end within {seconds:g} s"
                case Closed(reason=wrong):
                    reason = self._end(wrong).reason
                case Ready() | Reply():
                    reason = self._end("answered out of turn").reason
            self.import_output = self.import_output or session.take_output()
            return Note(file=place, line=line, text=f"the statement that begins here {reason}; it was left out", failed=True)

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
        session, self._session = self._session, None
        return session.end(reason) if session else Died(reason="had ended before")
