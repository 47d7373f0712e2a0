"""What is recorded about one call."""

import functools
import inspect
import itertools
import sys
import warnings
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import torch

from grader.authoring import tensor
from grader.inside import recorder as standard
from grader.inside.recorder import record
from grader.inside.subjects.torch import recorder, to_value, witness
from grader.inside.subjects.torch.memory import Memory, overlap
from grader.inside.subjects.torch.recorder import TensorRecorder
from grader.inside.subjects.torch.witness import Witness
from grader.inside.values import Items, NotRepresentable, Part, Place, Raised, Table, Unfit, Value
from tests.unit.liars import liar
from tests.unit.records import listed


def described(error: BaseException) -> Raised:
    """An exception as a fact."""
    return Raised(exception=type(error).__name__, message=str(error))


# Any: what a submission takes and returns can be anything.
def facts(function: Callable[..., Any], **inputs: object) -> dict[str, Value]:
    """The standard facts of a call."""
    one = TensorRecorder(function, described)
    one.call(**inputs)
    return one.facts


def leaf() -> torch.Tensor:
    """A caller's leaf with an old gradient."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    x.grad = torch.tensor([3.0, 4.0])
    return x


def at(argument: str | None, *path: int | str, part: Part | None = None) -> Place:
    """A place in an argument, or in the result."""
    return Place(argument=argument, path=path, part=part)


def in_result(*path: int | str) -> Place:
    """A place in the result."""
    return at(None, *path)


CHANGES: dict[str, tuple[Callable[[torch.Tensor], object], Part]] = {
    "values": (lambda x: x.data.add_(1), "values"),
    "requires_grad": (lambda x: x.requires_grad_(False), "requires_grad"),
    "grad added": (lambda x: x.sum().backward(), "grad"),
    "grad cleared": (lambda x: setattr(x, "grad", None), "grad"),
    "shape": (lambda x: setattr(x, "data", x.data.reshape(1, 2)), "values"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_callers_tensor_is_seen(name: str) -> None:
    """Values, shape, requires_grad and .grad, each by its place."""
    change, part = CHANGES[name]
    assert facts(change, x=leaf())["changed"] == listed(at("x", part=part))


ORIGINS: dict[str, Callable[[torch.Tensor, torch.Tensor], object]] = {
    "the origin": lambda x, _: x.sum().backward(),
    "itself, and no origin": lambda x, _: x.sum().backward(inputs=[x]),
    "itself, as it was asked to": lambda x, _: [step() for step in (x.retain_grad, x.sum().backward)],
    "cleared": lambda _, origin: setattr(origin, "grad", None),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_a_gradient_behind_a_computed_tensor_is_seen(name: str) -> None:
    """The tensor from which the caller computed it is the caller's as well, and nobody is warned over the look."""
    origin = leaf()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = facts(lambda x: ORIGINS[name](x, origin), x=origin * 1)
    assert seen["changed"] == listed(at("x", part="grad"))


def test_a_computed_tensor_that_is_left_alone_is_seen_so() -> None:
    """Whatever is put back is as it was; that it would keep a gradient is no change of anything."""

    def restored(x: torch.Tensor) -> torch.Tensor:
        x.retain_grad()
        x.sum().backward(inputs=[x])
        found = x.grad
        x.grad = None
        assert found is not None
        return found

    assert facts(restored, x=leaf() * 1)["changed"] == listed()


@pytest.mark.parametrize(
    ("turn", "back", "code"),
    [
        (lambda: torch.set_grad_enabled(False), lambda: torch.set_grad_enabled(True), "torch.is_grad_enabled()"),
        (
            lambda: torch.set_default_dtype(torch.float64),
            lambda: torch.set_default_dtype(torch.float32),
            "torch.get_default_dtype()",
        ),
    ],
)
def test_a_switch_that_is_left_turned_is_seen(
    turn: Callable[[], object], back: Callable[[], object], code: str
) -> None:
    """It is everybody's; one that is turned back is nobody's affair."""
    try:
        assert facts(lambda _: turn(), x=leaf())["changed"] == listed(at(code))
    finally:
        back()
    assert facts(lambda _: (turn(), back()), x=leaf())["changed"] == listed()


