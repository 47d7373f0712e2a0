"""An exam, live and recorded: the same questions, the same answers, the same reports; and no secret in what is cut."""

import contextlib
import random
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import asdict, replace

from grader.course import Course
from grader.errors import ExerciseError, UsageError
from grader.exam import Exam, LiveExam, RecordedExam, checks_of, questions_of, read_exam, recorded
from grader.exam.recorded import _MAGIC, _MAX_BYTES, Idea, RecordedFile
from grader.exam.smaller import known_smaller
from grader.grading import Grader
from grader.inside.answers import Answered
from grader.inside.second_call import other_numbers
from grader.inside.values import FunctionSpec, Items, Table, TensorValue, Value
from grader.judging.diagnosis import diagnose
from grader.judging.judgement import judge
from grader.records import Limits, Observations, Outcome, Question, Verdict, Visibility
from grader.report import Coverage, Report
from grader.sandbox import Launcher, confined_launcher
from grader.submission import SourceTree, read_submission
from tests.observe.conftest import source_tree
from tests.support import COURSE, ROOT, copy_of_kit, misconception, right_answers, untouched_stubs

SEED = "a seed that is a canary"
Change = Callable[[RecordedFile], RecordedFile]


@pytest.fixture(scope="module")
def live(launcher: Launcher) -> LiveExam:
    """An exam of all exercises."""
    return LiveExam(COURSE, SEED, (), launcher, Limits())


@pytest.fixture(scope="module")
def whole(live: LiveExam) -> bytes:
    """The same, in a file."""
    return recorded(live)


@pytest.fixture(scope="module")
def cut(live: LiveExam) -> bytes:
    """The same, cut to its visible questions."""
    return recorded(live, visible_only=True)


@pytest.fixture(scope="module")
def small(launcher: Launcher) -> bytes:
    """Two exercises in a file."""
    return recorded(LiveExam(COURSE, SEED, ["gradient", "jacobian_2xtx"], launcher, Limits()))


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SourceTree]:
    """A few submissions."""
    folder = tmp_path_factory.mktemp("submissions")
    wrong = [
        ("subdifferential_interval", "undefined_nan"),
        ("gradient", "hand_coded"),
        ("clear_grads", "times_zero"),
    ]
    return {
        "right": read_submission(right_answers(folder / "right")),
        "stubs": read_submission(untouched_stubs(folder / "stubs")),
        "wrong": source_tree(a="".join(misconception(*one) for one in wrong)),
        "broken": source_tree(
            a="import nothing\ndef gradient(f, x):\n    raise KeyError\ndef snapshot(t):\n    1 / 0\n"
        ),
    }


def body_of(data: bytes) -> bytes:
    """What a file holds."""
    return zlib.decompress(data.removeprefix(_MAGIC))


def file_of(body: bytes) -> bytes:
    """A file that holds this."""
    return _MAGIC + zlib.compress(body)


def content(data: bytes) -> RecordedFile:
    """What a file holds, as a record."""
    return msgspec.msgpack.decode(body_of(data), type=RecordedFile)


def report_on(exam: Exam, launcher: Launcher, tree: SourceTree) -> Report:
    """The report on a submission, without what tells of this run alone."""
    with Grader(exam, launcher, Limits()) as grader:
        return replace(grader.grade(tree).report, created="", duration_seconds=0.0)


# ---------------------------------------------------------------- whole


def test_a_recorded_exam_asks_the_same(live: LiveExam, whole: bytes) -> None:
    """Seed, exercises, and each check's questions in their order are those of the live exam."""
    exam = read_exam(COURSE, whole)
    assert (exam.seed, exam.catalog) == (SEED, live.catalog)
    assert list(exam.questions) == list(live.questions)
    assert {check: tuple(questions) for check, questions in exam.questions.items()} == live.questions


