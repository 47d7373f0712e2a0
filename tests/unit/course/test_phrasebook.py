"""torch's errors in plain words."""

from pathlib import Path

import pytest
import torch

from grader.course.phrasebook import read_phrasebook
from grader.errors import ExerciseError
from grader.inside.values import Raised
from tests.support import COURSE

look_up = COURSE.phrasebook.look_up

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
    "grad_of_wrong_size": "leaf.grad = torch.ones(3)",
    "integers": "torch.arange(3).requires_grad_(True)",
    "integers_constructor": "torch.tensor([1], requires_grad=True)",
    "numpy_on_graph": "leaf.numpy()",
    "inference_tensor": "with torch.inference_mode(): made = torch.ones(2)\n(made * leaf).sum().backward()",
    "not_a_tensor": "leaf.sum().item().backward()",
    "dtype_mismatch": "torch.ones(2).dot(torch.ones(2).double())",
    "undefined_name": "nothing_of_that_name",
    "truth_of_tensor": "bool(torch.ones(2))",
    "nothing_to_stack": "torch.stack([])",
    "weights_of_other_shape": "(leaf * 2).backward(torch.ones(3))",
    "flag_of_a_result": "(leaf * 2).requires_grad_(False)",
    "copy_of_a_result": "import copy\ncopy.deepcopy(leaf * 2)",
    "length_of_one_number": "len(leaf.sum())",
    "one_number_iterated": "list(leaf.sum())",
    "one_number_indexed": "leaf.sum()[0]",
    "index_too_large": "leaf[5]",
    "sizes_do_not_meet": "leaf + torch.ones(3)",
    "size_not_found_out": "torch.ones(0).reshape(0, -1)",
    "shape_of_other_size": "leaf.reshape(3)",
    "several_as_one": "leaf.item()",
    "several_in_one_place": "torch.tensor([leaf, leaf])",
    "one_axis_only": "torch.ones(2, 2).dot(torch.ones(2))",
    "sizes_of_a_product": "leaf.dot(torch.ones(3))",
    "unknown_keyword": "leaf.sum().backward(keep_graph=True)",
    "not_a_function": "name = 'f'; name(leaf)",
    "looped_over_a_number": "leaf.sum().backward(True)",
    "bits_of_fractions": "leaf ^ 2",
    "an_unfinished_operation": "torch.ones(2, dtype=torch.bool).dot(torch.ones(2, dtype=torch.bool))",
    "no_parameters": "torch.optim.SGD([], lr=1)",
    "function_for_numbers": "torch.autograd.functional.jacobian(leaf, lambda x: x)",
    "nothing_in_a_sum": "leaf.grad + 1",
    "no_such_attribute": "leaf.gard",
    "list_for_its_entries": "[leaf].zero_grad()",
    "tuple_for_its_entries": "torch.autograd.grad(leaf.sum(), leaf).clone()",
    "not_of_tensors": "torch.zeros_like([1.0])",
    "matrix_and_vector": "torch.ones(3, 2) @ torch.ones(3)",
    "matrices_do_not_meet": "torch.ones(3, 2) @ torch.ones(3, 2)",
    "product_of_one_number": "torch.ones(()) @ torch.ones(3)",
    "stacked_unequal": "torch.stack([torch.ones(2), torch.ones(3)])",
    "joined_without_axis": "torch.cat([torch.ones(())])",
    "mean_of_integers": "torch.arange(3).mean()",
    "too_many_values": "one, other = 'many'",
    "too_few_values": "one, other = [1]",
    "tangent_size": "torch.func.jvp(torch.sum, (torch.ones(2),), (torch.ones(3),))",
    "other_than_promised": "from grader.inside.building import only_for; only_for(torch.sum, 'x', {'x': leaf})(7)",
    "batch_of_other_size": "torch.autograd.grad(leaf * 1, leaf, torch.eye(1), is_grads_batched=True)",
    "put_into_another_dtype": "torch.zeros(2, dtype=torch.float64)[torch.tensor([True, True])] = torch.zeros(2)",
    "vector_of_other_size": "torch.autograd.functional.jvp(torch.sin, torch.ones(2), torch.ones(3))",
    "does_not_fit_the_index": "torch.zeros(3)[torch.tensor([0, 1])] = torch.zeros(3)",
    "inference_tensor_changed": "with torch.inference_mode(): x = torch.ones(2)\nx.requires_grad_()",
    "extreme_of_nothing": "torch.ones(0).min()",
    "unbound_name": "(lambda: exec('def f():\\n    if False: a = 1\\n    return a\\nf()'))()",
    "no_such_key": "{}['a']",
    "list_too_short": "[][0]",
    "argument_missing": "(lambda x: x)()",
    "too_many_arguments": "(lambda x: x)(1, 2)",
    "operands_of_other_kinds": "[1] - 1",
    "not_to_be_unpacked": "one, other = 1",
    "not_to_be_indexed": "one = 1\none[0]",
    "not_to_be_written_into": "(1, 2).__class__((1, 2))[0] = 1",
    "index_of_another_kind": "one = [1]\none['a']",
    "divided_by_zero": "1 / 0",
    "endless_recursion": "f = lambda: f()\nf()",
    "zeros_without_unused": "torch.autograd.grad(leaf.sum(), leaf, allow_unused=False, materialize_grads=True)",
    "detached_too_late": "a = leaf * leaf\nb = a * leaf\na.detach_()\nb.sum().backward()",
    "by_a_constant": "torch.autograd.grad(leaf.sum(), torch.ones(2))",
    "nothing_to_slice": "torch.ones(())[:]",
    "detached_view": "(leaf * 1)[:1].detach_()",
    "no_such_axis": "torch.ones(2).sum(1)",
    "not_for_a_stack": "torch.stack([1.0, 2.0])",
    "no_number_for_an_index": "[1, 2][torch.ones(2)]",
    "row_of_other_size": "a = torch.zeros(2, 3)\na[0] = torch.ones(2)",
    "in_place_of_other_size": "a = torch.ones(1)\na += torch.ones(3)",
    "no_such_module": "import torche",
    "grad_of_other_dtype": "leaf.grad = torch.zeros(2, dtype=torch.float64)",
    "no_files": "raise PermissionError(13, 'Permission denied')",
    "not_for_numpy": "torch.ones(2, dtype=torch.bfloat16).numpy()",
    "missing_colon": "if leaf is None\n    pass",
    "one_equals_sign": "if leaf = 1:\n    pass",
    "bracket_left_open": "print((1)",
    "bracket_not_opened": "print(1))",
    "bracket_of_another_kind": "print(1]",
    "text_without_end": "print('one)",
    "outside_a_function": "return leaf",
    "block_without_lines": "if leaf:\npass",
    "too_far_in": "one = 1\n    two = 2",
    "between_two_blocks": "if leaf is None:\n        one = 1\n    two = 2",
    "tabs_and_blanks": "if leaf is None:\n\tif leaf:\n        one = 1",
    "no_python": "one two",
    "braces_of_a_text": "f'{one[}'",
    "outside_a_loop": "break",
    "goes_on_outside_a_loop": "continue",
    "argument_given_twice": "leaf.sum(dim=0, dim=0)",
    "arguments_in_order": "leaf.sum(dim=0, True)",
    "not_in_the_module": "from torch.autograd import gradd",
    "fractions_into_integers": "torch.ones(2, dtype=torch.int64).mul_(0.5)",
    "none_as_numbers": "torch.tensor(leaf.grad)",
    "nobody_types": "raise EOFError('EOF when reading a line')",
    "arguments_of_other_kinds": "leaf.sum(dimm=0)",
    "no_arguments": "leaf.detach(True)",
    "nonleaf_grad": "(leaf * 1).grad",
    "copied_tensor": "torch.tensor(leaf)",
    "scalar_with_history": "float(leaf.sum())",
    "transposed_vector": "leaf.T",
}


