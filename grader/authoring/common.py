"""Cases and claims that many exercises share. The claims are about side effects and rest on witnessed facts."""

import math
from collections.abc import Iterator

from grader.authoring.claims import Case, CaseSet, hidden, visible
from grader.authoring.compare import agree, fail
from grader.authoring.draw import Draw, tensor
from grader.authoring.facts import Facts, NotAnswered
from grader.model import Items, Table, TensorValue, Value

ARANGE = tensor([0, 1, 2, 3], dtype="float32")


def vectors(draw: Draw, shown: TensorValue = ARANGE) -> Iterator[Case]:
    """Cases for a function of a vector x alone.

    Among them are lengths 0 and 1, float32, and two tensors of one length and dtype. In one case, the caller's tensor
    is a leaf with an old gradient.
    """
    yield visible(x=shown)
    yield hidden(x=draw.vector(5))
    yield hidden(x=draw.vector(*shown.shape, dtype="float32", grad=True))
    yield hidden(x=draw.vector(1))
    yield hidden(x=tensor([]))


def autograd_ran(cases: CaseSet, *, points: int, gradients: int = 1) -> None:
    """Claim that the numbers came from autograd, which found at least so many `gradients`."""
    title = "The numbers come from autograd, not from a formula."
    if gradients > 1:
        title = f"Autograd finds all {gradients} gradients; none of them comes from a formula."

    def autograd_ran(actual: Facts, expected: Facts) -> None:
        require_gradients(actual, expected, gradients)

    cases.add("autograd_ran", title, autograd_ran, points=points, witnessed=True)


def autograd_ran_in_every_pass(cases: CaseSet, *, points: int) -> None:
    """Claim that autograd found a gradient in each of as many passes as the oracle's fact `passes` says."""

    def autograd_ran(actual: Facts, expected: Facts) -> None:
        require_gradients(actual, expected, expected.passes)

    cases.add("autograd_ran", "Autograd does the work in every pass.", autograd_ran, points=points, witnessed=True)


def require_gradients(actual: Facts, expected: Facts, gradients: Value) -> None:
    """Fail where autograd gave fewer numbers than so many gradients have, each as large as the first of the results.

    How often it was called does not matter: one call may find several gradients, or one of them row by row. Where
    there are no elements, there is nothing to ask autograd for.
    """
    size, wanted = _size_of_first(expected.returned), _count(gradients)
    given = _count(actual.autograd_numbers)
    if size and not given:
        fail("The numbers did not come from autograd: it found no gradient during the call.")
    if wanted > 1 and given < wanted * size:
        fail(f"Autograd found fewer than {wanted} gradients during the call, so not all numbers come from it.")


def caller_untouched(cases: CaseSet, *, points: int) -> None:
    """Claim that the arguments are as they were: values, requires_grad and .grad."""

    def caller_untouched(actual: Facts, expected: Facts) -> None:
        if changed := _words(actual.changed):
            fail(f"The call changed what belongs to the caller: {', '.join(changed)}.")

    cases.add(
        "caller_untouched",
        "The caller's tensors are left as they were: values, requires_grad and .grad.",
        caller_untouched,
        points=points,
        witnessed=True,
    )


def stands_alone(
    cases: CaseSet, *, points: int, among_themselves: bool = True, may_have_graph: tuple[str, ...] = ()
) -> None:
    """Claim that results carry no graph and share no memory with the caller's, nor `among_themselves`.

    `may_have_graph` names results that the task wants with one, as in "the result[1]".
    """

    def stands_alone(actual: Facts, expected: Facts) -> None:
        if graph := [label for label in _words(actual.graph) if label not in may_have_graph]:
            fail(f"requires_grad is True where no graph is wanted: {', '.join(graph)}.")
        _forbid_sharing(_words(actual.shared))
        if among_themselves:
            _forbid_sharing(_words(actual.twins))
        _require_kept(actual)

    title = "The result has memory of its own and carries no graph."
    cases.add("stands_alone", title, stands_alone, points=points, witnessed=True)


def own_memory(cases: CaseSet, *, points: int) -> None:
    """Claim that results share no memory with the caller's tensors."""

    def own_memory(actual: Facts, expected: Facts) -> None:
        _forbid_sharing(_words(actual.shared))
        _require_kept(actual)

    cases.add("own_memory", "The result has memory of its own.", own_memory, points=points, witnessed=True)


_ENOUGH_TO_COUNT = 4


def calls_once(cases: CaseSet, *names: str, points: int) -> None:
    """Claim that the named function arguments are called once each.

    Counting alone could be forged, so these functions change from call to call: only from their first call come the
    right numbers.
    """

    def calls_once(actual: Facts, expected: Facts) -> None:
        counts = actual.calls
        if not isinstance(counts, Table):
            raise NotAnswered
        for name in names:
            count = dict(counts.entries).get(name)
            if count != 1:
                often = "more than once" if count else "not at all"
                fail(f"{name} was called {often}; the task needs exactly one call.")
        if not agree(actual.returned, expected.returned):
            fail("Where f gives other numbers at each call, the result is not the one of a single call.")

    asked = cases.with_changing_functions(_ENOUGH_TO_COUNT)
    asked.add("calls_once", f"{' and '.join(names)} runs exactly once.", calls_once, points=points, witnessed=True)
    cases.checks += asked.checks


def no_shortcut(cases: CaseSet, *, points: int) -> None:
    """Claim that the result was built from gradients: no function that gives a whole Jacobian was called or is used."""

    def no_shortcut(actual: Facts, expected: Facts) -> None:
        require_gradients(actual, expected, 1)
        if used := _words(actual.shortcuts) or _words(actual.mentions):
            fail(f"The task is to build it yourself, and {', '.join(used)} was used.")

    title = "Gradients are put together by your own code, not by a whole-Jacobian function."
    cases.add("no_shortcut", title, no_shortcut, points=points, witnessed=True)


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
        fail("It hands out or changes what an earlier call has returned: each call needs a new tensor.")


def _count(value: Value) -> int:
    if not isinstance(value, int):
        raise NotAnswered
    return value


def _forbid_sharing(pairs: list[str]) -> None:
    if pairs:
        fail(f"Memory is shared, so that changing one changes the other: {'; '.join(pairs)}.")


def _words(value: Value) -> list[str]:
    if not isinstance(value, Items) or not all(isinstance(item, str) for item in value.items):
        raise NotAnswered
    return [str(item) for item in value.items]
