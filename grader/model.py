"""The records that flow through the grader: values, questions, observations, verdicts.

They are plain, frozen and hashable, so they can be dictionary keys, cross a pipe and be kept in a file. Nothing here
imports torch: a tensor is its dtype, its shape and its bytes.
"""

import builtins
import enum
import math
import struct
from typing import Annotated, Literal, dataclass_transform

import msgspec
from msgspec import Meta

DTYPES = {
    "float64": "d",
    "float32": "f",
    "float16": "e",
    "int64": "q",
    "int32": "i",
    "int16": "h",
    "int8": "b",
    "uint8": "B",
    "bool": "?",
}
"""The dtypes that have a place on the wire, with their `struct` codes."""
_BYTES = {dtype: struct.calcsize(f"<{code}") for dtype, code in DTYPES.items()}

# Most of these records may come from beside a submission's code, so nothing in them is without a bound.
MAX_ELEMENTS = 100_000
MAX_DIMENSIONS = 16
MAX_ENTRIES = 1000
MAX_PARTS = 10_000
"""Entries of a fact's containers all together: people read them, and they are compared with many others."""
MAX_TEXT = 2000

Text = Annotated[str, Meta(max_length=MAX_TEXT)]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all records: immutable, compared by value, decoded strictly."""


# ---------------------------------------------------------------- values


class TensorValue(Record, tag="tensor"):
    """A dense tensor: `data` holds its elements in row-major order, little-endian, without padding.

    `grad` and `requires_grad` belong to inputs: a caller's tensor may already track gradients and hold an old one.
    """

    dtype: Text
    shape: Annotated[tuple[int, ...], Meta(max_length=MAX_DIMENSIONS)]
    data: Annotated[bytes, Meta(max_length=MAX_ELEMENTS * 8)]
    requires_grad: bool = False
    grad: "TensorValue | None" = None

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
        return struct.unpack(f"<{math.prod(self.shape)}{DTYPES[self.dtype]}", self.data)


class Items(Record, tag="items"):
    """A tuple or a list."""

    kind: Literal["tuple", "list"]
    items: "Annotated[tuple[Value, ...], Meta(max_length=MAX_ENTRIES)]"


class Table(Record, tag="table"):
    """A dictionary with string keys, in its own order."""

    entries: "Annotated[tuple[tuple[Text, Value], ...], Meta(max_length=MAX_ENTRIES)]"


class FunctionSpec(Record, tag="function"):
    """A function of `grader.functions`, by its family's name and its coefficients.

    A function that `changes` is twice as much at its second call, three times at its third: only its first answer is
    right.
    """

    name: Text
    coefficients: Annotated[tuple[float, ...], Meta(max_length=MAX_ENTRIES)] = ()
    changes: bool = False


# Types that a student may return by mistake, by the name that a rationale may call them.
_NAMED_TYPES = frozenset(name for name, thing in vars(builtins).items() if isinstance(thing, type)) | {
    *("ndarray", "float64", "float32", "int64", "bool_", "Size", "dtype", "device", "Generator", "generator"),
    *("function", "method", "module", "builtin_function_or_method", "dict_keys", "dict_values", "range_iterator"),
}
REASONS = frozenset(
    {
        "an object of a class of its own",
        "an integer of more than 64 bits",
        "a sparse tensor",
        "a tensor of a layout of its own",
        "a tensor on another device than the CPU",
        "a quantised tensor",
        "a complex tensor",
        "a tensor of a dtype that no exercise uses",
        "a tensor too large to be compared",
        "a tensor that cannot be read",
        "a tensor whose storage is smaller than its shape",
        "a tuple or list nested too deeply",
        "more entries than can be compared",
        "a dict with keys that are not strings",
        "a text too long to be compared",
        *(f"an object of type {name}" for name in _NAMED_TYPES),
    }
)
"""What there may be in place of a value. A fixed set: students read it, and no submission may choose its words."""


def object_reason(name: str) -> str:
    """The reason for an object of a type of this name."""
    return f"an object of type {name}" if name in _NAMED_TYPES else "an object of a class of its own"


class NotRepresentable(Record, tag="not_representable"):
    """Something was there that has no place on the wire; `reason` says what, in words of `REASONS`."""

    reason: Text

    def __post_init__(self) -> None:
        """Refuse words of a submission's own (ValueError, which the decoder turns into its own)."""
        if self.reason not in REASONS:
            raise ValueError("no reason of ours")


_EXCEPTIONS = frozenset(
    name for name, thing in vars(builtins).items() if isinstance(thing, type) and issubclass(thing, BaseException)
)