def test_a_change_inside_a_container_is_seen() -> None:
    """A tensor in a list or a dictionary has its place by its index or key."""
    seen = facts(lambda xs, d: (xs[1].data.add_(1), d["a"].grad.zero_()), xs=(leaf(), leaf()), d={"a": leaf()})
    assert seen["changed"] == listed(at("xs", 1, part="values"), at("d", "a", part="grad"))


def test_nothing_changed_is_nothing_seen() -> None:
    """A call that leaves its arguments alone."""
    assert facts(lambda *arguments: arguments[0] + 1, x=leaf(), xs=[leaf()])["changed"] == listed()


@pytest.mark.parametrize(
    "change",
    [
        lambda xs: xs.pop(),
        lambda xs: xs.append(torch.ones(1)),
        lambda xs: xs.__setitem__(0, xs[0].clone()),
        lambda xs: xs.reverse(),
    ],
)
def test_a_change_of_the_callers_list_is_seen(change: Callable[[list[torch.Tensor]], object]) -> None:
    """Entries that were put in, taken out, replaced or moved."""
    assert facts(change, xs=[leaf(), leaf()])["changed"] == listed(at("xs", part="list"))


def test_graphs_and_shared_memory_are_seen() -> None:
    """Which results track gradients, which share memory with an argument or its .grad, and which with one another."""
    x = leaf()
    seen = facts(lambda x: (x * 2, x.detach(), x.grad, y := torch.ones(2), y[:1]), x=x)
    assert seen["graph"] == listed(in_result(0))
    assert seen["shared"] == listed(listed(in_result(1), at("x")), listed(in_result(2), at("x", part="grad")))
    assert seen["twins"] == listed(listed(in_result(4), in_result(3)))


def test_what_has_no_memory_shares_none() -> None:
    """Empty tensors, and sparse ones, share memory neither with an argument nor with one another."""
    sparse = torch.eye(2).to_sparse()
    seen = facts(lambda *_: (torch.ones(0), torch.ones(0), sparse * 2, sparse * 3), x=torch.ones(0), s=sparse)
    assert (seen["shared"], seen["twins"]) == (listed(), listed())


def test_an_empty_tensor_may_be_the_callers_own() -> None:
    """It has no memory to share, and is no new tensor all the same."""
    seen = facts(lambda x: (x, x), x=torch.ones(0))
    assert seen["shared"] == listed(listed(in_result(0), at("x")), listed(in_result(1), at("x")))
    assert seen["twins"] == listed(listed(in_result(1), in_result(0)))


class Odd(torch.Tensor):
    """A tensor of a submission's own."""


@pytest.mark.parametrize(
    "result",
    [
        torch.ones(2).requires_grad_(True).as_subclass(Odd),
        liar("", "__class__ = property(lambda _: torch.Tensor)"),
        {liar("", "__repr__ = None"): torch.ones(2).requires_grad_(True)},
    ],
    ids=["a subclass", "says that it is one", "under a key that cannot be written"],
)
def test_only_torchs_own_tensors_are_asked(result: object) -> None:
    """Whatever else is returned is read as no tensor, and none of its code runs."""
    seen = facts(lambda *_: result, x=leaf())
    assert isinstance(seen["returned"], NotRepresentable)
    assert seen["graph"] == seen["shared"] == seen["twins"] == listed()


def test_a_changed_class_is_a_change() -> None:
    """Of an argument that is no longer one of torch's own, no more is asked."""

    class Silent(torch.Tensor):
        requires_grad = grad = None  # type: ignore[assignment]  # on purpose

    x = leaf()
    seen = facts(lambda x: setattr(x, "__class__", Silent), x=x)
    assert isinstance(seen["changed"], Items)
    assert at("x", part="values") in seen["changed"].items


def test_a_low_recursion_limit_ends_with_the_call() -> None:
    """What is recorded afterwards needs room of its own; also where the call raises."""
    before = sys.getrecursionlimit()

    def lowers(x: torch.Tensor) -> None:
        sys.setrecursionlimit(len(inspect.stack()) + 20)
        raise KeyError

    with pytest.raises(KeyError):
        facts(lowers, x=leaf())
    assert sys.getrecursionlimit() == before


