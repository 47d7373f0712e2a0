"""Between tensors and values: nothing is lost, and nothing hostile gets through or crashes the process."""

import collections
import math
import struct
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import computed, function, spread, tensor
from grader.inside.second_call import other_numbers
from grader.inside.subjects.torch import build_inputs
from grader.inside.subjects.torch.tensors import to_tensor, to_value
from grader.inside.values import (
    DTYPES,
    MAX_ELEMENTS,
    MAX_PARTS,
    Items,
    NotRepresentable,
    Table,
    TensorValue,
    Unfit,
    Value,
    pack,
)
from tests.support import COURSE
from tests.unit.liars import liar

NUMBERS = st.floats(width=32) | st.sampled_from([0.0, -0.0, math.inf, -math.inf, math.nan])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 2), (2, 3)])
def test_a_value_becomes_a_tensor_and_back(dtype: str, shape: tuple[int, ...]) -> None:
    """Every dtype and shape survives both ways."""
    count = math.prod(shape)
    value = tensor([index % 2 for index in range(count)], dtype=dtype, shape=shape)
    made = to_tensor(value)
    assert (str(made.dtype), tuple(made.shape)) == (f"torch.{dtype}", shape)
    assert to_value(made) == value


@given(st.lists(NUMBERS, max_size=5))
def test_every_float_survives(numbers: list[float]) -> None:
    """NaN, infinities and -0.0 included, bit by bit."""
    value = tensor(numbers, dtype="float32")
    assert to_value(to_tensor(value)) == value


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 1, 3)])
def test_a_spread_tensor_has_the_same_numbers_and_no_flat_view(shape: tuple[int, ...]) -> None:
    """It is no view of another tensor, and may be a leaf."""
    value = tensor(
        range(math.prod(shape)), shape=shape, requires_grad=True, grad=tensor([1.0] * math.prod(shape), shape=shape)
    )
    made = to_tensor(spread(value))
    assert not made.is_contiguous()
    assert made.is_leaf
    assert not made._is_view()  # torch has no public name for it
    assert to_value(made) == to_value(to_tensor(value))
    if len(shape) > 1:
        with pytest.raises(RuntimeError, match="view size is not compatible"):
            made.detach().view(-1)


def test_a_computed_tensor_has_a_history() -> None:
    """It has the numbers of the leaf that it comes from, and is none."""
    made = to_tensor(computed(tensor([1, 2])))
    assert made.grad_fn is not None
    assert not made.is_leaf
    assert to_value(made) == tensor([1, 2])


@pytest.mark.parametrize("form", [computed, spread])
def test_a_second_call_has_a_tensor_of_the_same_form(form: Callable[[TensorValue], TensorValue]) -> None:
    """Only its numbers are others."""
    [(_, other)] = other_numbers((("x", form(tensor([1, 2]))),))
    assert isinstance(other, TensorValue)
    assert other == form(tensor(other.elements()))
    assert other.elements() != (1, 2)


def test_flags_and_old_gradients_are_built() -> None:
    """An input may be a leaf that requires grad and holds an old gradient; each build is new."""
    value = tensor([1, 2], requires_grad=True, grad=tensor([3, 4]))
    first, second = to_tensor(value), to_tensor(value)
    assert first.is_leaf
    assert first.requires_grad
    assert first.grad is not None
    assert first.grad.tolist() == [3, 4]
    assert first.data_ptr() != second.data_ptr()
    assert first._base is None


def test_containers_and_functions_are_built() -> None:
    """Lists, tuples, dictionaries and functions, at any depth."""
    value = Items(
        kind="tuple", items=(Items(kind="list", items=(1, None)), Table(entries=(("f", function("square")),)))
    )
    built = build_inputs((("x", value),), COURSE.probes.families)["x"]
    assert isinstance(built, tuple)
    assert built[0] == [1, None]
    assert built[1]["f"](3) == 9


def test_a_result_is_read_in_row_major_order() -> None:
    """A transposed or expanded result has the elements that it shows."""
    value = to_value(torch.arange(6.0).reshape(2, 3).T)
    assert isinstance(value, TensorValue)
    assert value.elements() == (0, 3, 1, 4, 2, 5)
    expanded = to_value(torch.ones(1).expand(4))
    assert isinstance(expanded, TensorValue)
    assert expanded.elements() == (1, 1, 1, 1)


class Odd(torch.Tensor):
    """A tensor of the submission's own."""


def emptied() -> torch.Tensor:
    """A tensor whose storage was taken away."""
    one = torch.ones(1000)
    one.untyped_storage().resize_(0)
    return one


def nested(depth: int) -> list[object]:
    """Lists in lists."""
    inner: list[object] = []
    for _ in range(depth):
        inner = [inner]
    return inner


