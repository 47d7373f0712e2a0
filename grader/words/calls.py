"""The call that a question asks for, as code that runs where torch is imported and the function is defined.

Its last expression is what the report shows as the actual value.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from grader.inside.digits import exact
from grader.inside.values import DTYPES, FLOATS, FunctionSpec, Items, Place, Table, TensorValue, Value
from grader.records import Question
from grader.words.values import MAX_ELEMENTS, listed, nested, show

# What a literal is without a dtype: numbers with a point, whole numbers and truth values.
_PLAIN_DTYPES = ("float32", "int64", "bool")


def _nothing(**_: Value) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledAs:
    """The code of a call, over the names of a case's inputs, where these are not just the function's arguments.

    `call` shows the result. Statements that are `prepared` from the inputs stand before it. `facts` have code of their
    own: it makes the call, and shows the fact instead of the result.
    """

    call: str = ""
    prepared: Callable[..., Sequence[str]] = _nothing
    facts: Mapping[str, str] = field(default_factory=dict)


JUST_CALLED = CalledAs()
"""The function is called with the inputs, one after the other."""


def show_call(question: Question, called_as: CalledAs, fact: str | None = None) -> str:
    """The inputs, and the call that is made from them; its value is the fact, or the result.

    An input that holds a tensor has its name, so that it can be looked at after the call. The others stand in the
    call, but for functions that are called there, or needed twice.
    """
    inputs = dict(question.inputs)
    first = _first_places(inputs)
    code = called_as.facts.get(fact or "") or called_as.call or f"{question.exercise}({', '.join(inputs)})"
    statements = [*called_as.prepared(**inputs), code]
    named = {name: value for name, value in inputs.items() if _needs_name(name, value, "; ".join(statements), first)}
    inside = {name: write(value) for name, value in inputs.items() if name not in named}
    made = [statement for name, value in named.items() for statement in _made(name, value, first)]
    return "; ".join([*made, *(_filled(statement, inside) for statement in statements)])


def write(value: Value) -> str:
    """A value as an expression that makes it, but for the old gradients of its tensors."""
    match value:
        case TensorValue():
            return f"{_spread(value) if value.spread else _tensor(value)}{' * 1' if value.computed else ''}"
        case Items(kind="list", items=items):
            return f"[{listed(map(write, items))}]"
        case Items(items=(one,)):
            return f"({write(one)},)"
        case Items(items=items):
            return f"({listed(map(write, items))})"
        case Table(entries=entries):
            return "{" + listed(f"{name!r}: {write(entry)}" for name, entry in entries) + "}"
        case float():
            return _number(value, "d")
        case plain:
            return show(plain)


def _first_places(inputs: Mapping[str, Value]) -> Mapping[Value, str]:
    """Where a thing of two names is made first, by what stands for it: a function, or the place of an argument."""
    functions: dict[Value, list[str]] = {}
    first: dict[Value, str] = {}
    for name, value in inputs.items():
        for place, part in _parts(name, value):
            if isinstance(part, FunctionSpec):
                functions.setdefault(part, []).append(place)
            elif isinstance(part, Place):
                first[part] = part.argument or ""
    return first | {function: places[0] for function, places in functions.items() if len(places) > 1}


def _needs_name(name: str, value: Value, code: str, first: Mapping[Value, str]) -> bool:
    if name in first.values():
        return True
    if any(isinstance(part, TensorValue) or part in first for _, part in _parts(name, value)):
        return True
    uses = re.findall(rf"\b{name}\b.?", code)
    return isinstance(value, FunctionSpec) and uses not in ([f"{name},"], [f"{name})"])


def _made(name: str, value: Value, first: Mapping[Value, str]) -> Iterator[str]:
    """The statements that make an input."""
    if first.get(value, name) == name:
        yield f"{name} = {write(value)}"
    for place, part in _parts(name, value):
        if isinstance(part, TensorValue) and part.grad is not None:
            yield f"{place}.grad = {write(part.grad)}"
        if first.get(part, place) != place:
            yield f"{place} = {first[part]}"


def _parts(place: str, value: Value) -> Iterator[tuple[str, Value]]:
    """A value and everything inside it, each with the expression that leads to it."""
    yield place, value
    match value:
        case Items(items=items):
            for index, item in enumerate(items):
                yield from _parts(f"{place}[{index}]", item)
        case Table(entries=entries):
            for key, entry in entries:
                yield from _parts(f"{place}[{key!r}]", entry)
        case _:
            pass


def _filled(code: str, inside: Mapping[str, str]) -> str:
    """Code with expressions in the place of names."""
    if not inside:
        return code
    names = "|".join(map(re.escape, inside))
    return re.sub(rf"(?<![\w.])({names})\b", lambda found: inside[found[1]], code)


def _number(value: float, code: str) -> str:
    written = exact(value, code)
    if "n" in written:  # infinities, and what is no number
        return f"{'-' if written.startswith('-') else ''}float({written.lstrip('-')!r})"
    return written if "." in written or "e" in written else f"{written}."


def _spread(value: TensorValue) -> str:
    """A tensor with gaps in memory; no view, of which torch would refuse to take the history in place."""
    plain = _tensor(replace(value, requires_grad=False))
    return f"{plain}.repeat_interleave(2, -1)[..., ::2].data{'.requires_grad_()' if value.requires_grad else ''}"


def _tensor(value: TensorValue) -> str:
    elements = value.elements()
    is_plain = value.dtype in _PLAIN_DTYPES if elements else value.dtype == "float32"
    extras = [] if is_plain else [f"dtype=torch.{value.dtype}"]
    extras += ["requires_grad=True"] if value.requires_grad else []
    words = [_element(one, value.dtype) for one in elements[: MAX_ELEMENTS + 1]]
    if len(words) > MAX_ELEMENTS:
        return _long(value, words, extras)
    if not words and len(value.shape) > 1:
        return f"torch.zeros({', '.join([str(value.shape), *extras])})"
    return f"torch.tensor({', '.join([nested(words, value.shape), *extras])})"


def _long(value: TensorValue, words: Sequence[str], extras: Sequence[str]) -> str:
    """A tensor of many elements: one of equal ones is short all the same, and any other is cut and does not run."""
    if len(set(value.elements())) == 1:
        return f"torch.full({', '.join([str(value.shape), words[0], *extras])})"
    return f"torch.tensor({', '.join([f'[{words[0]}, {words[1]}, ...]', *extras, f'size={value.shape}'])})"


def _element(element: float, dtype: str) -> str:
    return _number(element, "f" if dtype == "bfloat16" else DTYPES[dtype]) if dtype in FLOATS else str(element)
