"""What people read: values, calls, torch's errors, names of exercises."""

import pytest
import torch

from grader.authoring import Draw, asks, function, hidden, tensor
from grader.catalog import Catalog, load_catalog
from grader.display import describe_kind, show, show_call
from grader.errors import UsageError
from grader.functions import build, text
from grader.functions.families import FAMILIES
from grader.model import (
    Absent,
    FunctionSpec,
    Items,
    NotRepresentable,
    Question,
    Raised,
    Table,
    TensorValue,
    Undefined,
    Value,
)
from grader.phrasebook import _phrases, look_up
from grader.resolve import resolve
from grader.wire import Cell, Definition, Note, SourceFile

SHOWN: list[tuple[TensorValue, str]] = [
    (tensor([0, 1, 2, 3], dtype="float32"), "tensor([0., 1., 2., 3.])"),
    (tensor([1.5]), "tensor([1.5], dtype=float64)"),
    (tensor(2, dtype="float32"), "tensor(2.)"),
    (tensor([1, 2, 3, 4], dtype="int64", shape=(2, 2)), "tensor([[1, 2], [3, 4]])"),
    (tensor([1, 0], dtype="bool"), "tensor([True, False])"),
    (tensor([], dtype="float32"), "tensor([])"),
    (tensor([], dtype="float32", shape=(2, 0)), "tensor([], size=(2, 0))"),
    (tensor([1 / 3], dtype="float32"), "tensor([0.333333])"),
    (tensor([float("nan"), float("-inf"), 1e-9], dtype="float32"), "tensor([nan, -inf, 1e-09])"),
    (tensor([1], dtype="float32", grad=tensor([2], dtype="float32")), "tensor([1.], grad=tensor([2.]))"),
    (tensor([1], dtype="float32", requires_grad=True), "tensor([1.], requires_grad=True)"),
    (tensor([0.0] * 61), "a float64 tensor of shape (61,)"),
]


@pytest.mark.parametrize(("value", "shown"), SHOWN)
def test_tensors_read_as_torch_writes_them(value: TensorValue, shown: str) -> None:
    """Numbers to six significant digits, dtype where it is not the usual one; long ones by kind."""
    assert show(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (True, "True"),
        (3, "3"),
        (1.0, "1."),
        ("a", "'a'"),
        (Items(kind="tuple", items=(1,)), "(1,)"),
        (Items(kind="list", items=(1, 2)), "[1, 2]"),
        (Table(entries=(("a", 1),)), "{'a': 1}"),
        (function("twice_dot"), "lambda x: 2 * x.dot(x)"),
        (NotRepresentable(reason="a thing"), "a thing"),
        (Raised(exception="ValueError", message="no"), "ValueError: no"),
    ],
)
def test_every_value_is_shown_in_a_line(value: Value, shown: str) -> None:
    """Containers, functions and exceptions included."""
    assert show(value) == shown


def test_a_call_is_shown_as_it_would_be_typed() -> None:
    """The exercise with its inputs by name."""
    question = Question(exercise="f", inputs=(("x", tensor([1], dtype="float32")), ("n", 2)))
    assert show_call(question) == "f(x=tensor([1.]), n=2)"


def test_a_kind_tells_no_value() -> None:
    """What may be said of a hidden answer: its kind, dtype and shape."""
    assert describe_kind(tensor([77.5])) == "a float64 tensor of shape (1,)"
    assert describe_kind(77.5) == "a Python float"
    assert describe_kind("secret") == "a Python str"
    assert "secret" not in describe_kind(Raised(exception="ValueError", message="secret"))
    assert describe_kind(Items(kind="tuple", items=(1, 2))) == "a tuple of 2"


# ---------------------------------------------------------------- functions

POINTS = {"mix": torch.tensor([0.5, -1.5]), "fan": torch.tensor(0.5)}


def spec_of(name: str) -> FunctionSpec:
    """A function of the family, as a check would draw it."""

    @asks("gradient")
    def one(draw: Draw):  # type: ignore[no-untyped-def]
        yield hidden(f=draw.function(name, 6 if FAMILIES[name].arity is None else None))

    [question] = one.questions("1")
    spec = dict(question.inputs)["f"]
    assert isinstance(spec, FunctionSpec)
    return spec


@pytest.mark.parametrize("name", FAMILIES)
def test_a_formula_is_the_function(name: str) -> None:
    """What a rationale shows computes what the function computes, in x's own dtype."""
    point = POINTS.get(name, torch.tensor(0.5) if "kink" in name or name == "smooth" else torch.tensor([0.5, -1.5]))
    spec = spec_of(name)
    for x in (point.float(), point.double()):
        shown = eval(text(spec), {"torch": torch})
        assert build(spec)(x).dtype == x.dtype
        assert torch.allclose(build(spec)(x), shown(x).to(x.dtype), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in FAMILIES if FAMILIES[name].arity != 0])
def test_coefficients_are_drawn_anew(name: str) -> None:
    """Two functions of one family differ, and no coefficient is near 0 or 2."""
    spec = spec_of(name)
    assert len(set(spec.coefficients)) == len(spec.coefficients)
    assert all(0.3 <= abs(number) <= 1.7 for number in spec.coefficients)


# ---------------------------------------------------------------- phrasebook


