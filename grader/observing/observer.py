"""Stage one: asks a submission questions, in workers that may die, hang or lie. The only dirty step.

Knows nothing of pytest, of what is right, or of the seed.
"""

import collections
import functools
import itertools
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType

from msgspec.structs import replace

from grader.course import Course
from grader.course.catalog import Catalog
from grader.errors import ExerciseError
from grader.inside.answers import Answered
from grader.inside.said import Said, say
from grader.inside.sizes import cut_text
from grader.inside.values import Items, Raised
from grader.inside.wire import Ask, Definition, Loaded, Note, Reply, Wanted
from grader.observing.allowance import Allowance
from grader.observing.causes import Causes
from grader.observing.definitions import Origin, origin_of, resolve, with_traits
from grader.observing.vetting import Places, Vetting
from grader.observing.vocabulary import vocabulary
from grader.observing.worker import ImportedWorker
from grader.records import (
    Absent,
    Limits,
    Observation,
    Observations,
    Question,
    Row,
    TimedOut,
    Undefined,
    Visibility,
)
from grader.sandbox import Launcher
from grader.submission import SourceTree
from grader.submission.mentions import Mentions

# Enough that a worker never waits for a question, and little enough to fit into a pipe, which holds 64 KiB.
_MAX_AHEAD = 64
_MAX_BYTES_AHEAD = 32 << 10

_Sent = tuple[Question, Definition, int]


@dataclass(frozen=True, slots=True)
class _Life:
    """Our knowledge of one worker: its files' definitions, the one for each exercise, and the exercises that it ran."""

    loaded: Loaded
    answers: dict[str, Definition | Undefined | Absent] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)


