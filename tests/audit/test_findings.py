"""From survivors to findings and to the page, on made-up answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from audit.answers import REFERENCE, Answer, answers_in, right_answers
from audit.digest import digest_of_page, digest_of_run
from audit.equivalents import FILE, judged, listed_as, read_equivalents
from audit.fairness import in_parts
from audit.mutants import mutants_of
from audit.page import is_made_of, render, share
from audit.record import Fairness, Found, Guess, Strength, Survivor, Unfair
from audit.strength import few, in_batches, survivors
from tests.support import CATALOG, COURSE, copy_of_kit

SOURCE = "def twice(x):\n    y = 2 * x\n    return y\n"
ANSWER = Answer(exercise="twice", style=REFERENCE, source=SOURCE)
MUTANTS = tuple(mutants_of(SOURCE))


def is_wrong(points: tuple[float, ...]) -> Callable[[str], bool]:
    """A check that runs an answer at some points, as a stand-in for the grader."""

    def loses(source: str) -> bool:
        names: dict[str, Any] = {}  # code of any kind
        try:
            exec(source, names)
            return any(names["twice"](x) != 2 * x for x in points)
        except Exception:  # as the grader does it: what raises has lost
            return True

    return loses


def a_strength(*found: Survivor, mutants: int = 10) -> Strength:
    """The mutants of an exercise."""
    return Strength(exercise="twice", styles=(REFERENCE, "other"), mutants=mutants, survivors=found)


SURVIVOR = Survivor(
    exercise="twice", style=REFERENCE, operator="constant", change="2: y = 2 * x -> y = 3 * x", diff="", source=""
)
LISTED = """
[[equivalent]]
reason = "Nobody could tell."
changes = ["twice/reference 2: y = 2 * x -> y = 3 * x"]
"""


def test_a_weakened_check_lets_mutants_survive() -> None:
    """What a good check kills gets through one that asks at 2 alone, where 2 * x is x * x, x + 2 and x ** 2."""
    strong = survivors(ANSWER, MUTANTS, is_wrong((2.0, 3.0, 0.5)))
    weak = survivors(ANSWER, MUTANTS, is_wrong((2.0,)))
    assert "2: y = 2 * x -> y = 2 + x" in {one.change for one in weak} - {one.change for one in strong}
    assert {one.change for one in strong} <= {one.change for one in weak}


def test_a_survivor_shows_what_was_changed() -> None:
    """A person can act on it: the answer, the operator, and the change as a diff."""
    (first, *_) = survivors(ANSWER, MUTANTS, lambda source: "2 + x" not in source)
    assert (first.place, first.operator) == ("twice/reference", "arithmetic")
    assert "-    y = 2 * x\n+    y = 2 + x" in first.diff


def test_an_equivalent_is_matched_by_its_answer_its_line_and_its_change() -> None:
    """A change of another style, or of another line, is a finding until somebody has looked at it."""
    reasons = read_equivalents(LISTED)
    assert listed_as(SURVIVOR) in reasons
    others = [
        replace(SURVIVOR, style="other"),
        replace(SURVIVOR, change="3: y = 2 * x -> y = 3 * x"),
        replace(SURVIVOR, change="2: y = 2 * x -> y = 4 * x"),
    ]
    result = judged([a_strength(SURVIVOR, *others)], reasons)
    assert result.equivalent == [SURVIVOR]
    assert result.open == others
    assert result.stale == []


def test_an_entry_without_a_survivor_is_stale() -> None:
    """The list does not grow old; of exercises that were not audited nothing is known."""
    reasons = {**read_equivalents(LISTED), "thrice/reference 2: a -> b": "Another exercise."}
    assert judged([a_strength()], reasons).stale == ["twice/reference 2: y = 2 * x -> y = 3 * x"]


def test_a_change_is_listed_once() -> None:
    """Two reasons for one change would be one too many."""
    with pytest.raises(ValueError, match="twice"):
        read_equivalents(LISTED + LISTED)


def test_every_listed_change_has_a_reason_and_an_answer() -> None:
    """The list of the kit names answers that are there."""
    places = {
        f"{one.exercise}/{one.style}" for exercise in CATALOG.exercise_ids for one in right_answers(COURSE, exercise)
    }
    for listed, reason in read_equivalents(FILE.read_text(encoding="utf-8")).items():
        assert listed.partition(" ")[0] in places
        assert reason.endswith(".")


@pytest.mark.parametrize("exercise", CATALOG.exercise_ids)
def test_every_exercise_has_two_styles_beside_the_reference(exercise: str) -> None:
    """A change that does nothing in one style may break another."""
    first, *others = (one.style for one in right_answers(COURSE, exercise))
    assert first == REFERENCE
    assert len(set(others)) == len(others) >= 2


def test_an_answer_is_bare() -> None:
    """Docstrings, types and assertions are no part of what is changed."""
    source = (
        'import torch\n\ndef f__style(x: int) -> int:\n    """Text."""\n    assert x\n    y: int = x\n    return y\n'
    )
    (answer,) = answers_in(source, "f", "f__")
    assert (answer.exercise, answer.style) == ("f", "style")
    assert answer.source == "import torch\n\ndef f(x):\n    y = x\n    return y"
    assert list(answers_in(source, "f", "f")) == []


def test_a_sample_is_taken_from_all() -> None:
    """A small run tries every kind of change."""
    assert few(MUTANTS, None) == MUTANTS
    assert few(MUTANTS, 1000) == MUTANTS
    assert few(MUTANTS, 3) == (MUTANTS[0], MUTANTS[len(MUTANTS) // 3], MUTANTS[2 * len(MUTANTS) // 3])


def test_batches_hold_every_mutant_once() -> None:
    """Nothing is lost where the last batch is short."""
    batches = list(in_batches([ANSWER], {("twice", REFERENCE): MUTANTS}))
    assert [one for _, several in batches for one in several] == list(MUTANTS)
    assert len(batches) > 1


def test_seeds_are_all_there() -> None:
    """Their parts hold 1 to N."""
    assert [one for part in in_parts(120) for one in part] == [str(number) for number in range(1, 121)]


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(10, 10, "100 %"), (9999, 10000, "99.9 %"), (1, 2, "50.0 %"), (0, 0, "100 %")]
)
def test_a_hundred_percent_is_never_rounded(part: int, whole: int, shown: str) -> None:
    """One survivor among thousands is seen."""
    assert share(part, whole) == shown


def test_the_page_counts_what_was_found() -> None:
    """Killed, equivalent and surviving mutants add up; guesses with points and unfair seeds are told."""
    other = replace(SURVIVOR, style="other")
    found = Found(
        strength=(a_strength(SURVIVOR, other),),
        guesses=(
            Guess(exercise="twice", name="zeros", points=0, source=""),
            Guess(exercise="twice", name="ones", points=2, source=""),
        ),
        fairness=Fairness(
            styles=1, seeds=7, reference_seeds=9, unfair=(Unfair(exercise="twice", style="other", seed="3", failed=()),)
        ),
    )
    page = render(found, judged(found.strength, read_equivalents(LISTED)), "abc")
    assert "| `twice` | 2 | 10 | 8 | 1 | 1 | 88.9 % |" in page
    assert "| **all** | 2 | 10 | 8 | 1 | 1 | 88.9 % |" in page
    assert "2 guesses, 1 get no points." in page
    assert "- `twice`: ones gets 2." in page
    assert "each on 7 seeds" in page
    assert "each on 9 seeds" in page
    assert "lost a point: 1" in page
    assert is_made_of(page, "abc")
    assert not is_made_of(page, "abd")


def test_the_digest_is_of_what_the_page_depends_on(tmp_path: Path) -> None:
    """A stub that is solved in place changes nothing; a promise, a check, a probe, an answer or the list does."""
    home = copy_of_kit(tmp_path / "kit")
    (home / "audit").mkdir()
    (home / "audit" / "equivalents.toml").write_text("")
    before, run = digest_of_page(home), digest_of_run(home)
    stub = home / "exercises" / "ch04_detach.py"
    text = stub.read_text(encoding="utf-8")
    stub.write_text(text.replace("raise NotImplementedError", "return 1"), encoding="utf-8")
    assert digest_of_page(home) == before
    stub.write_text(text.replace("any shape and dtype", "any shape"), encoding="utf-8")
    assert digest_of_page(home) != before
    stub.write_text(text, encoding="utf-8")
    for name in (
        "checks/ch04_detach.py",
        "probes/functions.py",
        "solutions/ch04_detach.py",
        "solutions/checks/ch04_detach.py",
    ):
        old = (home / name).read_text(encoding="utf-8")
        (home / name).write_text(old + "\n# more\n", encoding="utf-8")
        assert digest_of_page(home) != before
        assert digest_of_run(home) != run
        (home / name).write_text(old, encoding="utf-8")
    (home / "audit" / "equivalents.toml").write_text("# more\n")
    assert digest_of_page(home) != before
    assert digest_of_run(home) == run
    (home / "audit" / "pool.py").write_text("# how it is done\n")
    assert digest_of_run(home) == run
