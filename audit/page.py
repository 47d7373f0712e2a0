"""docs/strength.md, from what was found. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from audit.equivalents import Judged
from audit.record import Found, Guess, with_points

_MARK = "<!-- made of: {} -->"


def render(found: Found, judged: Judged, digest: str) -> str:
    """The page."""
    return "\n".join((*_head(digest), *_table(found, judged), *_guesses(found.guesses), *_fairness(found), ""))


def is_made_of(page: str, digest: str) -> bool:
    """Was a page written for what this digest stands for?"""
    return _MARK.format(digest) in page


def share(part: int, whole: int) -> str:
    """A part of a whole in percent; 100 % is never a rounded figure."""
    if part == whole:
        return "100 %"
    return f"{min(99.9, 100 * part / whole):.1f} %"


def _head(digest: str) -> Iterator[str]:
    yield "# Strength and fairness of the checks"
    yield ""
    yield _MARK.format(digest)
    yield ""
    yield "Written by `make audit`. `make lint` fails where the exercises, solutions, checks, probes or the audit"
    yield "itself have changed since then."
    yield ""
    yield "## Mutants"
    yield ""
    yield "A *mutant* is a right answer with one mechanical change: another operator or constant, a call or an"
    yield "argument more or less, statements in another order, a wrong variable. It is *killed* where it loses points."
    yield "Some changes keep what the stub promises, such as a copy of a new tensor. They are *equivalent*, and listed"
    yield "with the reason in `audit/equivalents.toml`. All others that get full marks are *survivors*: wrong answers"
    yield "that no question notices. The score is the share of killed ones among those that are not equivalent."
    yield ""


def _table(found: Found, judged: Judged) -> Iterator[str]:
    survivors = Counter(one.exercise for one in judged.open)
    equivalent = Counter(one.exercise for one in judged.equivalent)
    yield "| exercise | right answers | mutants | killed | equivalent | survivors | score |"
    yield "|---|---|---|---|---|---|---|"
    for one in found.strength:
        counts = (one.mutants, equivalent[one.exercise], survivors[one.exercise])
        yield f"| `{one.exercise}` | {len(one.styles)} {_counted(*counts)}"
    answers = sum(len(one.styles) for one in found.strength)
    mutants = sum(one.mutants for one in found.strength)
    yield f"| **all** | {answers} {_counted(mutants, equivalent.total(), survivors.total())}"
    yield ""


def _counted(mutants: int, equivalent: int, survivors: int) -> str:
    killed = mutants - equivalent - survivors
    return f"| {mutants} | {killed} | {equivalent} | {survivors} | {share(killed, killed + survivors)} |"


def _guesses(guesses: Sequence[Guess]) -> Iterator[str]:
    yield "## Blind guesses"
    yield ""
    yield "Answers of somebody who has seen the signature and the example: zeros, ones, an argument, the function's"
    yield "value, the example's result. And the right answer negated, doubled or transposed."
    yield ""
    earning = with_points(guesses)
    yield f"{len(guesses)} guesses, {len(guesses) - len(earning)} get no points."
    if earning:
        yield ""
        yield from (f"- `{one.exercise}`: {one.name} gets {one.points}." for one in earning)
    yield ""


def _fairness(found: Found) -> Iterator[str]:
    fairness = found.fairness
    yield "## Fairness"
    yield ""
    yield "A right answer gets full marks, in whatever style it is written and whatever numbers are drawn."
    yield ""
    yield f"- {fairness.styles} other styles, each on {fairness.seeds} seeds"
    yield f"- {len(found.strength)} references, each on {fairness.reference_seeds} seeds"
    yield f"- right answers that lost a point: {len(fairness.unfair)}"
    yield ""
    yield "## How to run it"
    yield ""
    yield "| command | does |"
    yield "|---|---|"
    yield "| `make audit` | all of it, in some minutes on two cores; writes this page, and `build/survivors.md` |"
    yield '| `make audit ARGS="--seeds 10000"` | the same, with the references on so many seeds |'
    yield '| `make audit ARGS="--only gradient"` | one exercise; writes no page |'
    yield '| `make audit ARGS="--fairness"` | the fairness alone |'
    yield ""
    yield "A run ends with exit code 1 where something is to be done: a survivor that is not listed, an entry of the"
    yield "list that no longer survives, a guess that earns points, or a right answer that loses one."
