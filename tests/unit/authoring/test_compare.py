"""Comparing: what is right passes, and a wrong answer says what is wrong, kind and shape before values."""

import math

import pytest

from grader.authoring import close, compare, fail, same, tensor
from grader.authoring.compare import TOLERANCES, Failed, agree, kind_of
from grader.inside.said import Said, say
from grader.inside.values import Items, NotRepresentable, Place, Raised, Table, Unfit, Value, object_of
from tests.support import COURSE

X = tensor([1.0, 2.0, 3.0])


def rationale(actual: Value, expected: Value) -> str:
    """Why `close` fails."""
    with pytest.raises(Failed) as caught:
        close(actual, expected)
    return COURSE.language.text(caught.value.rationale)


def raised(exception: str, message: str) -> Raised:
    """An exception as it reaches a check: with the phrasebook's entry."""
    bare = Raised(exception=exception, message=message)
    phrase = COURSE.phrasebook.look_up(bare)
    return Raised(exception=exception, message=message, phrase=phrase.id if phrase else "")


def kind(value: Value) -> str:
    """The sort of a value, in words."""
    return COURSE.language.say(kind_of(value))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (X, X),
        (tensor([math.nan, math.inf, -0.0]), tensor([math.nan, math.inf, 0.0])),
        (tensor([]), tensor([])),
        (Items(kind="list", items=(X, None)), Items(kind="tuple", items=(X, None))),
        (Table(entries=(("a", 1), ("b", 2))), Table(entries=(("b", 2), ("a", 1)))),
        (1.0, 1.0 + 1e-12),
        (None, None),
        (True, True),
        ("s", "s"),
        (raised("ValueError", "one"), raised("ValueError", "one")),
        (
            raised("NameError", "name 'a' is not defined"),
            raised("NameError", "name 'b' is not defined"),
        ),
    ],
)
def test_equal_answers_pass(actual: Value, expected: Value) -> None:
    """NaN equals NaN, a list passes for a tuple, the order of keys does not matter."""
    close(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (None, X, "Expected a float64 tensor of shape (3,) as the result, but it is None."),
        (tensor([[1.0], [2.0], [3.0]][0], shape=(1, 1)), X, "Expected shape (3,) for the result, but it has (1, 1)."),
        (tensor([1, 2, 3], dtype="float32"), X, "Expected dtype float64 for the result, but it has float32."),
        (tensor([9, 2, 3], dtype="float32", shape=(1, 3)), X, "Expected shape (3,) for the result, but it has (1, 3)."),
        (tensor([1.0, 0.0, 0.0]), X, "2 of 3 values of the result differ, the first at index 1."),
        (tensor([1, 2, 3, 5], shape=(2, 2)), tensor([1, 2, 3, 4], shape=(2, 2)), "the first at index 1, 1."),
        (tensor(1.0), tensor(2.0), "The value of the result differs."),
        (tensor(math.nan), tensor(1.0), "The value of the result differs."),
        (tensor(math.inf), tensor(-math.inf), "The value of the result differs."),
        (Items(kind="tuple", items=(X,)), Items(kind="tuple", items=(X, X)), "Expected 2 values in the result, but"),
        (Items(kind="tuple", items=(X, None)), Items(kind="tuple", items=(X, X)), "as the result[1], but it is None."),
        (Table(entries=(("a", 1),)), Table(entries=(("b", 1),)), "The keys of the result are not"),
        (Table(entries=(("a", 1),)), Table(entries=(("a", 2),)), "The value of the result['a'] is not"),
        (1, True, "Expected a Python bool as the result, but it is a Python int."),
        (1, 1.0, "Expected a Python float as the result, but it is a Python int."),
        (NotRepresentable(reason=Unfit.SPARSE), X, "but it is a sparse tensor."),
        (NotRepresentable(reason=Unfit.COMPLEX), NotRepresentable(reason=Unfit.COMPLEX), "Expected a complex"),
        (object_of("set"), X, "but it is an object of type set."),
        (raised("ValueError", "secret 1.5"), X, "Finding out about the result raised ValueError."),
        (raised("NameError", "name 'a' is not defined"), X, "raised NameError. A name is used that was never given"),
    ],
)
def test_a_wrong_answer_is_explained(actual: Value, expected: Value, said: str) -> None:
    """Kind, then shape, then dtype, then how many values differ and where."""
    assert said in rationale(actual, expected)


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_values_may_differ_by_the_tolerance_of_their_dtype(dtype: str) -> None:
    """Half the tolerance passes, twice the tolerance does not."""
    rtol, atol = TOLERANCES[dtype]
    allowed = atol + rtol * 1024
    close(tensor(1024.0 + allowed / 2, dtype=dtype), tensor(1024.0, dtype=dtype))
    step = max(2 * allowed, 2.0 if dtype == "float16" else 0.0)
    with pytest.raises(Failed):
        close(tensor(1024.0 + step, dtype=dtype), tensor(1024.0, dtype=dtype))


