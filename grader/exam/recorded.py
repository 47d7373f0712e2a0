"""An exam in a file: its questions, what is right, and what each misconception answers, as data.

Its reader needs no oracle and no misconception, and one that is cut to its visible questions holds no secret. A
file is a line with the version, and then zipped msgpack, decoded strictly and within bounds.
"""

import contextlib
import functools
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from grader.authoring import CaseSet, Check
from grader.course import Course
from grader.course.catalog import Catalog
from grader.course.misconceptions import Misconception
from grader.errors import ExerciseError, UsageError
from grader.exam.exam import Asked, Exam, Expected, checks_of, questions_of, suspect
from grader.exam.smaller import known_smaller
from grader.inside.said import Said, say
from grader.inside.values import Record, Value
from grader.judging.diagnosis import Suspect
from grader.judging.elsewhere import derived
from grader.records import Question, Row, Visibility
from grader.words.calls import JUST_CALLED

_MAGIC = b"gradlings exam 1\n"
_MAX_BYTES = 64 << 20
_MAX_COUNT = 100_000

Many = Meta(max_length=_MAX_COUNT)
_Known = Annotated[tuple[tuple[str, Value], ...], Many]


class _Item(Record):
    """A question, what is right, and what is right for the questions derived from it; None where nobody knows."""

    question: Question
    expected: _Known | None
    derived: Annotated[tuple[_Known | None, ...], Many]


class Idea(Record):
    """A misconception with its rows, in the order of its exercise's questions."""

    misconception: Misconception
    rows: Annotated[tuple[Row, ...], Many]


class Unseen(Record):
    """A check that is hidden as a whole, as far as everybody may know of it."""

    exercise: str
    name: str
    title: Said
    points: Annotated[int, Meta(ge=0)]
    witnessed: bool


class RecordedFile(Record):
    """The content of a file.

    `checks` are, by id, the places of their questions among the items. An item that no check asks is a smaller one of
    another. `unseen` are the checks that are left out, and `later` says of each exercise how many questions are.
    """

    seed: str | None
    exercises: Annotated[tuple[str, ...], Many]
    items: Annotated[tuple[_Item, ...], Many]
    checks: Annotated[dict[str, Annotated[tuple[int, ...], Many]], Many]
    ideas: Annotated[tuple[Idea, ...], Many]
    unseen: Annotated[tuple[Unseen, ...], Many]
    later: Annotated[dict[str, Annotated[int, Meta(ge=0)]], Many]


_DECODER = msgspec.msgpack.Decoder(RecordedFile)


class RecordedExam:
    """An exam as it was written down, held against the course that it belongs to.

    Raises `UsageError` where the two do not fit together, or the file contradicts itself.
    """

    def __init__(self, course: Course, file: RecordedFile) -> None:
        self.course = course
        self.seed = file.seed
        self.later: Mapping[str, int] = file.later
        _require_the_course(course, file)
        self.catalog: Catalog = course.catalog.select(file.exercises)
        self.questions: Asked = _questions(course, file)
        self._ideas = _ideas(self, file)
        self._expected: dict[Question, Expected] = {}
        for item in file.items:
            # strict=False: of other data, nobody has to know what is right.
            others = zip(derived(item.question), item.derived, strict=False)
            for question, known in ((item.question, item.expected), *others):
                if known is not None:
                    self._expected[question] = dict(known)
        self.suspects = functools.cache(self._suspects)

    def expected(self, question: Question) -> Expected:
        """The right facts; raises `ExerciseError` where the one who recorded did not know them."""
        if question not in self._expected:
            raise ExerciseError(say("exam.unknown"))
        return self._expected[question]

    def _suspects(self, exercise: str) -> Sequence[Suspect]:
        return suspects_of(self, exercise, self._ideas)


def recorded(exam: Exam, *, visible_only: bool = False) -> bytes:
    """An exam as the content of a file; with `visible_only`, without anything that belongs to a hidden question."""
    kept = _visible if visible_only else tuple
    asked: Mapping[str, Sequence[Question]] = {
        check.id: kept(questions)
        for check, questions in exam.questions.items()
        if not visible_only or exam.course.is_handed_out(check)
    }
    questions = list(dict.fromkeys(question for several in asked.values() for question in several))
    if visible_only:  # whoever practises is shown the smallest one that is wrong
        questions += [small for question in questions for small in known_smaller(exam, question)]
    items = {question: number for number, question in enumerate(dict.fromkeys(questions))}
    file = RecordedFile(
        seed=None if visible_only else exam.seed,
        exercises=exam.catalog.exercise_ids,
        items=tuple(
            _Item(
                question=question,
                expected=_known(exam, question),
                derived=tuple(_known(exam, one) for one in derived(question)),
            )
            for question in items
        ),
        checks={check: tuple(items[question] for question in questions) for check, questions in asked.items()},
        ideas=tuple(
            idea for exercise in exam.catalog.exercise_ids for idea in ideas_of(exam, exercise, items.__contains__)
        ),
        unseen=tuple(_unseen(check) for check in exam.questions if check.id not in asked),
        later=_left_out(exam) if visible_only else {},
    )
    return _MAGIC + zlib.compress(msgspec.msgpack.encode(file))