class Observer:
    """Puts questions to one submission. Use it as a context manager: leaving it ends the worker.

    `wanted` are the names that its files are searched for: the course's exercises, unless others are given.
    `notes` and `import_output` are complete after the first question. Once `cancelled` is set, asking raises
    `Cancelled`.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # what is observed, where, and two things with defaults
        self,
        tree: SourceTree,
        course: Course,
        launcher: Launcher,
        limits: Limits,
        wanted: Sequence[str] | None = None,
        cancelled: threading.Event | None = None,
    ) -> None:
        catalog = course.catalog
        names = _wanted(catalog) if wanted is None else [Wanted(name=name) for name in wanted]
        self._worker = ImportedWorker(tree, names, launcher, limits, cancelled or threading.Event())
        self._tree = tree
        self._course = course
        self._catalog = catalog
        self._limits = limits
        self._beside_others: set[str] = set()
        self._given_up: set[str] = set()
        self._allowance = Allowance(limits.question_seconds)
        self._late: collections.defaultdict[str, float] = collections.defaultdict(float)
        self._printed: collections.Counter[str] = collections.Counter()
        self._deadline = time.monotonic() + limits.submission_seconds
        self._number = 0
        self._vetting = Vetting(Places.of(tree.files), course.phrasebook)
        self._places_of = {file.path: Places.of([file]) for file in tree.files}
        # Bare names: the source may bring them in under any alias.
        names_of_shortcuts = tuple(dict.fromkeys(name.rpartition(".")[2] for name in course.subject.SHORTCUTS))
        self._mentions = Mentions(tree.files, names_of_shortcuts, course.subject.LIBRARIES)
        self._last_life: _Life | None = None
        self._explanations: set[tuple[str, tuple[Said, ...]]] = set()

    def __enter__(self) -> "Observer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._worker.end()

    @property
    def notes(self) -> tuple[Note, ...]:
        """The failures while the submission's files were read and run."""
        return self._worker.notes

    @property
    def import_output(self) -> str:
        """The text that the submission's files printed while they were run."""
        return self._worker.output

    def observe(self, questions: Iterable[Question]) -> Observations:
        """Ask each question once. Visible ones come first, so that no hidden input can show up in their answers."""
        rows: Observations = {}
        for _, together in itertools.groupby(in_order(questions), key=lambda question: question.visibility):
            rows |= self._observe_all(list(together))
        return rows

    def observe_again(self, exercises: Iterable[Sequence[Question]]) -> Observations:
        """Ask the questions of some exercises in a fresh worker, one exercise after the other.

        Where there are several, a later exercise's answer to a visible question may tell of a hidden question of an
        earlier exercise. Such an answer can be compared, and must not be shown.
        """
        self._worker.end()
        self._given_up.clear()
        self._printed.clear()
        rows: Observations = {}
        for questions in exercises:
            rows |= self.observe(questions)
        return rows

    def late(self, rows: Observations) -> Observations:
        """The rows of calls that did not end, with all the time that such calls of their exercise have had so far."""
        return {
            question: replace(row, observation=replace(observation, seconds=self._late[question.exercise]))
            for question, row in rows.items()
            if isinstance(observation := row.observation, TimedOut) and observation.limit in {"cpu", "blocked", "wall"}
        }

    def ran_beside_others(self, exercise: str) -> bool:
        """Has something of this exercise ever been asked in a worker that had run another one before?"""
        return exercise in self._beside_others

    def observe_function(self, questions: Iterable[Question], function: str) -> Observations:
        """Ask questions of a function that is not named after the exercise, as misconceptions are."""
        self._given_up.clear()
        self._allowance = Allowance(self._limits.question_seconds)
        self._late.clear()
        return self._observe_all(list(questions), function)

    def definition(self, exercise: str) -> Definition | Undefined | Absent:
        """The definition that answers an exercise, as the files define it that run now."""
        life = self._life()
        if exercise not in life.answers:
            definitions = life.loaded.definitions
            life.answers[exercise] = resolve(definitions, exercise, self._catalog, self._tree, self._causes)
        return life.answers[exercise]

    def origin(self, exercise: str, *, explained: bool) -> Origin:
        """Where an exercise's function was found, in words for the report; `explained` has its traits as well."""
        origin = origin_of(self.definition(exercise))
        return with_traits(origin, exercise, self._causes) if explained else origin

    @functools.cached_property
    def _causes(self) -> Causes:
        return Causes(self._tree, self.notes, self._course.phrasebook)

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
        if self._is_given_up(question.exercise):
            return Row(observation=TimedOut(limit="exercise", seconds=self._limits.question_seconds))
        answers = self._answering(question, function)
        return None if isinstance(answers, Definition) else Row(observation=answers)

    def _life(self) -> _Life:
        """Our knowledge of the worker that runs now. Every worker loads the files anew, and has run no exercise yet."""
        _, loaded = self._worker.get()
        if self._last_life is None or self._last_life.loaded is not loaded:
            self._last_life = _Life(loaded)
        return self._last_life

    def _answering(self, question: Question, function: str | None) -> Definition | Undefined | Absent:
        """The definition that answers a question: the exercise's function, or the function that is named."""
        return self.definition(question.exercise) if function is None else self._named(function)

    def _send_ahead(self, questions: Iterable[Question], function: str | None) -> "collections.deque[_Sent]":
        """Send as many questions as the worker may have waiting, up to the first one that is not to be asked."""
        session, _ = self._worker.get()
        sent: collections.deque[_Sent] = collections.deque()
        ahead = 0
        for question in itertools.islice(questions, _MAX_AHEAD):
            answers = self._answering(question, function)
            if not isinstance(answers, Definition) or self._is_given_up(question.exercise):
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
                    again=question.calls > 1,
                )
            )
            sent.append((question, answers, self._number))
            if ahead > _MAX_BYTES_AHEAD:
                break
        return sent

    def _receive(self, question: Question, answers: Definition, number: int) -> Row:
        """The answer to the question that is next in turn.

        A worker in which threads go on computing would make every next answer slow, so it ends.
        """
        session, _ = self._worker.get()
        exercise = question.exercise
        ran = self._life().ran
        ran.add(exercise)
        if ran != {exercise}:
            self._beside_others.add(exercise)
        seconds = self._allowance.seconds(exercise, is_alone=ran == {exercise})
        session.start_clocks()
        answer = self._worker.answer(seconds, number)
        observation: Observation = answer.observation if isinstance(answer, Reply) else answer
        output = session.take_output()
        if self._worker.runs and session.is_slowed():
            self._worker.end()
        if isinstance(observation, TimedOut):
            self._given_up.add(exercise)
            self._allowance.lose(exercise, seconds)
            self._late[exercise] += observation.seconds
        vetted = self._vetted(observation, question, answers)
        return Row(
            observation=vetted,
            output=self._kept(output, exercise),
            cause=self._cause(vetted, question),
            code=self._causes.line_of(vetted.file, vetted.line) if isinstance(vetted, Raised) else "",
        )

    def _is_given_up(self, exercise: str) -> bool:
        """Has it run out of time in this run, or in those before?"""
        return exercise in self._given_up or self._allowance.is_used_up(exercise)

    def _kept(self, output: str, exercise: str) -> str:
        """As much of what was printed as there is room for: all calls of an exercise share what one may print."""
        kept = cut_text(output, max(0, self._limits.output_characters - self._printed[exercise])) if output else ""
        self._printed[exercise] += len(kept.encode())
        return kept

    def _vetted(self, observation: Observation, question: Question, answers: Definition) -> Observation:
        """The observation in our own terms, with what the source mentions beside what was watched."""
        known = vocabulary(self._course, question)
        vetted = self._vetting.vet(observation, question, known, self._places_of[answers.file])
        if not isinstance(vetted, Answered):
            return vetted
        # Last, so that it takes the place of anything that a worker sent under this name.
        return Answered(facts=(*vetted.facts, ("mentions", self._mentioned(answers.file, answers.name))))

    def _mentioned(self, path: str, function: str) -> Items:
        return Items(kind="tuple", items=self._mentions.of(path, function))

    def _cause(self, observation: Observation, question: Question) -> tuple[Said, ...]:
        """The source's words on an exception; of a hidden question only what a visible one has shown."""
        if not isinstance(observation, Raised):
            return ()
        cause = self._causes.of_exception(observation)
        if question.visibility is Visibility.VISIBLE:
            self._explanations.add((question.exercise, cause))
        return cause if (question.exercise, cause) in self._explanations else ()

    def _named(self, function: str) -> Definition:
        for definition in self._life().loaded.definitions:
            if definition.name == function:
                return definition
        raise ExerciseError(say("author.no_function", name=self._tree.name, function=function))


def in_order(questions: Iterable[Question]) -> list[Question]:
    """Questions as they are asked: the visible ones first."""
    return sorted(questions, key=lambda question: question.visibility is Visibility.HIDDEN)


def _wanted(catalog: Catalog) -> list[Wanted]:
    """The functions of all exercises."""
    return [
        Wanted(name=exercise.id, chapter=chapter.id, given=exercise.given)
        for chapter in catalog.chapter
        for exercise in chapter.exercise
    ]
