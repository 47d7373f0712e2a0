"""Each sentence of a stub is a promise, and every promise is asked: the kinds of input that it names, and the facts.

`contracts/` quotes the stubs sentence by sentence, with what puts each one to the test. `x: float32` is a kind of an
argument, `result: nan` one of what is right, `told: freed` a text among the expected facts, and `fact: shared` a fact
that a check has to read.
"""

import ast
import math
import re
import struct
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
import torch

from grader.inside.values import FunctionSpec, Items, Place, Table, TensorValue, Value
from grader.records import Question
from tests.corpus.conftest import KNOW, SEEDS, Corpus, arguments_of, at_the_first_call, questions_on
from tests.support import CATALOG, COURSE, ROOT

EXERCISES = CATALOG.exercise_ids
CONTRACTS = ROOT / "tests" / "corpus" / "contracts"
Contract = Mapping[str, Sequence[str]]
_END_OF_SENTENCE = re.compile(r"(?<=[.!?]) (?=\S)")


def contract_of(exercise: str) -> Contract:
    """The promises of a stub, each with what asks for it."""
    file = CONTRACTS / f"{CATALOG.chapter_of(exercise).id}.toml"
    contract: Contract = tomllib.loads(file.read_text(encoding="utf-8"))[exercise]
    return contract


def sentences_of(exercise: str) -> list[str]:
    """What a stub says, up to its example."""
    tree = ast.parse((COURSE.stubs / f"{CATALOG.chapter_of(exercise).id}.py").read_text(encoding="utf-8"))
    [stub] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == exercise]
    text = (ast.get_docstring(stub) or "").partition(">>>")[0]
    return _END_OF_SENTENCE.split(" ".join(text.split()))


def elements(value: Value) -> tuple[float, ...]:
    """The numbers of a tensor."""
    return value.elements() if isinstance(value, TensorValue) else ()


def dtype(name: str) -> Callable[[TensorValue], bool]:
    """Is a tensor of this dtype, or of one that begins so?"""
    return lambda tensor: tensor.dtype.startswith(name)


def number(is_one: Callable[[float], bool]) -> Callable[[TensorValue], bool]:
    """Is one of a tensor's numbers such a one?"""
    return lambda tensor: any(map(is_one, tensor.elements()))


def in_gradient(is_one: Callable[[float], bool]) -> Callable[[TensorValue], bool]:
    """Is one of the numbers of its old gradient such a one?"""
    return lambda tensor: any(map(is_one, elements(tensor.grad)))


def being(plain: Value) -> Callable[[Value], bool]:
    """Is a value this plain one? True is not 1 here, and 1.0 is."""
    return lambda value: value == plain and isinstance(value, bool) is isinstance(plain, bool)


OF_TENSORS: Mapping[str, Callable[[TensorValue], bool]] = {
    **{name: dtype(name) for name in ("float16", "bfloat16", "float32", "float64", "bool")},
    "integer": lambda tensor: tensor.dtype.startswith(("int", "uint")),
    "0-dim": lambda tensor: tensor.shape == (),
    "2-D": lambda tensor: len(tensor.shape) == 2,
    "3-D": lambda tensor: len(tensor.shape) == 3,
    "length 0": lambda tensor: tensor.shape == (0,),
    "length 1": lambda tensor: tensor.shape == (1,),
    "no elements": lambda tensor: 0 in tensor.shape,
    "an axis of 1": lambda tensor: 1 in tensor.shape and math.prod(tensor.shape) > 1,
    "not contiguous": lambda tensor: tensor.spread and math.prod(tensor.shape) > 1,
    "requires grad": lambda tensor: tensor.requires_grad and not tensor.computed,
    "no requires_grad": lambda tensor: not tensor.requires_grad,
    "computed": lambda tensor: tensor.computed,
    "old gradient": lambda tensor: tensor.grad is not None,
    "no gradient": lambda tensor: tensor.grad is None,
    "infinite": number(math.isinf),
    "nan": number(math.isnan),
    "zero": number(lambda one: one == 0),
    "minus zero": number(lambda one: struct.pack("d", one) == struct.pack("d", -0.0)),
    "infinite gradient": in_gradient(math.isinf),
    "nan in a gradient": in_gradient(math.isnan),
    "negative": number(lambda one: one < 0),
}
OF_VALUES: Mapping[str, Callable[[Value], bool]] = {
    **{str(one): being(one) for one in (None, True, False, "abs", "relu", 0.0, 1, 2)},
    "more than 2": lambda value: isinstance(value, int) and value > 2,
    "a float": lambda value: isinstance(value, float),
    "not in float32": lambda value: (
        isinstance(value, float) and struct.unpack("f", struct.pack("f", value))[0] != value
    ),
    "empty": lambda value: isinstance(value, Items | Table) and not inside(value),
    "one entry": lambda value: isinstance(value, Items | Table) and len(inside(value)) == 1,
    "several": lambda value: isinstance(value, Items | Table) and len(inside(value)) > 1,
    "the same twice": lambda value: isinstance(value, Items | Table) and len(set(inside(value))) < len(inside(value)),
}
# Of a function's result at the point of the question.
OF_FUNCTIONS: Mapping[str, Callable[[torch.Tensor, torch.Tensor], bool]] = {
    "0-dim result": lambda y, _: y.dim() == 0,
    "one output": lambda y, _: y.shape == (1,),
    "several outputs": lambda y, _: y.dim() == 1 and len(y) > 1,
    "more outputs than inputs": lambda y, x: y.numel() > x.numel() > 1,
    "fewer outputs than inputs": lambda y, x: y.numel() < x.numel(),
}