def _visible(questions: Sequence[Question]) -> Sequence[Question]:
    return [one for one in questions if one.visibility is Visibility.VISIBLE]


def _unseen(check: Check) -> Unseen:
    return Unseen(
        exercise=check.cases.exercise,
        name=check.name,
        title=check.title,
        points=check.points,
        witnessed=check.witnessed,
    )


def _left_out(exam: Exam) -> dict[str, int]:
    """How many hidden questions each exercise has."""
    hidden = (one for one in questions_of(exam) if one.visibility is Visibility.HIDDEN)
    return dict(Counter(question.exercise for question in hidden))


def ideas_of(exam: Exam, exercise: str, keep: Callable[[Question], bool] = lambda _: True) -> tuple[Idea, ...]:
    """The misconceptions of an exercise as data, with their answers to the questions that are to be kept."""
    questions = [one for one in questions_of(exam, checks_of(exam, exercise)) if keep(one)]
    return tuple(
        Idea(misconception=one.misconception, rows=tuple(one.observations[question] for question in questions))
        for one in exam.suspects(exercise)
    )


def suspects_of(exam: Exam, exercise: str, ideas: Sequence[Idea]) -> Sequence[Suspect]:
    """The misconceptions of an exercise, judged in an exam that asks what they have answered."""
    questions = questions_of(exam, checks_of(exam, exercise))
    return [
        suspect(exam, idea.misconception, dict(zip(questions, idea.rows, strict=True)))
        for idea in ideas
        if idea.misconception.exercise == exercise
    ]


def read_exam(course: Course, data: bytes) -> RecordedExam:
    """The exam in a file's content; raises `UsageError` where it is none, or is another course's."""
    if not data.startswith(_MAGIC):
        raise UsageError(say("exam.none"))
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(data[len(_MAGIC) :], _MAX_BYTES)
        if not unpacker.eof or unpacker.unused_data:
            raise UsageError(say("exam.cut", mib=_MAX_BYTES >> 20))
        return RecordedExam(course, _DECODER.decode(body))
    except (zlib.error, msgspec.MsgspecError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise UsageError(say("exam.damaged")) from error


def _require_the_course(course: Course, file: RecordedFile) -> None:
    """Only the course's own is asked, and of each exercise everything: else its points would mean something else."""
    asked = set(file.exercises)
    own = {check.id for check in course.checks if check.cases.exercise in asked}
    unseen = {f"{one.exercise}.{one.name}" for one in file.unseen}
    for what, here, there in (
        ("exercise", course.catalog.exercise_ids, file.exercises),
        ("exercise", asked, [one.exercise for one in file.unseen]),
        ("exercise", asked, file.later),
        ("check", own, file.checks),
    ):
        if lacking := sorted(set(there) - set(here)):
            raise UsageError(say("exam.no_such", what=what, name=lacking[0]))
    if lacking := sorted(own - file.checks.keys() - unseen):
        raise UsageError(say("exam.does_not_ask", check=lacking[0]))
    if not asked:
        raise UsageError(say("exam.asks_nothing"))


def _questions(course: Course, file: RecordedFile) -> Asked:
    own = {check.id: check for check in course.checks}
    questions: dict[Check, Sequence[Question]] = {}
    if any(not 0 <= number < len(file.items) for numbers in file.checks.values() for number in numbers):
        raise UsageError(say("exam.no_question"))
    questions |= {
        own[check]: [file.items[number].question for number in numbers] for check, numbers in file.checks.items()
    }
    if any(one.exercise != check.cases.exercise for check, several in questions.items() for one in several):
        raise UsageError(say("exam.other_exercise"))
    return questions | {own.get(f"{one.exercise}.{one.name}") or _known_by_name(one): () for one in file.unseen}


def _known_by_name(unseen: Unseen) -> Check:
    """A check whose file is not here; nothing ever asks or judges it."""
    cases = CaseSet(unseen.exercise, lambda _: iter(()), JUST_CALLED)
    return Check(
        name=unseen.name,
        title=unseen.title,
        points=unseen.points,
        witnessed=unseen.witnessed,
        claim=lambda *_: None,
        cases=cases,
    )


def _ideas(exam: Exam, file: RecordedFile) -> tuple[Idea, ...]:
    asked = {exercise: len(questions_of(exam, checks_of(exam, exercise))) for exercise in exam.catalog.exercise_ids}
    if any(asked.get(idea.misconception.exercise) != len(idea.rows) for idea in file.ideas):
        raise UsageError(say("exam.idea"))
    return file.ideas


def _known(exam: Exam, question: Question) -> _Known | None:
    with contextlib.suppress(Exception):  # an oracle that fails does so again where its check is judged
        return tuple(exam.expected(question).items())
    return None
