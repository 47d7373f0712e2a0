"""Claims that many exercises share. They are about side effects and rest on witnessed facts."""

import math
from collections.abc import Mapping
from typing import Literal

from grader.authoring.claims import CaseSet
from grader.authoring.compare import agree, fail, grows
from grader.authoring.facts import Facts, NotAnswered
from grader.inside.recorder import ENLARGED
from grader.inside.said import Argument, Listed, say
from grader.inside.values import Items, Part, Place, Table, TensorValue, Value

Paths = tuple[tuple[int | str, ...], ...]
# A gradient follows once; what is made of derivatives of derivatives follows in each of them.
_FOLLOWING = (ENLARGED, ENLARGED**2, ENLARGED**3)
# What has changed of a caller's tensor, and which question that is; another one is about its numbers.
_ASKS: Mapping[Part | None, str] = {
    "grad": "reached",
    "values": "changed",
    "requires_grad": "flagged",
    None: "switched",
}


def autograd_ran(cases: CaseSet, *, points: int, gradients: int = 1) -> None:
    """Claim that the numbers came from autograd, which found at least so many `gradients`."""
    title = say("title.autograd_finds_all", gradients=gradients) if gradients > 1 else say("title.autograd_ran")

    def autograd_ran(actual: Facts, expected: Facts) -> None:
        require_gradients(actual, expected, gradients)

    cases.add("autograd_ran", title, autograd_ran, points=points, witnessed=True)


def autograd_ran_in_every_pass(cases: CaseSet, *, points: int, besides: Paths = ()) -> None:
    """Claim that autograd found a gradient in each of as many passes as the oracle's fact `passes` says.

    `besides` are the paths of results that are no gradients.
    """

    def autograd_ran(actual: Facts, expected: Facts) -> None:
        require_gradients(actual, expected, expected.passes, besides)

    cases.add("autograd_ran", say("title.autograd_in_every_pass"), autograd_ran, points=points, witnessed=True)


def require_gradients(actual: Facts, expected: Facts, gradients: Value, besides: Paths = ()) -> None:
    """Fail where autograd gave fewer numbers than so many gradients have, each as large as the first of the results.

    How often it was called does not matter: one call may find several gradients, or one of them row by row. Where
    there are no elements, there is nothing to ask autograd for.

    Right numbers also have to follow where autograd gives more. A formula beside a gradient that nobody uses does not.
    Results at the paths `besides` need not.
    """
    size, wanted = _size_of_first(expected.returned), _count(gradients)
    given = _count(actual.autograd_numbers)
    if size and not given:
        fail(say("claim.no_gradient"), asks=say("ask_claim.no_gradient"))
    if wanted > 1 and given < wanted * size:
        fail(say("claim.few_gradients", gradients=wanted), asks=say("ask_claim.few_gradients"))
    if actual.enlarged is not None and agree(actual.returned, expected.returned):
        stays = [
            place
            for place, grown in grows(actual.returned, actual.enlarged, _FOLLOWING)
            if not grown and place.path not in besides
        ]
        if stays:
            said = say("claim.not_followed", times=int(ENLARGED), places=Listed(things=tuple(stays)))
            fail(said, asks=say("ask_claim.not_followed"))


def caller_untouched(cases: CaseSet, *, points: int) -> None:
    """Claim that the arguments are as they were: values, requires_grad and .grad."""

    def caller_untouched(actual: Facts, expected: Facts) -> None:
        if changed := _listed(actual.changed):
            parts = {place.part for place in changed if isinstance(place, Place)}
            asks = next((ask for part, ask in _ASKS.items() if part in parts), "changed")
            fail(say("claim.changed", places=Listed(things=changed)), asks=say(f"ask_claim.{asks}"))

    cases.add(
        "caller_untouched",
        say("title.caller_untouched"),
        caller_untouched,
        points=points,
        witnessed=True,
    )


