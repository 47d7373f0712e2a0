"""The claims about side effects that many exercises share: each holds for good facts and fails for each bad one."""

from collections.abc import Callable

import pytest

from grader.authoring import (
    asks,
    autograd_ran,
    autograd_ran_in_every_pass,
    caller_untouched,
    calls_once,
    no_shortcut,
    own_memory,
    stands_alone,
    tensor,
)
from grader.authoring.claims import CaseSet
from grader.authoring.vectors import vectors
from grader.inside.answers import Answered
from grader.inside.values import Items, Part, Place, Table, TensorValue, Value
from grader.judging.judgement import judge
from grader.records import Outcome, Row, Verdict, Visibility
from tests.support import COURSE
from tests.unit.records import listed

Claim = Callable[[CaseSet], None]
RESULT, FIRST, SECOND, X = Place(), Place(path=(0,)), Place(path=(1,)), Place(argument="x")
GRAD, SHARED, TWINS = Place(argument="x", part="grad"), listed(listed(RESULT, X)), listed(listed(SECOND, FIRST))
FORGED: list[Value] = [None, "x", 1.5, listed("x"), listed(X), listed(listed(X)), Items(kind="list", items=(1,))]


def counts(**numbers: int) -> Table:
    """How often functions were called."""
    return Table(entries=tuple(numbers.items()))


GOOD: dict[str, Value] = {
    "autograd_numbers": 6,
    "enlarged": tensor([4, 8, 12]),
    "changed": listed(),
    "graph": listed(),
    "shared": listed(),
    "twins": listed(),
    "shortcuts": listed(),
    "calls": counts(f=1, g=3),
    "mentions": listed(),
    "returned": tensor([1, 2, 3]),
    "kept": True,
    "again": Table(entries=()),
}

# claim, what is bad about the facts, what is said of it (nothing: it may be so)
CLAIMS: list[tuple[Claim, dict[str, Value], str]] = [
    (lambda cases: autograd_ran(cases, points=1), {"autograd_numbers": 0}, "it found no gradient"),
    (lambda cases: autograd_ran(cases, points=1), {"autograd_numbers": 1}, ""),
    (lambda cases: autograd_ran(cases, points=1, gradients=2), {"autograd_numbers": 5}, "fewer than 2 gradients"),
    (lambda cases: autograd_ran_in_every_pass(cases, points=1), {"autograd_numbers": 5}, "fewer than 2 gradients"),
    (lambda cases: autograd_ran(cases, points=1), {"enlarged": tensor([1, 2, 3])}, "but the result did not follow"),
    (lambda cases: autograd_ran(cases, points=1), {"enlarged": tensor([4, 8, 3])}, "but the result did not follow"),
    (lambda cases: autograd_ran(cases, points=1), {"enlarged": tensor([4, 8])}, "but the result did not follow"),
    (lambda cases: autograd_ran(cases, points=1), {"enlarged": "x"}, "but the result did not follow"),
    (lambda cases: autograd_ran(cases, points=1), {"enlarged": tensor([16, 32, 48])}, ""),
    (lambda cases: autograd_ran(cases, points=1), {"enlarged": None}, ""),
    # Wrong numbers are told by another claim.
    (lambda cases: autograd_ran(cases, points=1), {"returned": tensor([1, 2, 4])}, ""),
    (lambda cases: no_shortcut(cases, points=1), {"enlarged": tensor([1, 2, 3])}, "but the result did not follow"),
    (
        lambda cases: autograd_ran_in_every_pass(cases, points=1),
        {"enlarged": tensor([1, 2, 3])},
        "the result did not follow",
    ),
    (lambda cases: autograd_ran_in_every_pass(cases, points=1, besides=((),)), {"enlarged": tensor([1, 2, 3])}, ""),
    (lambda cases: stands_alone(cases, points=1), {"kept": False}, "an earlier call has returned"),
    (lambda cases: own_memory(cases, points=1), {"kept": False}, "an earlier call has returned"),
    (
        lambda cases: caller_untouched(cases, points=1),
        {"changed": listed(GRAD)},
        "belongs to the caller: x.grad",
    ),
    (lambda cases: stands_alone(cases, points=1), {"graph": listed(SECOND)}, "requires_grad is True"),
    (
        lambda cases: stands_alone(cases, points=1, may_have_graph=((1,),)),
        {"graph": listed(SECOND)},
        "",
    ),
    (
        lambda cases: stands_alone(cases, points=1, may_have_graph=((1,),)),
        {"graph": listed(FIRST, SECOND)},
        "the result[0].",
    ),
    (
        lambda cases: stands_alone(cases, points=1),
        {"shared": SHARED},
        "the other: the result and x.",
    ),
    (
        lambda cases: stands_alone(cases, points=1),
        {"twins": TWINS},
        "the other: the result[1] and the result[0].",
    ),
    (lambda cases: stands_alone(cases, points=1, among_themselves=False), {"twins": TWINS}, ""),
    (
        lambda cases: own_memory(cases, points=1),
        {"shared": SHARED},
        "the other: the result and x.",
    ),
    (lambda cases: own_memory(cases, points=1), {"graph": listed(RESULT)}, ""),
    (lambda cases: calls_once(cases, "f", points=1), {"calls": counts(f=2)}, "f was called more than once"),
    (lambda cases: calls_once(cases, "f", points=1), {"calls": counts(f=0)}, "f was called not at all"),
    (lambda cases: calls_once(cases, "f", points=1), {"calls": counts(f=1, g=9)}, ""),
    (
        lambda cases: calls_once(cases, "f", points=1),
        {"returned": tensor([2, 2, 2])},
        "not the one of a single call",
    ),
    (lambda cases: no_shortcut(cases, points=1), {"shortcuts": listed("torch.func.jacrev")}, "torch.func.jacrev was"),
    (lambda cases: no_shortcut(cases, points=1), {"autograd_numbers": 0}, "it found no gradient"),
    (lambda cases: no_shortcut(cases, points=1), {"mentions": listed("jacrev")}, "jacrev was"),
]