def inside(value: Value) -> tuple[Value, ...]:
    """The parts of a container."""
    match value:
        case Items(items=items):
            return items
        case Table(entries=entries):
            return tuple(entry for _, entry in entries)
        case _:
            return ()


def all_in(value: Value) -> Iterator[Value]:
    """A value and all its parts."""
    yield value
    for part in inside(value):
        yield from all_in(part)


def is_of_kind(value: Value, kind: str) -> bool:
    """Is a value, or a part of it, of a kind?"""
    if kind in OF_VALUES:
        return any(map(OF_VALUES[kind], all_in(value)))
    if shape := re.fullmatch(r"(?:(\w+) of )?shape (\(.*\))", kind):
        return any(
            isinstance(one, TensorValue) and one.dtype == (shape[1] or one.dtype) and str(one.shape) == shape[2]
            for one in all_in(value)
        )
    return any(isinstance(one, TensorValue) and OF_TENSORS[kind](one) for one in all_in(value))


def function_is(question: Question, name: str, kind: str) -> bool:
    """Is a function among the arguments, or in a dictionary of them, of a kind at x?"""
    arguments = arguments_of(at_the_first_call(question))
    given, x = arguments[name], arguments["x"]
    assert isinstance(x, torch.Tensor)
    for function in given.values() if isinstance(given, dict) else [given]:
        assert callable(function)
        point = x.detach()
        y = function(point)
        if kind == "linear":
            zero = function(0 * point)
            is_one = bool(point.numel()) and torch.allclose(function(2 * point) - zero, 2 * (y - zero), rtol=1e-4)
        else:
            is_one = OF_FUNCTIONS[kind](y, point)
        if is_one:
            return True
    return False


def is_not_all(question: Question, name: str) -> bool:
    """Are some of xs not among those that an argument names by index?"""
    values = dict(question.inputs)
    return len(set(inside(values[name]))) < len(inside(values["xs"]))


def asks(question: Question, ask: str) -> bool:
    """Is a question of the kind that is asked for?"""
    name, _, kind = ask.partition(": ")
    if name == "result":
        return is_of_kind(KNOW(question)["returned"], kind)
    if name == "told":
        return kind in KNOW(question).values()
    value = dict(question.inputs)[name]
    if kind == "not all":
        return is_not_all(question, name)
    if other := re.fullmatch(r"the same as (\w+)", kind):
        return value in {dict(question.inputs)[other[1]], Place(argument=other[1])}
    if kind == "all zero":
        return set(elements(value)) == {0}
    if kind in OF_FUNCTIONS or kind == "linear":
        return function_is(question, name, kind)
    return is_of_kind(value, kind)


def not_asked(exercise: str, seed: str, reads: frozenset[str]) -> list[str]:
    """What is promised and not asked; `reads` are the facts that the checks read."""
    questions = questions_on(exercise, seed)
    return [
        f"{ask} ({promise})"
        for promise, wanted in contract_of(exercise).items()
        for ask in wanted
        if not (
            ask.removeprefix("fact: ") in reads
            if ask.startswith("fact: ")
            else any(asks(question, ask) for question in questions)
        )
    ]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_sentence_of_a_stub_is_in_its_contract(exercise: str) -> None:
    """What is written down is what the stub says, sentence by sentence: a new promise needs what asks for it."""
    assert list(contract_of(exercise)) == sentences_of(exercise)


NAMED: Mapping[str, set[str]] = {
    "float32 or float64": {"float32", "float64"},
    r"any length": {"length 0", "length 1"},
    r"\bbool\b": {"bool", "integer"},
    r"may (already )?require grad": {"requires grad", "computed", "old gradient"},
    r"old \.grad[.,]": {"old gradient"},
    r"possibly none": {"empty"},
    r"inf or nan": {"infinite gradient", "nan in a gradient"},
    r"m at least 1": {"one output"},
    r"m is not n": {"more outputs than inputs", "fewer outputs than inputs"},
    r"more than once": {"the same twice"},
    r"^(It is|They are) the caller's": {"changed"},
}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_traps_that_a_sentence_names_are_asked(exercise: str) -> None:
    """A sentence that speaks of a kind of input lists it."""
    for promise, wanted in contract_of(exercise).items():
        kinds = {ask.partition(": ")[2] for ask in wanted}
        for words, named in NAMED.items():
            if re.search(words, promise):
                assert kinds >= named, f"{promise}: {named - kinds}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_promise_is_asked_on_every_seed(exercise: str, corpus: Corpus) -> None:
    """Each kind of input by a question, and each fact by a check that reads it; two calls by the visible question."""
    for seed in SEEDS:
        judged = corpus.reference(exercise, seed).judged
        reads = frozenset[str]().union(*(one.reads for one in judged.values()))
        assert not_asked(exercise, seed, reads) == []
        assert "kept" in reads or exercise == "clear_grads", "it returns nothing that could be kept"
        assert any(question.calls > 1 for question in questions_on(exercise, seed))


def test_a_promise_that_nobody_asks_is_told() -> None:
    """Each kind of ask can fail."""
    asked = ["x: float16", "f: one output", "result: nan", "fact: twins", "f: more outputs than inputs"]
    question = questions_on("gradient", SEEDS[0])[0]
    assert not any(asks(question, ask) for ask in asked if not ask.startswith("fact"))
    assert "fact: shared" in " ".join(not_asked("gradient", SEEDS[0], frozenset()))


def test_functions_are_told_apart() -> None:
    """A sum is linear, a sum of cubes is not."""
    found = {
        spec.name: asks(question, "f: linear")
        for question in questions_on("gradient", SEEDS[0])
        if isinstance(spec := dict(question.inputs)["f"], FunctionSpec) and elements(dict(question.inputs)["x"])
    }
    assert found["scaled_sum"] is True
    assert found["cubes"] is found["waves"] is False
