"""Values: what a question gives to a function, and what came back.

They are plain, frozen and hashable, so they can be dictionary keys, cross a pipe and be kept in a file. Nothing here
imports torch: a tensor is its dtype, its shape and its bytes.
"""

import builtins
import enum
import math
import struct
from collections.abc import Sequence
from typing import Annotated, Literal, dataclass_transform

import msgspec
from msgspec import Meta

DTYPES = {
    "float64": "d",
    "float32": "f",
    "float16": "e",
    "bfloat16": "H",
    "int64": "q",
    "int32": "i",
    "int16": "h",
    "int8": "b",
    "uint8": "B",
    "bool": "?",
}
"""The dtypes that have a place on the wire, with their `struct` codes; bfloat16 is the upper half of a float32."""
FLOATS = frozenset({"float64", "float32", "float16", "bfloat16"})
_BYTES = {dtype: struct.calcsize(f"<{code}") for dtype, code in DTYPES.items()}

# Most of these records may come from beside a submission's code, so nothing in them is without a bound.
MAX_ELEMENTS = 100_000
MAX_DIMENSIONS = 16
MAX_ENTRIES = 1000
MAX_PARTS = 10_000
"""Entries of a fact's containers all together: people read them, and they are compared with many others."""
MAX_TEXT = 2000
MAX_STEPS = 16

Text = Annotated[str, Meta(max_length=MAX_TEXT)]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all records: immutable, compared by value, decoded strictly."""


class TensorValue(Record, tag="tensor", omit_defaults=True):
    """A dense tensor: `data` holds its elements in row-major order, little-endian, without padding.

    All else belongs to inputs. A caller's tensor may already track gradients and hold an old one. It may be `computed`
    from a leaf instead of being one, and its elements may be `spread` in memory, so that it is not contiguous.
    """

    dtype: Text
    shape: Annotated[tuple[int, ...], Meta(max_length=MAX_DIMENSIONS)]
    data: Annotated[bytes, Meta(max_length=MAX_ELEMENTS * 8)]
    requires_grad: bool = False
    grad: "TensorValue | None" = None
    computed: bool = False
    spread: bool = False

    def __post_init__(self) -> None:
        """Refuse a tensor whose parts contradict each other (ValueError, which the decoder turns into its own)."""
        if self.dtype not in DTYPES:
            raise ValueError(f"no dtype {self.dtype!r} on the wire")
        if min(self.shape, default=0) < 0:
            raise ValueError(f"shape {self.shape} has a negative size")
        if math.prod(self.shape) * _BYTES[self.dtype] != len(self.data):
            raise ValueError(f"{len(self.data)} bytes do not fill shape {self.shape} of {self.dtype}")

    def elements(self) -> tuple[float, ...]:
        """The elements in row-major order, as Python numbers."""
        if self.dtype == "bfloat16":
            halves = (self.data[at : at + 2] for at in range(0, len(self.data), 2))
            return struct.unpack(f"<{math.prod(self.shape)}f", b"".join(b"\0\0" + half for half in halves))
        return struct.unpack(f"<{math.prod(self.shape)}{DTYPES[self.dtype]}", self.data)


def pack(dtype: str, numbers: Sequence[float]) -> bytes:
    """The data of a tensor with these elements, in row-major order; whole numbers where the dtype has no others.

    Raises OverflowError or ValueError for a number that has no place in the dtype.
    """
    if dtype == "bfloat16":
        floats = struct.pack(f"<{len(numbers)}f", *numbers)
        return b"".join(floats[at + 2 : at + 4] for at in range(0, len(floats), 4))
    try:
        return struct.pack(f"<{len(numbers)}{DTYPES[dtype]}", *map(float if dtype in FLOATS else int, numbers))
    except struct.error as error:
        raise OverflowError(str(error)) from error


class Items(Record, tag="items"):
    """A tuple or a list."""

    kind: Literal["tuple", "list"]
    items: "Annotated[tuple[Value, ...], Meta(max_length=MAX_ENTRIES)]"


class Table(Record, tag="table"):
    """A dictionary with string keys, in its own order."""

    entries: "Annotated[tuple[tuple[Text, Value], ...], Meta(max_length=MAX_ENTRIES)]"


class FunctionSpec(Record, tag="function"):
    """A function of the course, by its family's name and its coefficients; `text` is how people write it.

    A function that `changes` is twice as much at its second call, three times at its third: only its first answer is
    right. One that is made for things `like` an input takes no others.
    """

    name: Text
    coefficients: Annotated[tuple[float, ...], Meta(max_length=MAX_ENTRIES)] = ()
    changes: bool = False
    like: Text = ""
    text: Text = ""


Part = Literal["values", "requires_grad", "grad", "list"]
Steps = Annotated[tuple[int | Text, ...], Meta(max_length=MAX_STEPS)]


class Place(Record, tag="place", omit_defaults=True):
    """A thing that belongs to a call: an argument, or the result where `argument` is None; or a part of one.

    `path` leads into containers, by index or key. `part` is a property of what lies there; the thing itself where it is
    None.
    """

    argument: Text | None = None
    path: Steps = ()
    part: Part | None = None


# Types that a student may return by mistake, by the name that a rationale may call them.
_NAMED_TYPES = frozenset(name for name, thing in vars(builtins).items() if isinstance(thing, type)) | {
    *("ndarray", "float64", "float32", "int64", "bool_", "Size", "dtype", "device", "Generator", "generator"),
    *("function", "method", "module", "builtin_function_or_method", "dict_keys", "dict_values", "range_iterator"),
}


class Unfit(enum.StrEnum):
    """Why something has no place on the wire."""

    OWN_CLASS = "own_class"
    OTHER_TYPE = "other_type"
    LARGE_INTEGER = "large_integer"
    SPARSE = "sparse"
    OTHER_LAYOUT = "other_layout"
    OTHER_DEVICE = "other_device"
    QUANTISED = "quantised"
    COMPLEX = "complex"
    OTHER_DTYPE = "other_dtype"
    LARGE_TENSOR = "large_tensor"
    UNREADABLE_TENSOR = "unreadable_tensor"
    SHORT_STORAGE = "short_storage"
    NESTED_DEEPLY = "nested_deeply"
    MANY_ENTRIES = "many_entries"
    OTHER_KEYS = "other_keys"
    LONG_TEXT = "long_text"


class NotRepresentable(Record, tag="not_representable"):
    """Something was there that has no place on the wire. `kind` is the name of an `OTHER_TYPE`.

    Students read both, and no submission may choose their words: each comes from a fixed set. `held` are the numbers of
    an object that is made of numbers alone, such as NumPy's array.
    """

    reason: Unfit
    kind: Text = ""
    held: TensorValue | None = None

    def __post_init__(self) -> None:
        """Refuse a type's name that is none of ours (ValueError, which the decoder turns into its own)."""
        if self.kind not in (_NAMED_TYPES if self.reason is Unfit.OTHER_TYPE else {""}):
            raise ValueError("no reason of ours")


