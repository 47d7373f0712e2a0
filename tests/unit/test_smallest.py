"""A wrong answer is shown by the smallest input on which it is wrong; nothing else depends on it."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.exam import Exam, LiveExam, read_exam, recorded
from grader.grading import Grader
from grader.observing.observer import Observer
from grader.records import Limits, Question, Verdict, Visibility
from grader.report import CheckReport, EvidenceReport, Report
from grader.sandbox import Launcher, confined_launcher
from grader.words.values import show
from tests.corpus.test_calls import pasted
from tests.observe.conftest import source_tree
from tests.support import COURSE, misconception

CHAPTERS = ("ch01", "ch02", "ch05")
HEAD = "import torch\n"
RIGHT = "return torch.autograd.functional.jacobian(lambda t: 2 * t.dot(t), x.detach())"
DETACHED = "def jacobian_2xtx(x):\n    seen.append(x.detach().clone())\n    return "


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """Workers as a student's check has them."""
    with contextlib.closing(confined_launcher(Limits(), COURSE.equipment)) as one:
        yield one


@pytest.fixture(scope="module")
def live(launcher: Launcher) -> LiveExam:
    """The teacher's exam."""
    return LiveExam(COURSE, "1", CHAPTERS, launcher, Limits())


@pytest.fixture(scope="module")
def home(live: LiveExam) -> Exam:
    """The exam of a handout."""
    return read_exam(COURSE, recorded(live, visible_only=True))


def graded(exam: Exam, launcher: Launcher, source: str, *only: str, smallest: bool = True) -> Report:
    """The report on one file, without what tells of this run alone."""
    with Grader(exam, launcher, Limits(), smallest=smallest) as grader:
        return replace(grader.grade(source_tree(a=source), only or None).report, created="", duration_seconds=0.0)


def checks_in(report: Report) -> dict[str, CheckReport]:
    """The checks of a report that are begun, by their ids."""
    checks = (check for exercise in report.exercises for check in exercise.checks)
    return {check.id: check for check in checks if check.verdict is not Verdict.NOT_STARTED}


def evidence_in(report: Report, check: str) -> EvidenceReport:
    """The evidence on a check."""
    found = checks_in(report)[check].evidence
    assert found is not None
    return found


@pytest.fixture(scope="module")
def wrong() -> Sequence[str]:
    """Submissions that get every exercise wrong, each in another way."""
    ideas = [one for chapter in COURSE.catalog.chapter for one in COURSE.misconceptions(chapter.id)]
    asked = [one for one in ideas if COURSE.catalog.chapter_of(one.exercise).id[:4] in CHAPTERS]
    by_exercise = {one.exercise: [two.id for two in asked if two.exercise == one.exercise] for one in asked}
    return ["".join(misconception(exercise, ids[n]) for exercise, ids in by_exercise.items()) for n in range(3)]


@pytest.mark.parametrize("number", range(3))
def test_only_what_is_shown_is_smaller(number: int, live: LiveExam, launcher: Launcher, wrong: Sequence[str]) -> None:
    """Verdicts, points, names, hints and hidden questions are as without it; a smaller call is another one."""
    whole = graded(live, launcher, wrong[number], smallest=False)
    small = graded(live, launcher, wrong[number])
    assert (small.points, small.verdicts) == (whole.points, whole.verdicts)
    before, now = checks_in(whole), checks_in(small)
    shorter = 0
    for name, check in now.items():
        old = before[name]
        if check.visibility is Visibility.HIDDEN or check.verdict is not Verdict.FAILED:
            assert check == old
            continue
        same = {"evidence": None, "rationale": "", "said": ()}
        assert replace(check, **same) == replace(old, **same)
        assert [one.id for one in check.said] == [one.id for one in old.said]
        shorter += check.evidence != old.evidence
    assert shorter > 3


@pytest.mark.parametrize("number", range(3))
def test_its_call_runs(number: int, home: Exam, launcher: Launcher, wrong: Sequence[str], tmp_path: Path) -> None:
    """Pasted into a shell, it shows the actual value."""
    file = tmp_path / "mine.py"
    file.write_text(wrong[number], encoding="utf-8")
    shown = {name: one.evidence for name, one in checks_in(graded(home, launcher, wrong[number])).items()}
    calls = [(name, one.call, one.actual) for name, one in shown.items() if one and one.call and one.actual]
    assert calls
    for name, code, actual in calls:
        exercise = name.partition(".")[0]
        assert show(pasted(code, exercise, file, exercise)) == actual, code


