"""Guesses: answers that somebody gives who knows the signature and the example alone, or gets the last step wrong.

A guess is made from what the stub's signature says that comes back, so no exercise is named here.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.answers import Answer, right_answers
from audit.grading import Graders
from audit.pool import Pool
from audit.record import Guess
from grader.course import Course
from grader.inside.values import Items, Table, TensorValue, Value
from grader.records import Visibility

# Of one tensor `x` among the arguments, and of a function `f`, if there is one.
_FROM_TENSOR = {
    "zeros": "torch.zeros_like({x})",
    "ones": "torch.ones_like({x})",
    "the argument": "{x}",
    "the argument detached": "{x}.detach()",
}
_FROM_FUNCTION = {"the function's value": "{f}({x})", "the function's value detached": "{f}({x}).detach()"}
# The right answer, of which one step is wrong.
_FROM_RIGHT = {
    "right and negated": "-part",
    "right and doubled": "2 * part",
    "right and transposed": "part.T if part.dim() == 2 else part.unsqueeze(-1)",
}

_MAPPED = """
def mapped(whole):
    if isinstance(whole, dict):
        return {{key: mapped(part) for key, part in whole.items()}}
    if isinstance(whole, (tuple, list)):
        return type(whole)(mapped(part) for part in whole)
    return None if whole is None else changed(whole)

def changed(part):
    return {form}

def {exercise}(*arguments):
    return mapped(right(*arguments))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The parameters of a stub by the kind of thing they are, and what comes back."""

    name: str
    parameters: Sequence[str]
    tensors: Sequence[str]
    functions: Sequence[str]
    mappings: Sequence[str]
    sequences: Sequence[str]
    returns: ast.expr


def guesses_at(course: Course, exercises: Sequence[str], pool: Pool) -> tuple[Guess, ...]:
    """Every guess at these exercises, graded."""
    tasks = [
        (exercise, name, source)
        for exercise in exercises
        for source, name in {source: name for name, source in guesses_of(course, exercise).items()}.items()
    ]
    return tuple(pool.each("guesses", graded, tasks))


def graded(graders: Graders, task: tuple[str, str, str]) -> Guess:
    """The points of one guess."""
    exercise, name, source = task
    (marks,) = graders.marks(exercise, source)
    return Guess(exercise=exercise, name=name, points=marks.points, source=source)


def guesses_of(course: Course, exercise: str) -> Mapping[str, str]:
    """The sources of all guesses at one exercise, by name."""
    stub = (course.stubs / f"{course.catalog.chapter_of(exercise).id}.py").read_text(encoding="utf-8")
    signature = signature_of(stub, exercise)
    example = next(
        question
        for check in course.checks
        if check.cases.exercise == exercise
        for question in check.cases.questions("1", course.probes.families)
        if question.visibility is Visibility.VISIBLE
    )
    shown = course.answer(example).get("returned")
    found = {**dict(blind(signature)), "the example's result": _function(signature, literal(shown))}
    reference, *_ = right_answers(course, exercise)
    if not _is_none(signature.returns):
        found |= wrong_in_one_step(reference)
    return found


def signature_of(stub: str, exercise: str) -> Signature:
    """The signature that stands in a stub."""
    (function,) = (node for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef) and node.name == exercise)
    kinds = {arg.arg: ast.unparse(arg.annotation) if arg.annotation else "" for arg in function.args.args}

    def of(*beginnings: str) -> list[str]:
        return [name for name, kind in kinds.items() if kind.startswith(beginnings)]

    return Signature(
        name=exercise,
        parameters=list(kinds),
        tensors=of("torch.Tensor"),
        functions=of("Callable"),
        mappings=of("Mapping"),
        sequences=of("Sequence"),
        returns=function.returns or ast.Constant(None),
    )


def blind(signature: Signature) -> Iterator[tuple[str, str]]:
    """The guesses that know nothing but the signature."""
    if _is_none(signature.returns):
        yield "nothing", _function(signature, "None")
        return
    forms = {**_FROM_TENSOR, **(_FROM_FUNCTION if signature.functions or signature.mappings else {})}
    for name, form in forms.items():
        yield name, _function(signature, _filled(signature, signature.returns, form, {}))


def wrong_in_one_step(reference: Answer) -> Mapping[str, str]:
    """The right answer, changed at its end."""
    right = reference.source.replace(f"def {reference.exercise}(", "def right(")
    return {name: right + _MAPPED.format(form=form, exercise=reference.exercise) for name, form in _FROM_RIGHT.items()}


def literal(value: Value) -> str:
    """A value as source that makes all of it: what the report writes is cut where it is long."""
    match value:
        case TensorValue(dtype=dtype, shape=shape):
            return f"torch.tensor({list(value.elements())}, dtype=torch.{dtype}).reshape({shape})"
        case Items(kind="list", items=items):
            return f"[{', '.join(map(literal, items))}]"
        case Items(items=items):
            return f"({''.join(f'{literal(one)}, ' for one in items)})"
        case Table(entries=entries):
            return f"{{{', '.join(f'{key!r}: {literal(one)}' for key, one in entries)}}}"
        case _:
            return repr(value)


def _function(signature: Signature, result: str) -> str:
    return f"import torch\n\ndef {signature.name}({', '.join(signature.parameters)}):\n    return {result}\n"


def _filled(signature: Signature, returns: ast.expr, form: str, near: Mapping[str, str]) -> str:
    """The source of a result of this type, with the form in the place of every tensor."""
    match returns:
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=parts)):
            return f"({''.join(f'{_filled(signature, part, form, near)}, ' for part in parts)})"
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[_, part])):
            named = {"f": f"{signature.mappings[0]}[key]"}
            return f"{{key: {_filled(signature, part, form, named)} for key in {signature.mappings[0]}}}"
        case ast.Subscript(value=ast.Name(id="list"), slice=part):
            inner = _filled(signature, part, form, {"x": "one"})
            return f"[{inner} for one in {signature.sequences[0]}]"
        case ast.BinOp(left=part):
            return _filled(signature, part, form, near)
        case _:
            first = {"x": next(iter(signature.tensors), ""), "f": next(iter(signature.functions), "")}
            return form.format_map({**first, **near})


def _is_none(returns: ast.expr) -> bool:
    return isinstance(returns, ast.Constant) and returns.value is None