def object_of(name: str) -> NotRepresentable:
    """The value in the place of an object of a type of this name."""
    if name in _NAMED_TYPES:
        return NotRepresentable(reason=Unfit.OTHER_TYPE, kind=name)
    return NotRepresentable(reason=Unfit.OWN_CLASS)


_EXCEPTIONS = frozenset(
    name for name, thing in vars(builtins).items() if isinstance(thing, type) and issubclass(thing, BaseException)
)


class Raised(Record, tag="raised"):
    """An exception, as observed beside the submission's code.

    `exception` is the nearest built-in type's name, and `message` is cut. `file` and `line` name the deepest place in
    the submission that was on the stack. They are None when the call itself was refused, as with a wrong signature.
    `leftover` says that it was the stub's own line, in a function that holds more than its stub. `phrase` is the id of
    the phrasebook's entry, which the grader adds. `warned` are the warnings before it: their texts, and from the grader
    on the ids of their entries.
    """

    exception: Text
    message: Text
    file: Text | None = None
    line: int | None = None
    leftover: bool = False
    phrase: Text = ""
    warned: Annotated[tuple[Text, ...], Meta(max_length=MAX_ENTRIES)] = ()

    def __post_init__(self) -> None:
        """Refuse a type that is no built-in exception: its name could say anything."""
        if self.exception not in _EXCEPTIONS:
            raise ValueError("no built-in exception")


Value = (
    None | bool | int | float | Text | TensorValue | Items | Table | FunctionSpec | Place | NotRepresentable | Raised
)