def test_what_is_told_is_bounded() -> None:
    """A result of very many tensors, or under a very long key, is still an answer that can be sent."""
    seen = facts(lambda x: {"k" * 3000: x, "many": [[x] * 90] * 90}, x=leaf())
    for name in ("graph", "shared", "twins"):
        fact = seen[name]
        assert isinstance(fact, Items)
        assert len(fact.items) == 12
        assert max(len(msgspec.msgpack.encode(one)) for one in fact.items) < 500


def test_a_list_without_end_is_left() -> None:
    """Tensors are looked for in so many parts and no more."""
    endless: list[object] = [leaf()]
    endless += [endless] * 900
    graph = facts(lambda *_: endless, x=leaf())["graph"]
    assert isinstance(graph, Items)
    assert graph.items[:2] == (in_result(0), in_result(1, 0))


def test_two_results_of_many_tensors_are_compared_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hundred of each with one another, and not thousands with thousands."""
    compared = 0

    def counted(one: Memory, other: Memory) -> bool:
        nonlocal compared
        compared += 1
        return overlap(one, other)

    monkeypatch.setattr(recorder, "overlap", counted)
    one = TensorRecorder(lambda: None, described)
    assert not one.shares([torch.ones(1) for _ in range(300)], [torch.ones(1) for _ in range(300)])
    assert compared == standard.MAX_COMPARED**2


def test_calls_are_counted_by_argument() -> None:
    """Every function among the arguments, also in a dictionary; what only happens to be callable is none."""

    def calls(f: Callable[[int], int], fs: dict[str, Callable[[int], int]], odd: Callable[[], int]) -> None:
        f(1), f(2), fs["a"](3), odd()

    fs: dict[str, Callable[[int], int]] = {"a": lambda x: -x, "b": lambda x: x}
    seen = facts(calls, f=lambda x: x, fs=fs, odd=functools.partial(abs, 1))
    assert seen["calls"] == Table(entries=(("f", 2), ("fs['a']", 1), ("fs['b']", 0)))


def test_a_function_is_called_as_a_report_shows_it() -> None:
    """Whoever keeps results under the names of functions finds the one that pasted code gives."""

    def given(x: int) -> int:
        return x

    seen = facts(lambda f: [f.__name__, f.__qualname__], f=given)
    assert seen["returned"] == Items(kind="list", items=("<lambda>", "<lambda>"))


def test_a_function_of_two_names_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """What counts for it is one function as well, as a call of ordinary code would have it, and counts for both."""

    def calls(f: Callable[[int], int], g: Callable[[int], int], fs: dict[str, Callable[[int], int]]) -> None:
        print(f is g, fs["a"] is g, fs["b"] is g, {f: 1, g: 2}[f])
        f(1)

    def same(x: int) -> int:
        return x

    seen = facts(calls, f=same, g=same, fs={"a": same, "b": lambda x: x})
    assert capsys.readouterr().out == "True True False 2\n"
    assert seen["calls"] == Table(entries=(("f", 1), ("g", 1), ("fs['a']", 1), ("fs['b']", 0)))


def test_what_torch_did_is_counted_for_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the witness saw during the call is a fact; what it saw before is not."""
    witness = Witness()
    monkeypatch.setattr(recorder, "WITNESS", witness)
    witness.autograd_numbers, witness.shortcuts = 5, ["before"]

    def differentiates() -> None:
        witness.autograd_numbers += 2
        witness.shortcuts.append("torch.func.jacrev")

    seen = facts(differentiates)
    assert (seen["autograd_numbers"], seen["shortcuts"]) == (2, listed("torch.func.jacrev"))


def test_the_result_is_read_at_once() -> None:
    """What a later step does to the result does not change what was returned."""
    one = TensorRecorder(lambda x: x.clone(), described)
    result = one.call(x=torch.ones(1))
    result.zero_()
    one.note("later", lambda: result)
    assert one.facts["returned"] == tensor([1], dtype="float32")
    assert one.facts["later"] == tensor([0], dtype="float32")