def in_itself() -> list[object]:
    """A list that holds itself."""
    one: list[object] = []
    one.append(one)
    return one


def wrapped() -> torch.Tensor:
    """A tensor that belongs to a transformation of torch.func."""
    return torch._C._functorch._add_batch_dim(torch.ones(2, 3), 0, 1)


def many_of_itself() -> list[object]:
    """A list that holds itself so often that its parts could not be counted."""
    one: list[object] = []
    one += [one] * 1000
    return one


OTHER = "other_type"
HOSTILE: dict[str, tuple[Callable[[], object], str, str]] = {
    "equal to every type": (lambda: liar("__eq__ = lambda *_: True\n    __hash__ = type.__hash__"), "own_class", ""),
    "without a name": (lambda: liar("__name__ = property(lambda _: [])"), "own_class", ""),
    "says that it is a tensor": (lambda: liar("", "__class__ = property(lambda _: torch.Tensor)"), "own_class", ""),
    "wrapped for torch.func": (wrapped, "unreadable_tensor", ""),
    "nested": (lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "unreadable_tensor", ""),
    "zeros without memory": (lambda: torch._efficientzerotensor((3,)), "unreadable_tensor", ""),
    "sparse": (lambda: torch.ones(2).to_sparse(), "sparse", ""),
    "meta": (lambda: torch.ones(2, device="meta"), "other_device", ""),
    "complex": (lambda: torch.ones(2, dtype=torch.complex64), "complex", ""),
    "quantised": (lambda: torch.quantize_per_tensor(torch.ones(2), 1.0, 0, torch.qint8), "quantised", ""),
    "float8": (lambda: torch.ones(2).to(torch.float8_e5m2), "other_dtype", ""),
    "huge by strides of zero": (lambda: torch.ones(1).expand(10**12), "large_tensor", ""),
    "large": (lambda: torch.ones(MAX_ELEMENTS + 1), "large_tensor", ""),
    "without storage": (emptied, "short_storage", ""),
    "a subclass": (lambda: torch.ones(2).as_subclass(Odd), "own_class", ""),
    "an object": (object, OTHER, "object"),
    "a class": (lambda: Odd, "own_class", ""),
    "a large integer": (lambda: 1 << 63, "large_integer", ""),
    "a set": (lambda: {1}, OTHER, "set"),
    "keys that are no strings": (lambda: {1: 2}, "other_keys", ""),
    "many entries": (lambda: [0] * 1001, "many_entries", ""),
    "a function": (lambda: len, OTHER, "builtin_function_or_method"),
}


@pytest.mark.filterwarnings("ignore:.*quantize_per_tensor.*|.*torch.ao.quantization.*|.*nested tensors.*")
@pytest.mark.parametrize("name", HOSTILE)
def test_what_has_no_place_is_named(name: str) -> None:
    """Anything else than plain data and dense tensors becomes a reason of ours, and nothing crashes."""
    make, reason, kind = HOSTILE[name]
    assert to_value(make()) == NotRepresentable(reason=Unfit(reason), kind=kind)


def parts(value: Value) -> Iterator[Value]:
    """A value, and all that is in it."""
    yield value
    match value:
        case Items(items=items):
            for item in items:
                yield from parts(item)
        case Table(entries=entries):
            for _, entry in entries:
                yield from parts(entry)
        case _:
            pass


def reasons(value: Value) -> set[Unfit]:
    """Why parts of it have no place."""
    return {part.reason for part in parts(value) if isinstance(part, NotRepresentable)}


@pytest.mark.parametrize("make", [lambda: nested(10), in_itself])
def test_depth_is_bounded(make: type) -> None:
    """Nesting ends at some depth, also where it has no end."""
    assert reasons(to_value(make())) == {Unfit.NESTED_DEEPLY}


@pytest.mark.parametrize("make", [many_of_itself, lambda: [[0] * 1000] * 20])
def test_the_number_of_parts_is_bounded(make: Callable[[], object]) -> None:
    """However they are spread over containers, so many parts are read and no more."""
    value = to_value(make())
    assert Unfit.MANY_ENTRIES in reasons(value)
    assert len(list(parts(value))) <= MAX_PARTS + 1


@pytest.mark.parametrize(
    ("thing", "value"),
    [(None, None), (True, True), (1, 1), (1.5, 1.5), ("s", "s"), ((1,), Items(kind="tuple", items=(1,)))],
)
def test_plain_data_is_itself(thing: object, value: Value) -> None:
    """Numbers, text and None, with their own types."""
    assert to_value(thing) == value
    assert type(to_value(thing)) is type(value)


class Pair(NamedTuple):
    """Two gradients with names."""

    first: object
    second: object


Point = collections.namedtuple("Point", "x y")