def test_a_recorded_exam_knows_the_same(live: LiveExam, whole: bytes) -> None:
    """What is right at each call that is judged, and how every misconception answers and is judged."""
    exam = read_exam(COURSE, whole)
    for question in questions_of(live):
        calls = [question, replace(question, inputs=other_numbers(question.inputs))][: question.calls]
        for call in calls:
            assert exam.expected(call) == live.expected(call)
    for exercise in live.catalog.exercise_ids:
        assert exam.suspects(exercise) == live.suspects(exercise)
        assert len(exam.suspects(exercise)) >= 3


@pytest.mark.parametrize("name", ["right", "stubs", "wrong", "broken"])
def test_a_recorded_exam_gives_the_same_report(
    name: str, live: LiveExam, whole: bytes, launcher: Launcher, submissions: dict[str, SourceTree]
) -> None:
    """Word for word, with the misconceptions that were recognised."""
    report = report_on(live, launcher, submissions[name])
    assert report_on(read_exam(COURSE, whole), launcher, submissions[name]) == report
    named = {check.misconception for exercise in report.exercises for check in exercise.checks}
    assert ({"undefined_nan", "hand_coded", "times_zero"} <= named) is (name == "wrong")


def test_a_recorded_exam_needs_no_secret(
    live: LiveExam, whole: bytes, tmp_path: Path, submissions: dict[str, SourceTree]
) -> None:
    """The same report where the course has no oracle, no reference and no misconception."""
    shutil.rmtree(copy_of_kit(tmp_path) / "solutions")
    course = Course.open(tmp_path)
    with contextlib.closing(confined_launcher(Limits(), course.equipment)) as workers:
        report = report_on(read_exam(course, whole), workers, submissions["wrong"])
        assert report == report_on(live, workers, submissions["wrong"])


def test_a_part_of_an_exam_can_be_recorded(live: LiveExam, launcher: Launcher, small: bytes) -> None:
    """Only what is asked is in the file: a recorded exam can be recorded again, and gives the same file."""
    exam = read_exam(COURSE, small)
    assert set(exam.catalog.exercise_ids) == {"gradient", "jacobian_2xtx"}
    assert recorded(exam) == small
    assert {idea.misconception.exercise for idea in content(small).ideas} == {"gradient", "jacobian_2xtx"}


def test_what_the_author_does_not_know_is_not_known(
    live: LiveExam, whole: bytes, monkeypatch: pytest.MonkeyPatch, launcher: Launcher
) -> None:
    """Where the oracle fails, the recorded exam says so when it is asked, as the live one does."""

    def fails(course: Course, question: Question) -> None:
        raise ZeroDivisionError

    exam = LiveExam(COURSE, SEED, ["gradient"], launcher, Limits())
    monkeypatch.setattr(Course, "answer", fails)
    read = read_exam(COURSE, recorded(exam))
    [first, *_] = questions_of(read)
    with pytest.raises(ZeroDivisionError):
        exam.expected(first)
    with pytest.raises(ExerciseError):
        read.expected(first)