PROVOKED: dict[str, str] = {
    "graph_freed": "y = (leaf ** 2).sum(); y.backward(); y.backward()",
    "nothing_requires_grad": "torch.ones(1).sum().backward()",
    "vector_needs_gradient": "leaf.backward()",
    "leaf_in_place": "leaf.add_(1)",
    "leaf_view_in_place": "leaf[0] = 1.0",
    "overwritten": "y = leaf.exp(); y.mul_(2); y.sum().backward()",
    "unused_input": "torch.autograd.grad(leaf.sum(), torch.ones(1, requires_grad=True))",
    "grad_is_none": "leaf.grad.zero_()",
    "none_attribute": "leaf.grad.clone()",
    "grad_assigned": "leaf.grad = 0",
    "integers": "torch.arange(3).requires_grad_(True)",
    "integers_constructor": "torch.tensor([1], requires_grad=True)",
    "numpy_on_graph": "leaf.numpy()",
    "inference_tensor": "with torch.inference_mode(): made = torch.ones(2)\n(made * leaf).sum().backward()",
    "not_a_tensor": "leaf.sum().item().backward()",
    "dtype_mismatch": "torch.ones(2).dot(torch.ones(2).double())",
    "undefined_name": "nothing_of_that_name",
}


def error_of(source: str) -> Raised:
    """The exception that these lines raise, with a leaf at hand."""
    try:
        exec(source, {"torch": torch, "leaf": torch.tensor([1.0, 2.0], requires_grad=True)})
    except Exception as error:
        return Raised(exception=type(error).__name__, message=str(error))
    pytest.fail(f"{source} raised nothing")


@pytest.mark.parametrize("identity", [phrase.id for phrase in _phrases()])
def test_the_phrasebook_knows_torchs_own_words(identity: str) -> None:
    """Every entry is found for the error that torch really raises, and explains it in a sentence."""
    found = look_up(error_of(PROVOKED[identity]))
    assert found is not None
    assert found.id == identity
    assert found.says[-1] in ".?"


def test_an_unknown_error_has_no_phrase() -> None:
    """What is not in the book is not explained."""
    assert look_up(Raised(exception="ValueError", message="something else")) is None


# ---------------------------------------------------------------- names

CATALOG = load_catalog()
CHAPTER = "ch02_first_backward"


def test_selecting_keeps_the_catalogs_order() -> None:
    """Exercises and chapters may be named, in any order."""
    selected = CATALOG.select(["make_leaf", "ch05_using_a_graph_twice"])
    assert selected.exercise_ids == ("make_leaf", "backward_twice", "backward_n_times")
    assert CATALOG.select([]) == CATALOG


@pytest.mark.parametrize(("name", "said"), [("jacobian_2xt", "'jacobian_2xtx'"), ("qqqq", "grader list")])
def test_an_unknown_name_is_refused_with_help(name: str, said: str) -> None:
    """The nearest name is suggested, or where to look."""
    with pytest.raises(UsageError, match=said):
        CATALOG.select([name])


def a_file(path: str, source: str = "") -> SourceFile:
    """A file of a submission."""
    stem = path.rsplit("/", 1)[-1].removesuffix(".py")
    return SourceFile(path=path, stem=stem, cells=(Cell(file=path, source=source),))


def defined(path: str, name: str = "make_leaf", *, kind: str = "function") -> Definition:
    """A definition in a file."""
    return Definition(name=name, file=path, line=1, callable=kind == "function", kind=kind)


def found(*definitions: Definition, files: tuple[SourceFile, ...] = (), notes: tuple[Note, ...] = ()) -> object:
    """What answers make_leaf."""
    known = {file.path for file in files}
    everything = (*files, *(a_file(one.file) for one in definitions if one.file not in known))
    return resolve(definitions, "make_leaf", CATALOG, everything, notes)


def test_the_chapters_own_file_wins_else_the_last() -> None:
    """Of several definitions the chapter's file has it, the outermost one; else the last."""
    own, deep = defined(f"{CHAPTER}.py"), defined(f"old/{CHAPTER}.py")
    first, last = defined("a.py"), defined("b.py")
    assert found(first, own, deep, last) == own
    assert found(first, deep, last) == deep
    assert found(first, last) == last


def test_what_is_no_function_is_told() -> None:
    """A number of the right name is no answer."""
    assert "of type int" in str(found(defined("a.py", kind="int")))


def test_nothing_of_a_chapter_is_absent() -> None:
    """Neither the chapter's file nor one of its functions: nothing was handed in."""
    assert found() == Absent()
    assert found(defined("a.py", "snapshot")) == Absent()
    assert isinstance(found(defined("a.py", "gradient")), Undefined)
    assert isinstance(found(files=(a_file(f"{CHAPTER}.py"),)), Undefined)


def test_a_misspelt_name_is_suggested() -> None:
    """A function with nearly the right name may be meant; another exercise's is not."""
    assert "Is make_laef meant" in str(found(defined("a.py", "make_laef"), defined("a.py", "gradient")))


def test_only_a_failure_that_could_hide_a_function_is_blamed() -> None:
    """A failure in a file that names the function explains its absence; one elsewhere does not."""
    failure = Note(file="a.py", line=3, text="SyntaxError: no", failed=True)
    blamed = found(files=(a_file("a.py", "def make_leaf(:"),), notes=(failure,))
    assert "a.py, line 3: SyntaxError: no" in str(blamed)
    assert found(files=(a_file("a.py", "import nothing"),), notes=(failure,)) == Absent()


def test_a_catalog_is_plain_data() -> None:
    """It is compared by value, so a selection of everything is the catalog itself."""
    assert CATALOG.select([chapter.id for chapter in CATALOG.chapter]) == CATALOG
    assert isinstance(CATALOG, Catalog)
