"""What holds for every exercise of the catalog; a new one is covered without touching this file."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.inside.said import Said
from grader.judging.diagnosis import diagnose
from grader.judging.judgement import Judgement
from grader.judging.scoring import points_of
from grader.records import Verdict, Visibility
from tests.corpus.conftest import CHECKS, SEEDS, Corpus, asked, checks_on, questions_on
from tests.support import CATALOG, COURSE, ROOT

EXERCISES = CATALOG.exercise_ids
GOLDEN = json.loads((ROOT / "tests" / "golden" / "verdicts_of_misconceptions.json").read_text(encoding="utf-8"))
MISCONCEPTIONS = [one for chapter in CATALOG.chapter for one in COURSE.misconceptions(chapter.id)]


def functions_in(file: Path) -> dict[str, ast.FunctionDef]:
    """The top-level functions of a file."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def lacking(exercise: str) -> Iterator[str]:
    """What an exercise still lacks, each with the file that should have it."""
    chapter = CATALOG.chapter_of(exercise).id
    for file in (COURSE.stubs / f"{chapter}.py", COURSE.reference(chapter), COURSE.oracle_file(chapter)):
        if not file.exists() or exercise not in functions_in(file):
            yield f"a function in {file.parent.name}/{file.name}"
    try:
        COURSE.probes.find(chapter, exercise)
    except (ImportError, AttributeError):
        yield f"a probe in probes/{chapter}.py"
    if sum(one.exercise == exercise for one in MISCONCEPTIONS) < 3:
        yield f"three misconceptions in {COURSE.misconceptions_file(chapter)}"
    checks = checks_on(exercise)
    if not any(not check.witnessed for check in checks):
        yield f"a computed check in {[str(file) for file in COURSE.check_files(chapter)]}"
    for check, questions in asked(exercise, SEEDS[0]).items():
        if {question.visibility for question in questions} != set(Visibility):
            yield f"a visible and a hidden case for {check.id}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_exercise_is_complete(exercise: str) -> None:
    """Stub, reference, oracle, probe, three misconceptions, a computed check, visible and hidden cases are there."""
    missing = "; ".join(lacking(exercise))
    assert not missing, f"{exercise} lacks {missing}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_stub_and_reference_take_the_same_parameters(exercise: str) -> None:
    """A stub that was solved in place is called as the reference is."""
    chapter = CATALOG.chapter_of(exercise).id
    stub = functions_in(COURSE.stubs / f"{chapter}.py")[exercise]
    reference = functions_in(COURSE.reference(chapter))[exercise]
    assert ast.unparse(stub.args) == ast.unparse(reference.args)
    assert ast.get_docstring(stub)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_gets_full_marks(exercise: str, seed: str, corpus: Corpus) -> None:
    """Every check of an exercise passes for its reference, on every seed."""
    judged = corpus.reference(exercise, seed).judged
    assert {name: judgement.outcome for name, judgement in judged.items() if not passes(judgement)} == {}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_stub_is_not_started(exercise: str, corpus: Corpus) -> None:
    """`raise NotImplementedError` earns nothing and is not_started in every check."""
    judged = corpus.stub(exercise)
    verdicts = {name: judgement.outcome.verdict for name, judgement in judged.items()}
    assert set(verdicts.values()) == {Verdict.NOT_STARTED}
    assert paid(exercise, judged) == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", [one.function for one in MISCONCEPTIONS])
def test_a_misconception_loses_points_and_is_named(name: str, seed: str, corpus: Corpus) -> None:
    """Every misconception loses points on every seed, and the first check that it fails names it (or its class)."""
    misconception = next(one for one in MISCONCEPTIONS if one.function == name)
    checks = checks_on(misconception.exercise)
    suspects = corpus.suspects(misconception.exercise, seed)
    mine = next(one for one in suspects if one.misconception == misconception)
    assert paid(misconception.exercise, mine.judged) < sum(check.points for check in checks)
    named = diagnose(asked(misconception.exercise, seed), mine.observations, mine.judged, suspects)
    first = next(check.id for check in checks if not passes(mine.judged[check.id]))
    assert named[first].reported_id == misconception.reported_id
    assert named[first].hint.endswith("?")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", EXERCISES)
def test_misconceptions_fail_the_same_checks_as_ever(exercise: str, seed: str, corpus: Corpus) -> None:
    """Which checks each misconception fails, and how, is written down; renewed by `scripts/generate.py`."""
    table = {
        one.misconception.id: {
            check.removeprefix(f"{exercise}."): judgement.outcome.verdict.value
            for check, judgement in one.judged.items()
            if not passes(judgement)
        }
        for one in corpus.suspects(exercise, seed)
    }
    assert table == GOLDEN.get(exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_whatever_is_said_of_a_misconception_has_words(exercise: str, corpus: Corpus) -> None:
    """Rationale, hint and evidence of every check can be said, on every seed; those of one that passed are empty."""
    outcomes = [
        judgement.outcome
        for seed in SEEDS
        for one in corpus.suspects(exercise, seed)
        for judgement in one.judged.values()
    ]
    for outcome in outcomes:
        assert bool(COURSE.language.text(outcome.rationale)) is (outcome.verdict is not Verdict.PASSED)
        details = [outcome.hint, outcome.evidence.detail if outcome.evidence else None]
        assert all(COURSE.language.say(one) for one in details if isinstance(one, Said))


@pytest.mark.parametrize("name", [one.function for one in MISCONCEPTIONS if one.same_as])
def test_a_class_is_named_after_a_member(name: str) -> None:
    """`Same as:` names a misconception of the same exercise that is reported by its own id."""
    misconception = next(one for one in MISCONCEPTIONS if one.function == name)
    [first] = [
        one for one in MISCONCEPTIONS if (one.exercise, one.id) == (misconception.exercise, misconception.same_as)
    ]
    assert first.same_as is None


@pytest.mark.parametrize("exercise", EXERCISES)
def test_hidden_questions_change_with_the_seed(exercise: str) -> None:
    """Visible questions are the same on every seed; no drawn hidden question is."""
    one, other = (questions_on(exercise, seed) for seed in ("1", "2"))
    visible = [question for question in one if question.visibility is Visibility.VISIBLE]
    assert visible == [question for question in other if question.visibility is Visibility.VISIBLE]
    assert set(one) - set(visible) != set(other) - set(visible)


def test_checks_have_ids_and_titles_of_their_own() -> None:
    """No two checks share an id; within an exercise no two share a title."""
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    titles = [(check.cases.exercise, COURSE.language.say(check.title)) for check in CHECKS]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_hint_is_a_question(exercise: str) -> None:
    """The catalog's hint asks."""
    assert CATALOG.exercise(exercise).hint.endswith("?")


def passes(judgement: Judgement) -> bool:
    """Did the check pass?"""
    return judgement.outcome.verdict is Verdict.PASSED


def paid(exercise: str, judged: Mapping[str, Judgement]) -> int:
    """The points that an exercise's checks come to."""
    verdicts = {name: judgement.outcome.verdict for name, judgement in judged.items()}
    return sum(points or 0 for points in points_of(checks_on(exercise), verdicts).values())