def test_integers_are_compared_exactly() -> None:
    """There is no tolerance where there are no steps between."""
    with pytest.raises(Failed):
        close(tensor([10**12 + 1], dtype="int64"), tensor([10**12], dtype="int64"))


def test_same_has_no_tolerance() -> None:
    """`same` wants the very numbers."""
    close(tensor(1.0 + 1e-12), tensor(1.0))
    with pytest.raises(Failed):
        same(tensor(1.0 + 1e-12), tensor(1.0))
    with pytest.raises(Failed):
        same(1.0 + 1e-12, 1.0)


def test_a_rationale_holds_no_value() -> None:
    """Values go into the evidence: the rationale may be shown for a hidden question."""
    with pytest.raises(Failed) as caught:
        close(tensor([1.25, 77.5]), tensor([1.25, 42.5]), Place(argument="x", part="grad"))
    failed = caught.value
    said = COURSE.language.text(failed.rationale)
    assert said == "1 of 2 values of x.grad differ, the first at index 1."
    assert "77.5" not in str(failed.rationale)
    assert "42.5" not in str(failed.rationale)
    assert "77.5" in str(failed.actual)
    assert "42.5" in str(failed.expected)
    assert isinstance(failed.detail, Said)
    assert COURSE.language.say(failed.detail).startswith("largest difference 35, tolerance 1e-10 + 1e-08")


def test_comparing_many_answers_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether two answers agree is asked far more often than anybody reads how they differ."""
    monkeypatch.setattr(compare, "show", None)
    assert not agree(X, tensor([1.0]))


def test_fail_ends_a_judgement() -> None:
    """`fail` says why, and shows nothing."""
    with pytest.raises(Failed) as caught:
        fail(say("make_leaf.no_leaf"), say("make_leaf.no_flag"), detail="more")
    failed = caught.value
    assert failed.rationale == (say("make_leaf.no_leaf"), say("make_leaf.no_flag"))
    assert (failed.actual, failed.expected, failed.detail) == (None, None, "more")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (X, tensor([1.0, 2.0, 3.0 + 1e-10]), True),
        (X, tensor([1.0, 2.0, 4.0]), False),
        (NotRepresentable(reason=Unfit.SPARSE), NotRepresentable(reason=Unfit.SPARSE), True),
        (NotRepresentable(reason=Unfit.SPARSE), NotRepresentable(reason=Unfit.COMPLEX), False),
        (object_of("set"), object_of("frozenset"), False),
        (
            raised("RuntimeError", "backward through the graph a second time (1)"),
            raised("RuntimeError", "Trying to backward through the graph a second time"),
            True,
        ),
        (
            raised("RuntimeError", "backward through the graph a second time"),
            raised("RuntimeError", "something else"),
            False,
        ),
        (raised("ValueError", ""), raised("TypeError", ""), False),
        (raised("ValueError", "one"), raised("ValueError", "one"), True),
        (raised("ValueError", "one"), raised("ValueError", "another"), False),
        (
            raised("AttributeError", "'NoneType' object has no attribute 'zero_'"),
            raised("AttributeError", "'NoneType' object has no attribute 'clone'"),
            False,
        ),
    ],
)
def test_answers_agree(one: Value, other: Value, alike: bool) -> None:
    """Values within tolerance, exceptions by type and phrasebook entry or text, the rest as it is."""
    assert agree(one, other) is alike


def test_a_kind_tells_no_value() -> None:
    """What may be said of a hidden answer: its kind, dtype and shape."""
    assert kind(tensor([77.5])) == "a float64 tensor of shape (1,)"
    assert kind(77.5) == "a Python float"
    assert kind("secret") == "a Python str"
    assert "secret" not in kind(Raised(exception="ValueError", message="secret"))
    assert kind(Items(kind="tuple", items=(1, 2))) == "a tuple of 2"
    assert kind(Table(entries=(("secret", 1),))) == "a dict of 1"


@pytest.mark.parametrize("reason", Unfit)
def test_a_kind_without_a_place_has_words(reason: Unfit) -> None:
    """Of whatever reason; only that of another type has a name in it."""
    other = reason is Unfit.OTHER_TYPE
    words = kind(object_of("set") if other else NotRepresentable(reason=reason))
    assert ("set" in words.split()) is other


def test_a_large_shape_tells_little() -> None:
    """Sizes that nobody needs to see could be a message about a hidden input, in words and in a report's data."""
    assert kind(tensor([], shape=(0, 53071, 3))) == "a float64 tensor of shape (0, many, 3)"
    assert kind(tensor([1], shape=(1,) * 9)) == "a float64 tensor of shape (many dimensions)"
    assert kind_of(tensor([], shape=(0, 53071, 3))) == kind_of(tensor([], shape=(0, 47, 3)))
    assert kind_of(tensor([1], shape=(1,) * 9)) == kind_of(tensor([1, 2], shape=(1, 1, 1, 2)))
    assert kind_of(tensor([], shape=(0, 30))) != kind_of(tensor([], shape=(0, 31)))


