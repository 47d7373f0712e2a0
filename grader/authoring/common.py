"""Cases and claims that many exercises share. The claims are about side effects and rest on witnessed facts."""

from collections.abc import Iterator

from grader.authoring.claims import Case, CaseSet, hidden, visible
from grader.authoring.compare import agree, fail
from grader.authoring.draw import Draw, tensor
from grader.authoring.facts import Facts, NotAnswered
from grader.model import Items, Table, TensorValue, Value

ARANGE = tensor([0, 1, 2, 3], dtype="float32")


def vectors(draw: Draw, shown: TensorValue = ARANGE) -> Iterator[Case]:
    """Cases for a function of a vector x alone.

    Lengths 0 and 1, float32, and a caller's tensor that is a leaf with an old gradient are among them.
    """
    yield visible(x=shown)
    yield hidden(x=draw.vector(5))
    yield hidden(x=draw.vector(3, dtype="float32", grad=True))
    yield hidden(x=draw.vector(1))
    yield hidden(x=tensor([]))


def autograd_ran(cases: CaseSet, *, points: int, at_least: int = 1) -> None:
    """Claim that the numbers came from autograd, in at least so many runs."""
    title = "The numbers come from autograd, not from a formula."
    if at_least > 1:
        title = f"The numbers come from autograd, in at least {at_least} runs."
    cases.add("autograd_ran", title, lambda actual, _: _require_runs(actual, at_least), points=points, witnessed=True)


def autograd_ran_in_every_pass(cases: CaseSet, *, points: int) -> None:
    """Claim that autograd ran at least as often as the oracle's fact `autograd_runs` says."""
    title = "Autograd runs once for every pass."
    cases.add(
        "autograd_ran",
        title,
        lambda actual, expected: _require_runs(actual, _count(expected.autograd_runs)),
        points=points,
        witnessed=True,
    )


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
            fail(f"Still part of a graph (requires_grad is True): {', '.join(graph)}.")
        _forbid_sharing(_words(actual.shared))
        if among_themselves:
            _forbid_sharing(_words(actual.twins))

    title = "The result has memory of its own and carries no graph."
    cases.add("stands_alone", title, stands_alone, points=points, witnessed=True)


def own_memory(cases: CaseSet, *, points: int) -> None:
    """Claim that results share no memory with the caller's tensors."""

    def own_memory(actual: Facts, expected: Facts) -> None:
        _forbid_sharing(_words(actual.shared))

    cases.add("own_memory", "The result has memory of its own.", own_memory, points=points, witnessed=True)


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
                fail(f"{name} was called {count} times; once is enough.")
        if not agree(actual.returned, expected.returned):
            fail("The result is not right where a function changes from call to call: only the first call counts.")

    asked = cases.with_changing_functions()
    asked.add("calls_once", f"{' and '.join(names)} runs exactly once.", calls_once, points=points, witnessed=True)
    cases.checks += asked.checks


def no_shortcut(cases: CaseSet, *, points: int) -> None:
    """Claim that no function that gives a whole Jacobian at once was called, nor is named in the source."""

    def no_shortcut(actual: Facts, expected: Facts) -> None:
        if used := _words(actual.shortcuts) or _words(actual.mentions):
            fail(f"The task is to build it yourself, and {', '.join(used)} was used.")

    cases.add("no_shortcut", "No whole-Jacobian function is called.", no_shortcut, points=points, witnessed=True)


def _require_runs(actual: Facts, at_least: int) -> None:
    runs = _count(actual.autograd_runs)
    if runs == 0:
        fail("The numbers did not come from autograd: it never ran during the call.")
    if runs < at_least:
        fail(f"Autograd ran {runs} time{'s' * (runs != 1)} during the call; the task needs at least {at_least} runs.")


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