def test_a_live_exam_finds_out_once(launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Oracle and misconceptions run when they are first asked for, and never again."""
    asked: list[Question] = []
    started: list[str] = []
    answer, misconceptions = Course.answer, Course.misconceptions

    def noted_answer(course: Course, question: Question) -> object:
        asked.append(question)
        return answer(course, question)

    def noted_misconceptions(course: Course, chapter: str) -> object:
        started.append(chapter)
        return misconceptions(course, chapter)

    monkeypatch.setattr(Course, "answer", noted_answer)
    monkeypatch.setattr(Course, "misconceptions", noted_misconceptions)
    exam = LiveExam(COURSE, SEED, ["gradient"], launcher, Limits())
    assert (asked, started) == ([], [])
    for _ in range(2):
        for question in questions_of(exam):
            exam.expected(question)
        exam.suspects("gradient")
    assert len(asked) == len(set(asked)) >= len(questions_of(exam))
    assert started == ["ch02_first_backward"]


# ---------------------------------------------------------------- cut to what is visible


def needles_in(*values: Value) -> Iterator[bytes]:
    """The numbers of a value, as a file spells them; single small ones could stand anywhere."""
    for value in values:
        match value:
            case TensorValue(data=data, grad=grad):
                yield data
                yield from needles_in(grad)
            case FunctionSpec(coefficients=coefficients, text=text):
                yield msgspec.msgpack.encode(coefficients)
                yield text.encode()
            case Items(items=items):
                yield from needles_in(*items)
            case Table(entries=entries):
                yield from needles_in(*(entry for _, entry in entries))
            case float():
                yield msgspec.msgpack.encode(value)
            case _:
                pass


def told_by(exam: Exam, questions: Iterable[Question]) -> set[bytes]:
    """The numbers in these questions, in what is right, and in what misconceptions answer."""
    found: set[bytes] = set()
    suspects = [suspect for exercise in exam.catalog.exercise_ids for suspect in exam.suspects(exercise)]
    for question in questions:
        found.update(needles_in(*(value for _, value in question.inputs)))
        found.update(needles_in(*exam.expected(question).values()))
        for suspect in suspects:
            row = suspect.observations.get(question)
            if row is not None and isinstance(row.observation, Answered):
                found.update(needles_in(*(value for _, value in row.observation.facts)))
    return {one for one in found if len(one) >= 8 and len(set(one)) > 4}


def visible(exam: Exam) -> list[Question]:
    """The visible questions of an exam."""
    return [one for one in questions_of(exam) if one.visibility is Visibility.VISIBLE]


def test_what_is_cut_holds_nothing_of_a_hidden_question(live: LiveExam, whole: bytes, cut: bytes) -> None:
    """No hidden question, no seed, no right answer to one, no misconception's answer to one; the whole has them all."""
    seen = told_by(live, visible(live))
    secrets = told_by(live, set(questions_of(live)) - set(visible(live))) - seen | {SEED.encode(), b"hidden"}
    assert len(secrets) > 300
    assert [one for one in secrets if one not in body_of(whole)] == []
    assert [one for one in secrets if one in body_of(cut)] == []
    assert [one for one in seen if one not in body_of(cut)] == []


def test_what_is_cut_asks_what_is_visible(live: LiveExam, cut: bytes) -> None:
    """Every check with its visible questions; rows of misconceptions to these alone; and no seed."""
    exam = read_exam(COURSE, cut)
    assert exam.seed is None
    assert list(exam.questions) == list(live.questions)
    for check, questions in exam.questions.items():
        assert list(questions) == [one for one in live.questions[check] if one.visibility is Visibility.VISIBLE] != []
    asked = set(visible(live))
    shrunk = {small for question in asked for small in known_smaller(live, question)}
    assert {one.question for one in content(cut).items} == asked | shrunk != asked
    assert sum(len(idea.rows) for idea in content(cut).ideas) == sum(
        len(set(visible(live)) & suspect.observations.keys())
        for exercise in live.catalog.exercise_ids
        for suspect in live.suspects(exercise)
    )
    hidden = next(one for one in questions_of(live) if one.visibility is Visibility.HIDDEN)
    with pytest.raises(ExerciseError):
        exam.expected(hidden)


def test_a_report_of_what_is_cut(
    live: LiveExam, cut: bytes, launcher: Launcher, submissions: dict[str, SourceTree]
) -> None:
    """What a visible question shows has its verdict and its misconception, and nothing is hidden."""
    exam = read_exam(COURSE, cut)
    right = report_on(exam, launcher, submissions["right"])
    assert right.seed is None
    assert right.points == right.max_points
    wrong = report_on(exam, launcher, submissions["wrong"])
    named = {check.misconception for exercise in wrong.exercises for check in exercise.checks}
    assert named == {"hand_coded", None}  # the two others go wrong in hidden questions alone
    assert {check.visibility for exercise in right.exercises for check in exercise.checks} == {Visibility.VISIBLE}


# ---------------------------------------------------------------- what is no recorded exam


def first_check(file: RecordedFile, numbers: Callable[[tuple[int, ...]], tuple[int, ...]]) -> RecordedFile:
    """The same with other questions of its first check."""
    check, old = next(iter(file.checks.items()))
    return replace(file, checks={**file.checks, check: numbers(old)})


def with_ideas(file: RecordedFile, change: Callable[[Idea], Idea]) -> RecordedFile:
    """The same with another first misconception."""
    return replace(file, ideas=(change(file.ideas[0]), *file.ideas[1:]))


def without_first_check(file: RecordedFile) -> RecordedFile:
    """The same, which leaves out what the course asks."""
    return replace(file, checks=dict(list(file.checks.items())[1:]))


def of_another_exercise(file: RecordedFile) -> RecordedFile:
    """The same, in which a check asks what belongs to another exercise."""
    other = file.checks["gradient.is_the_gradient"]
    return replace(file, checks={**file.checks, "jacobian_2xtx.is_the_derivative": other})


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "another file": lambda data: b"PK\x03\x04" + data,
    "of another version": lambda data: data.replace(b"exam 1", b"exam 2", 1),
    "without its version": lambda data: data.removeprefix(_MAGIC),
    "cut": lambda data: data[: len(data) // 2],
    "cut by a byte": lambda data: data[:-1],
    "with more behind it": lambda data: data + b"\0",
    "with another byte": lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
    "with another checksum": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "with a field more": lambda data: file_of(msgspec.msgpack.encode({**asdict(content(data)), "more": 1})),
}
FOREIGN = {
    "nothing": b"",
    "only its version": _MAGIC,
    "no message": file_of(b"\xc1" * 100),
    "nested without end": file_of(b"\x91" * 100_000),
    "another message": file_of(msgspec.msgpack.encode({"seed": None})),
}
RECORDS: dict[str, Change] = {
    "an unknown check": lambda file: replace(file, checks={**file.checks, "gradient.is_nothing": ()}),
    "a check of another exercise": lambda file: replace(file, checks={**file.checks, "snapshot.is_the_copy": ()}),
    "a check too few": without_first_check,
    "an unknown exercise": lambda file: replace(file, exercises=(*file.exercises, "gradients")),
    "a chapter": lambda file: replace(file, exercises=("ch02",)),
    "no exercise": lambda file: replace(file, exercises=(), checks={}, ideas=()),
    "an item that is not there": lambda file: first_check(file, lambda old: (*old, len(file.items))),
    "an item before the first": lambda file: first_check(file, lambda old: (-1, *old)),
    "another exercise's item": of_another_exercise,
    "a row too few": lambda file: with_ideas(file, lambda idea: replace(idea, rows=idea.rows[1:])),
    "a row too many": lambda file: with_ideas(file, lambda idea: replace(idea, rows=idea.rows + idea.rows[:1])),
    "an idea of another exercise": lambda file: with_ideas(
        file, lambda idea: replace(idea, misconception=replace(idea.misconception, exercise="snapshot"))
    ),
}


def refused(data: bytes) -> str:
    """What is said where a file is not accepted."""
    with pytest.raises(UsageError) as caught:
        read_exam(COURSE, data)
    return str(caught.value)


@pytest.mark.parametrize("how", [*BYTES, *FOREIGN, "oversized"])
def test_what_is_no_recorded_exam_is_refused(how: str, small: bytes) -> None:
    """Damaged, cut, too large, or of another version of the kit: one sentence says so."""
    if how == "oversized":
        data = file_of(bytes(_MAX_BYTES + 1))
    else:
        data = FOREIGN[how] if how in FOREIGN else BYTES[how](small)
    said = refused(data)
    assert "recorded exam" in said
    assert "\n" not in said
    assert ". " not in said


@pytest.mark.parametrize("how", RECORDS)
def test_what_does_not_fit_the_course_is_refused(how: str, small: bytes) -> None:
    """What it asks and answers has to be there, with all that the course asks of an exercise; one sentence says so."""
    said = refused(file_of(msgspec.msgpack.encode(RECORDS[how](content(small)))))
    assert said.startswith("the recorded exam ")
    assert "\n" not in said
    assert ". " not in said


def test_a_file_of_any_bytes_does_no_harm(small: bytes) -> None:
    """With any bytes changed it is refused, or it is an exam whose misconceptions can be judged; nothing else."""
    body, chance = body_of(small), random.Random(1)
    accepted = 0
    for _ in range(500):
        changed = bytearray(body)
        for _ in range(chance.randint(1, 3)):
            changed[chance.randrange(len(body))] = chance.randrange(256)
        with contextlib.suppress(UsageError):
            exam = read_exam(COURSE, file_of(bytes(changed)))
            accepted += 1
            for exercise in exam.catalog.exercise_ids:
                exam.suspects(exercise)
    assert 0 < accepted < 500


# ---------------------------------------------------------------- at home


def judged_at(exam: Exam, exercise: str, answers: Observations) -> dict[str, tuple[Outcome, str | None]]:
    """How an exercise's checks come out, and the misconception that each is named by."""
    questions = {check: exam.questions[check] for check in checks_of(exam, exercise)}
    judged = {check.id: judge(check, asked, answers, exam.expected) for check, asked in questions.items()}
    named = diagnose(questions, answers, judged, exam.suspects(exercise))
    return {check: (one.outcome, named[check].reported_id if check in named else None) for check, one in judged.items()}


def test_at_home_it_comes_out_as_at_the_teachers(live: LiveExam, cut: bytes) -> None:
    """Every mistake that a visible question shows has the same verdict, rationale, evidence, hint and name there."""
    home = read_exam(COURSE, cut)
    compared = 0
    for exercise in live.catalog.exercise_ids:
        for suspect in live.suspects(exercise):
            at_home = judged_at(home, exercise, suspect.observations)
            for check, (outcome, name) in judged_at(live, exercise, suspect.observations).items():
                if outcome.verdict is not Verdict.PASSED and outcome.visibility is Visibility.VISIBLE:
                    assert at_home[check] == (outcome, name), (exercise, suspect.misconception.id)
                    compared += 1
                else:
                    assert at_home[check][0].verdict is Verdict.PASSED
    assert compared > 150


@pytest.fixture(scope="module")
def texts() -> tuple[RecordedFile, RecordedExam]:
    """The small course, which has a check that is hidden as a whole, cut as in a handout; and as it is there."""
    course = Course.open(ROOT / "tests" / "courses" / "texts")
    with contextlib.closing(confined_launcher(Limits(), course.equipment)) as launcher:
        data = recorded(LiveExam(course, SEED, (), launcher, Limits()), visible_only=True)
    return content(data), read_exam(course, data)


def test_a_check_that_is_hidden_as_a_whole_is_told_by_name(texts: tuple[RecordedFile, RecordedExam]) -> None:
    """Its title and its points are known, and nothing else; each exercise tells how many questions were left out."""
    file, exam = texts
    (unseen,) = file.unseen
    assert (unseen.exercise, unseen.name, unseen.points) == ("count_words", "tells_cases_apart", 1)
    assert [len(asked) for check, asked in exam.questions.items() if check.name == "tells_cases_apart"] == [0]
    assert file.later == {"count_words": 3, "total": 2}
    assert sum(check.points for check in exam.questions) == sum(check.points for check in exam.course.checks)


def test_what_is_left_out_is_graded_later(texts: tuple[RecordedFile, RecordedExam]) -> None:
    """Such a check is deferred and has no points, nobody has to look, and what was checked is complete."""
    _, exam = texts
    right = read_submission(exam.course.reference("ch01_texts"))
    with contextlib.closing(confined_launcher(Limits(), exam.course.equipment)) as launcher:
        report = report_on(exam, launcher, right)
    checks = {check.id: check for exercise in report.exercises for check in exercise.checks}
    hidden = checks["count_words.tells_cases_apart"]
    assert (hidden.verdict, hidden.points, hidden.max_points) == (Verdict.DEFERRED, None, 1)
    assert (checks["count_words.caller_untouched"].points, checks["total.calls_f"].points) == (None, 1)
    assert report.coverage == Coverage(asked=2, later=5)
    assert not report.needs_review
    assert [exercise.verdict for exercise in report.exercises] == [Verdict.DEFERRED, Verdict.PASSED]