def test_a_large_number_of_entries_is_not_told() -> None:
    """How many there are could be a message as well."""
    assert kind(Items(kind="list", items=(1,) * 531)) == "a list of many"
    assert kind(Items(kind="list", items=(1,) * 3)) == "a list of 3"
    assert kind_of(Items(kind="list", items=(1,) * 531)) == kind_of(Items(kind="list", items=(1,) * 31))


def test_what_the_oracle_wants_is_told_in_full() -> None:
    """A shape and a number of values that are right are ours to tell; those that came back are cut."""
    wanted = tensor([0.0] * 40)
    assert rationale(tensor([0.0] * 41), wanted) == "Expected shape (40,) for the result, but it has (many,)."
    many = Items(kind="tuple", items=(None,) * 40)
    assert rationale(Items(kind="tuple", items=(None,) * 41), many) == (
        "Expected 40 values in the result, but there are many."
    )


def test_an_error_that_is_known_has_its_own_question() -> None:
    """Found in the place of a fact, it is asked about as it is where it ends a call; unless the check asks itself."""
    freed = raised("RuntimeError", "Trying to backward through the graph a second time")
    for found, asks, question in (
        (freed, None, say("ask_phrase.graph_freed")),
        (freed, say("ask_claim.shared"), say("ask_claim.shared")),
        (raised("ValueError", "of my own"), None, None),
    ):
        with pytest.raises(Failed) as caught:
            same(found, X, asks=asks)
        assert caught.value.asks == question


def test_of_another_container_there_is_a_question_of_its_own() -> None:
    """An exercise's own is about mathematics. Of None, and of numbers in the right container, it is the better one."""
    pair, table = Items(kind="tuple", items=(X, X)), Table(entries=(("a", X),))
    for found, wanted, about in (
        (pair, Items(kind="tuple", items=(X,)), "count"),
        (table, Table(entries=(("b", X),)), "keys"),
        (pair, X, "kind"),
        (1.5, X, "kind"),
    ):
        with pytest.raises(Failed) as caught:
            same(found, wanted)
        assert caught.value.asks == say(f"ask_compare.{about}")
        with pytest.raises(Failed) as caught:
            same(found, wanted, asks=say("ask_claim.shared"))
        assert caught.value.asks == say("ask_claim.shared")
    for other in (None, tensor([2.0, 4.0, 6.0])):
        with pytest.raises(Failed) as caught:
            same(other, X)
        assert caught.value.asks is None
