"""What is recorded about one call."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.model import Items, Raised, Table, Value
from grader.probes import Recorder
from grader.worker.describe import describe, is_out_of_memory, is_stub


def facts(function: Callable[..., Any], **inputs: object) -> dict[str, Value]:
    """The standard facts of a call."""
    recorder = Recorder(function, lambda error: describe(error, ()))
    recorder.call(**inputs)
    return recorder.facts


def words(value: Value) -> tuple[Value, ...]:
    """The words of a fact."""
    assert isinstance(value, Items)
    return value.items


def leaf() -> torch.Tensor:
    """A caller's leaf with an old gradient."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    x.grad = torch.tensor([3.0, 4.0])
    return x


CHANGES: dict[str, tuple[Callable[[torch.Tensor], object], str]] = {
    "values": (lambda x: x.data.add_(1), "x: its values"),
    "requires_grad": (lambda x: x.requires_grad_(False), "x.requires_grad"),
    "grad added": (lambda x: x.sum().backward(), "x.grad"),
    "grad cleared": (lambda x: setattr(x, "grad", None), "x.grad"),
    "shape": (lambda x: setattr(x, "data", x.data.reshape(1, 2)), "x: its values"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_callers_tensor_is_seen(name: str) -> None:
    """Values, shape, requires_grad and .grad, each by its name."""
    change, word = CHANGES[name]
    assert words(facts(change, x=leaf())["changed"]) == (word,)


def test_nothing_changed_is_nothing_seen() -> None:
    """A call that leaves its arguments alone."""
    assert words(facts(lambda *arguments: arguments[0] + 1, x=leaf(), xs=[leaf()])["changed"]) == ()


def test_a_change_of_the_callers_list_is_seen() -> None:
    """Entries that were put in, taken out or replaced."""
    assert words(facts(lambda xs: xs.pop(), xs=[leaf(), leaf()])["changed"]) == ("xs: the list",)


def test_graphs_and_shared_memory_are_seen() -> None:
    """Which results track gradients, which share memory with an argument or its .grad, and which with one another."""
    x = leaf()
    seen = facts(lambda x: (x * 2, x.detach(), x.grad, y := torch.ones(2), y[:1]), x=x)
    assert words(seen["graph"]) == ("the result[0]",)
    assert words(seen["shared"]) == ("the result[1] and x", "the result[2] and x.grad")
    assert words(seen["twins"]) == ("the result[4] and the result[3]",)


def test_calls_are_counted_by_argument() -> None:
    """Every function among the arguments, also in a dictionary."""
    seen = facts(lambda f, fs: (f(1), f(2), fs["a"](3)), f=abs, fs={"a": abs, "b": abs})
    assert seen["calls"] == Table(entries=(("f", 2), ("fs['a']", 1), ("fs['b']", 0)))


def test_the_result_is_read_at_once() -> None:
    """What a later step does to the result does not change what was returned."""
    recorder = Recorder(lambda x: x.clone(), lambda error: describe(error, ()))
    result = recorder.call(x=torch.ones(1))
    result.zero_()
    returned = recorder.facts["returned"]
    recorder.note("later", lambda: result)
    assert returned != recorder.facts["later"]


def test_a_step_that_raises_is_a_fact() -> None:
    """An exception in a later step is recorded under its name."""
    recorder = Recorder(lambda: None, lambda error: describe(error, ()))
    recorder.note("step", lambda: 1 / 0)
    assert recorder.facts["step"] == Raised(exception="ZeroDivisionError", message="division by zero")


# ---------------------------------------------------------------- exceptions


class Talkative(ValueError):
    """An exception of a submission's own that lies about itself."""

    def __str__(self) -> str:
        """Anything may happen here."""
        raise SystemExit


def caught(source: str, file: str = "mine.py") -> BaseException:
    """The exception that a submission's source raises."""
    try:
        exec(compile(source, file, "exec"), {"torch": torch})
    except BaseException as error:
        return error
    pytest.fail("nothing was raised")


def test_an_exception_is_described_without_trusting_it() -> None:
    """The nearest built-in type, a message that is cut or empty, and the deepest place in the submission."""
    assert describe(Talkative(), ()) == Raised(exception="ValueError", message="")
    assert len(describe(ValueError("x" * 5000), ()).message) == 1000
    raised = describe(caught("def f():\n    torch.ones(2).reshape(3)\n\nf()\n"), {"mine.py"})
    assert (raised.exception, raised.file, raised.line) == ("RuntimeError", "mine.py", 2)
    assert describe(caught("1 / 0"), {"other.py"}).file is None


def test_running_out_of_memory_has_two_names() -> None:
    """Python's own error, and torch's words."""
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(caught("torch.empty(1 << 60)"))
    assert not is_out_of_memory(RuntimeError("other"))
    assert not is_stub(ValueError(), "f", ())