def stands_alone(
    cases: CaseSet,
    *,
    points: int,
    among_themselves: bool = True,
    may_have_graph: Paths = (),
) -> None:
    """Claim that results carry no graph and share no memory with the caller's, nor `among_themselves`.

    `may_have_graph` are the paths of results that the task wants with one: `(1,)` is the second entry.
    """

    def stands_alone(actual: Facts, expected: Facts) -> None:
        allowed = [Place(path=path) for path in may_have_graph]
        if graph := [place for place in _listed(actual.graph) if place not in allowed]:
            fail(say("claim.graph", places=Listed(things=tuple(graph))), asks=say("ask_claim.graph"))
        _forbid_sharing(_listed(actual.shared), "shared")
        if among_themselves:
            _forbid_sharing(_listed(actual.twins), "twins")
        _require_kept(actual)

    cases.add("stands_alone", say("title.stands_alone"), stands_alone, points=points, witnessed=True)


def own_memory(cases: CaseSet, *, points: int) -> None:
    """Claim that results share no memory with the caller's tensors."""

    def own_memory(actual: Facts, expected: Facts) -> None:
        _forbid_sharing(_listed(actual.shared), "shared")
        _require_kept(actual)

    cases.add("own_memory", say("title.own_memory"), own_memory, points=points, witnessed=True)


_ENOUGH_TO_COUNT = 4


def calls_once(cases: CaseSet, function: str, *, points: int) -> None:
    """Claim that this function among the arguments is called once.

    Counting alone could be forged, so these functions change from call to call: only from their first call come the
    right numbers.
    """

    def calls_once(actual: Facts, expected: Facts) -> None:
        counts = actual.calls
        if not isinstance(counts, Table):
            raise NotAnswered
        count = dict(counts.entries).get(function)
        if count != 1:
            how = "called_often" if count else "not_called"
            fail(say(f"claim.{how}", function=function), asks=say(f"ask_claim.{how}", function=function))
        if not agree(actual.returned, expected.returned):
            fail(say("claim.changing"), asks=say("ask_claim.called_often", function=function))

    asked = cases.with_changing_functions(_ENOUGH_TO_COUNT)
    asked.add("calls_once", say("title.calls_once", function=function), calls_once, points=points, witnessed=True)
    cases.checks += asked.checks


def no_shortcut(cases: CaseSet, *, points: int) -> None:
    """Claim that the result was built from gradients: no function that gives a whole Jacobian was called or is used."""

    def no_shortcut(actual: Facts, expected: Facts) -> None:
        require_gradients(actual, expected, 1)
        if used := _listed(actual.shortcuts) or _listed(actual.mentions):
            fail(say("claim.shortcut", names=Listed(things=used)), asks=say("ask_claim.shortcut"))

    cases.add("no_shortcut", say("title.no_shortcut"), no_shortcut, points=points, witnessed=True)


def _size_of_first(value: Value) -> int:
    """How many elements the first tensor in a value has."""
    match value:
        case TensorValue(shape=shape):
            return math.prod(shape)
        case Items(items=(first, *_)) | Table(entries=((_, first), *_)):
            return _size_of_first(first)
        case _:
            return 0


def _require_kept(actual: Facts) -> None:
    if actual.kept is not True:
        fail(say("claim.not_kept"), asks=say("ask_claim.not_kept"))


def _count(value: Value) -> int:
    if not isinstance(value, int):
        raise NotAnswered
    return value


def _forbid_sharing(pairs: tuple[Argument, ...], sharing: Literal["shared", "twins"]) -> None:
    if pairs:
        fail(say("claim.shared", pairs=Listed(things=pairs, kind="pairs")), asks=say(f"ask_claim.{sharing}"))


def _listed(value: Value) -> tuple[Argument, ...]:
    """The places, pairs of places or names in a fact."""
    if not isinstance(value, Items):
        raise NotAnswered
    return tuple(map(_told, value.items))


def _told(thing: Value) -> Argument:
    match thing:
        case None | str() | Place():
            return thing
        case Items(items=(one, other)):
            return Listed(things=(_told(one), _told(other)), kind="pair")
        case _:
            raise NotAnswered