def error_of(source: str) -> Raised:
    """The exception that these lines raise, or the warning that they give, with a leaf at hand."""
    torch.set_warn_always(True)
    try:
        exec(source, {"torch": torch, "leaf": torch.tensor([1.0, 2.0], requires_grad=True)})
    except Exception as error:
        return Raised(exception=type(error).__name__, message=str(error))
    finally:
        torch.set_warn_always(False)
    pytest.fail(f"{source} raised nothing")


def test_every_phrase_is_provoked() -> None:
    """The table above has every entry of the book, and each entry once."""
    assert sorted(phrase.id for phrase in COURSE.phrasebook.phrase) == sorted(PROVOKED)


@pytest.mark.parametrize("identity", PROVOKED)
def test_the_phrasebook_knows_torchs_own_words(identity: str) -> None:
    """Every entry is found for the error that torch really raises, and explains it in a sentence."""
    found = look_up(error_of(PROVOKED[identity]))
    assert found is not None
    assert found.id == identity
    assert found.says[-1] in ".?"
    assert found.asks[-1] == "?"


# Errors whose text holds a phrase's, and which are something else than the phrase would say.
OTHERS: dict[str, str] = {
    "undefined_name": "raise ValueError('the derivative is not defined')",
    "not_a_tensor": "raise RuntimeError(\"object has no attribute 'backward'\")",
    "none_attribute": "raise OSError(\"'NoneType' object has no attribute\")",
    "graph_freed": "raise ValueError('backward through the graph a second time')",
}