def outcome_of(claim: Claim, facts: dict[str, Value]) -> Outcome:
    """The outcome of a claim over facts that are the same for all questions."""
    cases = asks("gradient")(vectors)
    claim(cases)
    [check] = cases.checks
    assert check.witnessed
    questions = check.cases.questions("1", COURSE.probes.families)
    rows = {one: Row(observation=Answered(facts=tuple(facts.items()))) for one in questions}
    return judge(check, questions, rows, lambda _: {"passes": 2, "returned": GOOD["returned"]}).outcome


def judged(claim: Claim, facts: dict[str, Value]) -> tuple[Verdict, str]:
    """The verdict, and what is said of it."""
    outcome = outcome_of(claim, facts)
    return outcome.verdict, COURSE.language.text(outcome.rationale)


@pytest.mark.parametrize(("claim", "bad", "said"), CLAIMS)
def test_a_claim_holds_and_fails(claim: Claim, bad: dict[str, Value], said: str) -> None:
    """It passes for good facts, and fails with a reason for what it is there to catch."""
    assert judged(claim, GOOD) == (Verdict.PASSED, "")
    verdict, rationale = judged(claim, {**GOOD, **bad})
    assert verdict is (Verdict.FAILED if said else Verdict.PASSED)
    assert said in rationale


@pytest.mark.parametrize(("claim", "bad", "said"), [one for one in CLAIMS if one[2]])
def test_a_failed_claim_has_a_question_of_its_own(claim: Claim, bad: dict[str, Value], said: str) -> None:
    """An exercise's hint is about its numbers, and seldom about what else a call did."""
    hint = outcome_of(claim, {**GOOD, **bad}).hint
    assert hint is not None
    assert COURSE.language.say(hint).endswith("?")


@pytest.mark.parametrize(
    ("parts", "word"),
    [(("values",), "writes"), (("requires_grad",), "flag"), (("requires_grad", "grad"), "leads"), ((None,), "switch")],
)
def test_what_has_changed_decides_about_the_question(parts: tuple[Part | None, ...], word: str) -> None:
    """A gradient that was filled says more than the flag that it needed."""
    changed = listed(*(Place(argument="x", part=part) for part in parts))
    hint = outcome_of(lambda cases: caller_untouched(cases, points=1), {**GOOD, "changed": changed}).hint
    assert hint is not None
    assert word in COURSE.language.say(hint)


@pytest.mark.parametrize("claim", [claim for claim, _, said in CLAIMS if said])
@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_fact_never_passes_for_another_kind(claim: Claim, forged: Value) -> None:
    """A fact of the wrong kind is no answer: never a pass, never an exception of ours."""
    verdict, _ = judged(claim, dict.fromkeys(GOOD, forged))
    assert verdict in (Verdict.CRASHED, Verdict.FAILED)


def test_vectors_have_their_traps() -> None:
    """Lengths 0 and 1, both dtypes, an old gradient, a history, gaps in memory: on every seed; all are hidden."""
    for seed in ("1", "2"):
        questions = asks("gradient")(vectors).questions(seed, COURSE.probes.families)
        xs = [x for question in questions for _, x in question.inputs if isinstance(x, TensorValue)]
        assert {x.shape for x in xs} >= {(0,), (1,)}
        assert {x.dtype for x in xs} == {"float32", "float64"}
        assert any(x.requires_grad and x.grad is not None for x in xs)
        assert any(x.computed for x in xs)
        assert any(x.spread for x in xs)
        assert {question.visibility for question in questions} == {Visibility.HIDDEN}