class Liar(tuple[object, ...]):
    """A tuple whose own methods say something else than what it holds."""

    __slots__ = ()

    def __iter__(self) -> NoReturn:
        raise SystemExit

    __len__ = __getitem__ = __class__ = __iter__  # type: ignore[assignment]  # on purpose


class Listed(list[object]):
    """A list of a class of its own."""

    __iter__ = __len__ = Liar.__iter__


class Tabled(dict[str, object]):
    """A dict of a class of its own."""

    items = keys = __iter__ = __len__ = Liar.__iter__


@pytest.mark.parametrize(
    ("thing", "value"),
    [
        (Pair(1, Pair(2, None)), Items(kind="tuple", items=(1, Items(kind="tuple", items=(2, None))))),
        (Point(1, 2), Items(kind="tuple", items=(1, 2))),
        (time.gmtime(0), Items(kind="tuple", items=(1970, 1, 1, 0, 0, 0, 3, 1, 0))),
        (torch.ones(2, 3).shape, Items(kind="tuple", items=(2, 3))),
        (torch.ones(1).max(dim=0), Items(kind="tuple", items=(tensor(1, dtype="float32"), tensor(0, dtype="int64")))),
        (Liar((1, 2)), Items(kind="tuple", items=(1, 2))),
        (Listed([1, 2]), Items(kind="list", items=(1, 2))),
        (collections.OrderedDict(a=1), Table(entries=(("a", 1),))),
        (collections.defaultdict(int, a=1), Table(entries=(("a", 1),))),
        (Tabled(a=1), Table(entries=(("a", 1),))),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_is_built_on_a_container_is_read_as_one(thing: object, value: Value) -> None:
    """A named tuple is a tuple; the methods of its class are not asked."""
    assert to_value(thing) == value


def test_text_is_cut_and_clean() -> None:
    """Long text is cut; what is no Unicode is replaced."""
    assert len(str(to_value("x" * 10_000))) == 2000
    assert to_value("\ud800") == "?"
    assert to_value({"\ud800": 1, "k" * 3000: 2}) == Table(entries=(("?", 1), ("k" * 2000, 2)))


def test_a_grad_that_tracks_gradients_is_read() -> None:
    """A result with a graph is read like any other."""
    leaf = torch.ones(2, requires_grad=True)
    value = to_value(leaf * 2)
    assert isinstance(value, TensorValue)
    assert value.data == struct.pack("<2f", 2.0, 2.0)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "bool"])
def test_numpys_numbers_come_along(dtype: str) -> None:
    """As what they are, and with the numbers, which may be right."""
    array = np.array([[0, 1], [1, 0]], dtype=dtype)
    value = to_value(array)
    held = TensorValue(dtype=dtype, shape=(2, 2), data=array.tobytes())
    assert value == NotRepresentable(reason=Unfit.OTHER_TYPE, kind="ndarray", held=held)
    assert to_value(array.T) == value


@pytest.mark.parametrize(
    "array",
    [
        np.array([1j]),
        np.array([object()]),
        np.array(["text"]),
        np.zeros(MAX_ELEMENTS + 1, dtype="int8"),
        np.zeros(2, dtype=[("a", "f8")]),
        np.zeros(1, dtype="datetime64[s]"),
    ],
    ids=lambda array: str(array.dtype),
)
def test_numpys_other_objects_have_no_numbers(array: object) -> None:
    """They are told as what they are, and no more."""
    assert to_value(array) == NotRepresentable(reason=Unfit.OTHER_TYPE, kind="ndarray")


@given(st.lists(st.floats(width=32), max_size=5))
def test_a_bfloat16_is_the_upper_half_of_a_float32(numbers: list[float]) -> None:
    """NumPy and struct have none; torch reads what is packed, and its elements are the numbers that torch has."""
    value = TensorValue(dtype="bfloat16", shape=(len(numbers),), data=pack("bfloat16", numbers))
    held = to_tensor(value)
    assert to_value(held) == value
    assert [*map(repr, value.elements())] == [*map(repr, held.float().tolist())]
    assert to_value(torch.stack([held, held], dim=1).T[0]) == value  # with gaps


@pytest.mark.parametrize(("dtype", "number"), [("uint8", -1), ("float16", 1e9), ("int8", 128)])
def test_what_has_no_place_is_not_packed(dtype: str, number: float) -> None:
    """Whoever packs is told, and of an infinity that it is no whole number."""
    with pytest.raises(OverflowError):
        pack(dtype, [number])
    with pytest.raises((OverflowError, ValueError)):
        pack("int64", [math.inf])
    assert pack(dtype, [1]) == TensorValue(dtype=dtype, shape=(1,), data=pack(dtype, [1.0])).data