@pytest.mark.parametrize("identity", OTHERS)
def test_a_phrase_is_for_one_type_of_error(identity: str) -> None:
    """Words alone do not make an error another one."""
    assert look_up(error_of(OTHERS[identity])) is None


# What else a phrase is found for, and a word that would be untrue of it.
TRUE_OF_ALL: dict[str, tuple[str, str]] = {
    "a method of a function": ("(lambda: 1).backward()", "turned"),
    "what backward returned": ("leaf.sum().backward().zero_()", "nothing yet"),
    "a list for a gradient": ("leaf.grad = [1.0, 2.0]", "a plain number cannot"),
    "no entries": ("(leaf[:0] * 1).backward()", "a vector has"),
    "booleans": ("torch.tensor([True]).requires_grad_()", "points can require gradients: integers have"),
    "no graph": ("with torch.no_grad(): y = leaf.sum()\ny.backward()", "before the end"),
}


@pytest.mark.parametrize("name", TRUE_OF_ALL)
def test_a_phrase_says_no_more_than_its_errors_have_in_common(name: str) -> None:
    """An entry is said of every error that matches, so it claims nothing of one that is only likely."""
    source, untrue = TRUE_OF_ALL[name]
    found = look_up(error_of(source))
    assert found is not None
    assert untrue not in found.says


def test_warnings_explain_something_that_there_is() -> None:
    """And errors explain themselves."""
    errors = {phrase.id for phrase in COURSE.phrasebook.phrase if phrase.exception != "UserWarning"}
    for phrase in COURSE.phrasebook.phrase:
        assert bool(phrase.explains) == (phrase.exception == "UserWarning")
        assert errors.union({"None", "shape"}).issuperset(phrase.explains)


def test_an_unknown_error_has_no_phrase() -> None:
    """What is not in the book is not explained."""
    assert look_up(Raised(exception="ValueError", message="something else")) is None


def test_the_first_entry_that_matches_is_the_one(tmp_path: Path) -> None:
    """A longer text stands before one that is part of it."""
    entry = '[[phrase]]\nid = "{0}"\nexception = "ValueError"\nmatch = "{0}"\nsays = "S."\nasks = "A?"\n'
    (tmp_path / "phrasebook.toml").write_text(entry.format("is odd") + entry.format("odd"), encoding="utf-8")
    book = read_phrasebook(tmp_path / "phrasebook.toml")
    found = [book.look_up(Raised(exception="ValueError", message=text)) for text in ("it is odd", "odd", "is")]
    assert [one and one.id for one in found] == ["is odd", "odd", None]


def test_a_course_needs_no_phrasebook(tmp_path: Path) -> None:
    """Without one, no error is explained; one that is broken is its author's mistake."""
    path = tmp_path / "phrasebook.toml"
    assert read_phrasebook(path).look_up(Raised(exception="ValueError", message="")) is None
    path.write_text('[[phrase]]\nid = "a"\n', encoding="utf-8")
    with pytest.raises(ExerciseError, match=r"phrasebook\.toml: .*exception"):
        read_phrasebook(path)