def test_a_step_that_raises_is_a_fact() -> None:
    """An exception in a later step is recorded under its name."""
    one = TensorRecorder(lambda: None, described)
    one.note("step", lambda: 1 / 0)
    assert one.facts["step"] == Raised(exception="ZeroDivisionError", message="division by zero")


def test_the_calls_own_exception_is_no_fact() -> None:
    """What the call itself raises is the worker's to describe."""
    one = TensorRecorder(lambda: 1 / 0, described)
    with pytest.raises(ZeroDivisionError):
        one.call()
    assert one.facts == {}


# Any: as above.
def recording(function: Callable[..., Any]) -> Callable[[], TensorRecorder]:
    """A new recorder for each call."""
    return functools.partial(TensorRecorder, function, described)


def both_calls(function: Callable[..., Any]) -> dict[str, Value]:
    """The facts of a question whose function is called twice, with different numbers."""
    return record(standard.call, recording(function), lambda: {"x": torch.ones(2)}, lambda: {"x": torch.zeros(2)})


def second(function: Callable[..., Any]) -> dict[str, Value]:
    """The values of the second call."""
    again = both_calls(function)["again"]
    assert isinstance(again, Table)
    return dict(again.entries)


def pair(one: float, other: float) -> Value:
    """A result as a fact."""
    return tensor([one, other], dtype="float32")


def summing() -> Callable[[torch.Tensor], torch.Tensor]:
    """A function that adds each result to the ones before."""
    results = [torch.zeros(2)]

    def function(x: torch.Tensor) -> torch.Tensor:
        results.append(results[-1] + x + 1)
        return results[-1].clone()

    return function


def keeping(make: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[torch.Tensor], torch.Tensor]:
    """A function that computes once, and makes every result of that."""
    kept: list[torch.Tensor] = []

    def function(x: torch.Tensor) -> torch.Tensor:
        kept.append(x * 2)
        return make(kept[0])

    return function


def spoiling() -> Callable[[torch.Tensor], torch.Tensor]:
    """A function that writes into what it returned before."""
    kept: list[torch.Tensor] = []

    def function(x: torch.Tensor) -> torch.Tensor:
        for old in kept:
            old.zero_()
        kept.append(x * 2)
        return kept[-1]

    return function


def test_a_second_call_is_recorded_beside_the_first() -> None:
    """The first call's facts stay as they were; the second call's values stand beside them."""
    facts = both_calls(lambda x: x + 1)
    assert (facts["returned"], facts["kept"]) == (pair(2, 2), True)
    assert second(lambda x: x + 1) == {"returned": pair(1, 1), "enlarged": None, "kept": True}


def test_a_second_call_is_made_where_it_is_asked_for() -> None:
    """Without other inputs there is one call."""
    seen: list[object] = []
    facts = record(standard.call, recording(seen.append), lambda: {"x": torch.ones(2)})
    assert len(seen) == 1
    assert "again" not in facts


def test_a_result_that_is_remembered_for_its_very_argument_shows() -> None:
    """It is right for every argument, and is no new tensor for one that comes again."""
    remembered = functools.cache(lambda x: x * 2)
    facts = record(standard.call, recording(remembered), lambda: {"x": torch.ones(2)}, lambda: {"x": torch.zeros(2)})
    assert second(functools.cache(lambda x: x * 2))["kept"] is True
    assert (facts["returned"], facts["kept"]) == (pair(2, 2), False)


def test_what_is_kept_between_two_calls_shows() -> None:
    """A sum that goes on, and a result that is remembered by its size, are values that differ."""
    assert second(summing())["returned"] == pair(3, 3)
    assert second(keeping(torch.clone)) == {"returned": pair(2, 2), "enlarged": None, "kept": True}


@pytest.mark.parametrize(
    "function",
    [keeping(lambda kept: kept), keeping(lambda kept: kept[:1]), spoiling()],
    ids=["the same tensor", "a view of it", "spoils the old one"],
)
def test_a_first_result_that_does_not_last_is_seen(function: Callable[..., Any]) -> None:
    """It is the second result as well, in part, or has been overwritten."""
    assert second(function)["kept"] is False