class Raised(Record, tag="raised"):
    """An exception, as observed beside the submission's code.

    `exception` is the nearest built-in type's name, and `message` is cut. `file` and `line` name the deepest place in
    the submission that was on the stack. They are None when the call itself was refused, as with a wrong signature.
    `leftover` says that it was the stub's own line, in a function that holds more than its stub. `cause` is what the
    source says of it.
    """

    exception: Text
    message: Text
    file: Text | None = None
    line: int | None = None
    leftover: bool = False
    cause: Text = ""

    def __post_init__(self) -> None:
        """Refuse a type that is no built-in exception: its name could say anything."""
        if self.exception not in _EXCEPTIONS:
            raise ValueError("no built-in exception")


Value = None | bool | int | float | Text | TensorValue | Items | Table | FunctionSpec | NotRepresentable | Raised


# ---------------------------------------------------------------- questions and observations


class Visibility(enum.StrEnum):
    """Whether a question's inputs and expected values may be shown to the student."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class Question(Record):
    """One call to observe: the exercise (which names the probe, too) and its inputs by name."""

    exercise: str
    inputs: tuple[tuple[str, Value], ...]
    visibility: Visibility = Visibility.HIDDEN

    @property
    def calls(self) -> int:
        """How often the function is called: for a visible question once more, with other numbers."""
        return 2 if self.visibility is Visibility.VISIBLE else 1


SHORTCUTS = ("jacobian", "hessian", "jacrev", "jacfwd")
"""torch's functions that give a whole matrix of derivatives at once; some exercises ask to do without."""


class Answered(Record, tag="answered"):
    """The call came back; `facts` are what the probe recorded, in its order."""

    facts: Annotated[tuple[tuple[Text, Value], ...], Meta(max_length=MAX_ENTRIES)]


class NotStarted(Record, tag="not_started"):
    """The stub's own `raise NotImplementedError` is still there and is what raised."""


class OutOfMemory(Record, tag="out_of_memory"):
    """The call asked for more memory than a submission may use."""


class TooMuchOutput(Record, tag="too_much_output"):
    """The submission printed more than it may in all: `limit` bytes."""

    limit: int


class TimedOut(Record, tag="timed_out"):
    """The call did not end. `limit` says which limit it met, `seconds` how long that was.

    `cpu` is time of computing, `blocked` time of waiting by its own doing, `wall` time as a clock on the wall shows it.
    For `exercise` and `submission` it was not even begun, since their time had been used up.
    """

    limit: Literal["cpu", "blocked", "wall", "exercise", "submission"]
    seconds: float


class Died(Record, tag="died"):
    """The worker ended, or answered something that is no answer; `reason` continues "the process ..."."""

    reason: str


class Undefined(Record, tag="undefined"):
    """The submission defines no such function although its chapter was handed in; `reason` says what is known."""

    reason: str


class Absent(Record, tag="absent"):
    """The submission holds nothing of the exercise's chapter."""


Observation = Answered | Raised | NotStarted | OutOfMemory | TooMuchOutput | TimedOut | Died | Undefined | Absent


class Row(Record):
    """The answer to one question: the observation, and the text that was printed meanwhile."""

    observation: Observation
    output: str = ""


Observations = dict[Question, Row]


# ---------------------------------------------------------------- verdicts


class Verdict(enum.StrEnum):
    """How a check ended; `docs/verdicts.md` has the table of causes, points and who acts."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NOT_STARTED = "not_started"
    UNGRADED = "ungraded"


class Evidence(Record):
    """Why, with values: shown only where the question is visible, or to the instructor."""

    call: str | None = None
    actual: str | None = None
    expected: str | None = None
    detail: str | None = None


class Outcome(Record):
    """The judgement of one check. `rationale` is safe to show for a hidden question; `evidence` is not.

    `hint` is set where the cause asks for another question than the exercise does.
    """

    verdict: Verdict
    visibility: Visibility
    rationale: str = ""
    hint: str | None = None
    evidence: Evidence | None = None


class LayerName(enum.StrEnum):
    """The ways of confining submissions, outermost first; `grader.sandbox.layers` says what each does."""

    PROCESS = "process"
    SUBREAPER = "subreaper"
    NAMESPACES = "namespaces"
    LIMITS = "limits"
    UNPRIVILEGED = "unprivileged"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


class Layer(Record):
    """One way of confining submissions: does it really hold here, and if not, why."""

    name: LayerName
    active: bool
    why_not: str = ""


class Limits(Record):
    """The limits of a submission.

    Seconds of a question and of the import are CPU time. A worker may wait as long as it may compute, but never longer
    than in a question. The wall clock may show `wall_factor` times as much, so that a loaded machine is fair. The whole
    submission's seconds are wall time.

    All calls of an exercise that do not end cost it together `lost_factor` times a question's seconds. The first call
    costs a whole time, and calls that are asked again the rest.
    """

    question_seconds: float = 5.0
    import_seconds: float = 10.0
    submission_seconds: float = 300.0
    wall_factor: float = 4.0
    lost_factor: float = 2.2
    memory_bytes: int = 1 << 30
    output_characters: int = 4000
    output_bytes: int = 16 << 20