@pytest.mark.parametrize("number", range(3))
def test_it_is_the_same_one_at_home(
    number: int, live: LiveExam, home: Exam, launcher: Launcher, wrong: Sequence[str]
) -> None:
    """A handout knows what is right for the smaller questions, and shows what the teacher sees."""
    at_home = checks_in(graded(home, launcher, wrong[number]))
    compared = 0
    for name, check in checks_in(graded(live, launcher, wrong[number])).items():
        if check.visibility is Visibility.VISIBLE and check.verdict is Verdict.FAILED:
            assert (at_home[name].rationale, at_home[name].evidence) == (check.rationale, check.evidence)
            compared += 1
    assert compared > 5


@pytest.mark.parametrize(
    ("body", "call"),
    [
        pytest.param("3 * x.detach()", "x = torch.tensor([3.])", id="always"),
        pytest.param(
            "(4 if len(x) < 3 else 3) * x.detach()",
            "x = torch.tensor([0., 1.",
            id="only for three and more",
        ),
        pytest.param("(4 if len(x) < 2 else 3) * x.detach()", "x = torch.tensor([3., 2.])", id="from two on"),
        pytest.param("3 * x.detach() if len(x) > 2 else x.sum()", "x = torch.tensor([0., 1.", id="in another way"),
        pytest.param("3 * x.detach() if len(x) > 2 else 1 / 0", "x = torch.tensor([0., 1.", id="it raises"),
        pytest.param("(1 if len(x) > 1 else 3) * x.detach()", "x = torch.tensor([3., 2.])", id="just x from two on"),
        pytest.param("(1 if len(x) > 2 else 3) * x.detach()", "x = torch.tensor([0., 1.", id="just x for three"),
    ],
)
def test_it_is_wrong_there_in_the_same_way(body: str, call: str, home: Exam, launcher: Launcher) -> None:
    """The smallest one that is wrong by the same sentences, and of which the same is said; else what was asked."""
    source = f"{HEAD}def jacobian_2xtx(x):\n    return {body}\n"
    shown = evidence_in(graded(home, launcher, source), "jacobian_2xtx.is_the_derivative")
    assert shown.call is not None
    assert shown.call.startswith(call)


def test_no_answer_to_it_tells_of_a_hidden_question(live: LiveExam, launcher: Launcher) -> None:
    """They are asked where no hidden question was: an answer that holds all that came before holds none of them."""
    source = f"{HEAD}seen = []\n{DETACHED}torch.cat([*seen, x.new_zeros(1)])\n"
    shown = evidence_in(graded(live, launcher, source), "jacobian_2xtx.is_the_derivative")
    assert (shown.call, shown.actual) == ("x = torch.tensor([3.]); jacobian_2xtx(x)", "tensor([3., 0.])")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Question]]:
    """The questions that are asked once more or besides, by exercise."""
    found: list[Sequence[Question]] = []
    observe = Observer.observe_again

    def noted(observer: Observer, exercises: Sequence[Sequence[Question]]) -> object:
        found.extend(exercises)
        return observe(observer, exercises)

    monkeypatch.setattr(Observer, "observe_again", noted)
    return found


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param("return x", 2, id="wrong"),
        pytest.param("raise ValueError", 0, id="it raises"),
        pytest.param("return x if len(x) > 3 else 1 / 0", 0, id="it also raises"),
        pytest.param("import os; os._exit(1)", 0, id="it dies"),
        pytest.param(RIGHT, 0, id="right"),
    ],
)
def test_what_failed_by_value_is_asked_for_less(
    body: str, count: int, asked: list[Sequence[Question]], live: LiveExam, launcher: Launcher
) -> None:
    """A visible question or two more, and none of an exercise that is right, or that an exception or an end stopped."""
    graded(live, launcher, f"{HEAD}def jacobian_2xtx(x):\n    {body}\n", "jacobian_2xtx")
    assert sum(map(len, asked)) == count
    assert {one.visibility for several in asked for one in several} <= {Visibility.VISIBLE}


@pytest.mark.parametrize("most", [3, 8])
def test_few_questions_are_asked_more(
    most: int, asked: list[Sequence[Question]], live: LiveExam, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many checks of an exercise fail, each by another question."""
    monkeypatch.setattr("grader.smallest._MOST_OF_AN_EXERCISE", most)
    graded(live, launcher, f"{HEAD}def jacobian_by_rows(f, x):\n    f(x)\n    return f(x)\n", "jacobian_by_rows")
    assert [len(several) for several in asked] == [most]