def test_a_second_call_that_raises_is_a_fact() -> None:
    """The first call has been answered; what the second raised is told beside it."""
    calls = iter([torch.ones(2)])
    facts = both_calls(lambda _: next(calls))
    assert facts["returned"] == pair(1, 1)
    assert facts["again"] == Raised(exception="StopIteration", message="")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A witness that watches torch, which is put back afterwards."""
    entries = (witness._REVERSE, witness._FORWARD, witness._BATCHED, *witness._WHOLE_JACOBIANS)
    for module, name in (*entries, *((torch.Tensor, name) for name in witness._LOOKS)):
        monkeypatch.setattr(module, name, getattr(module, name))
    one = Witness()
    one.install()
    monkeypatch.setattr(recorder, "WITNESS", one)


def slope(x: torch.Tensor) -> torch.Tensor:
    """The gradient of the sum of squares, by autograd."""
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad((leaf * leaf).sum(), leaf)[0]


def beside(x: torch.Tensor) -> torch.Tensor:
    """The same by a formula, beside a gradient that nobody uses."""
    slope(x)
    return 2 * x


def sure(x: torch.Tensor) -> torch.Tensor:
    """The same, held against the formula."""
    found = slope(x)
    assert torch.equal(found, 2 * x)
    return found


def remembered() -> Callable[[torch.Tensor], torch.Tensor]:
    """The same, which is not asked for twice."""
    kept: dict[object, torch.Tensor] = {}

    def function(x: torch.Tensor) -> torch.Tensor:
        if (key := tuple(x.tolist())) not in kept:
            kept[key] = slope(x)
        return kept[key].clone()

    return function


@pytest.mark.parametrize(
    ("function", "enlarged"),
    [(slope, pair(8, 8)), (beside, pair(2, 2)), (sure, None), (remembered(), None), (lambda x: 2 * x, None)],
    ids=["by autograd", "beside autograd", "held against a formula", "remembered", "without autograd"],
)
def test_a_last_call_has_larger_gradients(
    function: Callable[..., Any], enlarged: Value, watched: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of what comes from autograd there is more then; nothing is told where none was asked for, or the call raised."""

    def printing(x: torch.Tensor) -> torch.Tensor:
        print("called")
        result: torch.Tensor = function(x)
        return result

    seen = both_calls(printing)
    assert (seen["returned"], seen["enlarged"]) == (pair(2, 2), enlarged)
    assert capsys.readouterr().out == "called\n"
    assert to_value(slope(torch.ones(2))) == pair(2, 2), "it ends with the call"


def test_what_is_noted_is_recorded_twice() -> None:
    """A probe's own facts belong to the answer; what was done on the way is told of the first call."""
    calls = itertools.count(1)

    def probe(one: TensorRecorder, **inputs: object) -> None:
        one.call(**inputs)
        one.note("later", lambda: next(calls))

    facts = record(probe, recording(lambda x: x * 2), lambda: {"x": torch.ones(2)}, lambda: {"x": torch.ones(2)})
    assert facts["later"] == 1
    assert facts["again"] == Table(entries=(("returned", pair(2, 2)), ("enlarged", None), ("later", 2), ("kept", True)))


def test_the_second_call_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What a submission prints is shown once."""
    both_calls(lambda _: print("hello"))
    assert capsys.readouterr().out == "hello\n"


@pytest.mark.parametrize("huge", [[[1] * 90] * 90, [[[[1]]]], {"k": [[[1]]]}, [1] * 101])
def test_a_second_value_is_sent_where_it_may_be_right(huge: object) -> None:
    """Larger or deeper ones than any answer has do not fit beside those of the first call."""
    assert second(lambda _: huge)["returned"] == NotRepresentable(reason=Unfit.MANY_ENTRIES)
    assert second(lambda _: [[1, 2], {"k": 3}])["returned"] != NotRepresentable(reason=Unfit.MANY_ENTRIES)
