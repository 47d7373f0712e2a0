"""What a wrong answer is to the right one, on made-up values; and near misses that are no relation."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace as replaced

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.authoring import computed, tensor
from grader.inside.said import say
from grader.inside.values import Items, NotRepresentable, Place, Table, TensorValue, Unfit, Value, object_of
from grader.judging.relations import CallAnswer, Related, Relation, relation, resemblance
from grader.words import own_language

RIGHT = tensor([1.5, -2.0, 4.0])
OTHER = tensor([0.25, 3.0, -1.0])
ODD = tensor([-1.25, 5.0, -5.0])
TALL = tensor([1.0, -2, 3, 4, 5, -7], shape=(3, 2))
MATRIX = tensor([1.0, -2.0, 3.0, 4.0, 5.0, -7.0], shape=(2, 3))
SQUARE = tensor([1.0, 2.0, 3.0, 4.0], shape=(2, 2))
SUM = tensor([1.75, 1.0, 3.0])
"""RIGHT and OTHER, added up."""
X = Place(argument="x")
N = Place(argument="n")
OLD = Place(argument="x", part="grad")
OLDER = Place(argument="y", part="grad")


def listed(*items: Value) -> Items:
    """A list."""
    return Items(kind="list", items=items)


def table(**entries: Value) -> Table:
    """A dictionary."""
    return Table(entries=tuple(entries.items()))


def scaled(value: TensorValue, factor: float, plus: float = 0) -> TensorValue:
    """All numbers of a tensor, times one and plus one."""
    return tensor([one * factor + plus for one in value.elements()], shape=value.shape, dtype=value.dtype)


def told(*pairs: tuple[Value, Value]) -> Related | None:
    """The relation of answers to what is right."""
    return relation([CallAnswer(actual=actual, expected=expected) for actual, expected in pairs])


KINDS: dict[Relation, tuple[Value, Value]] = {
    Relation.NOT_ASKED: (RIGHT, None),
    Relation.ONE_ENTRY: (Items(kind="tuple", items=(RIGHT,)), RIGHT),
    Relation.AMONG: (listed(RIGHT, OTHER), RIGHT),
    Relation.SWAPPED: (listed(OTHER, RIGHT), listed(RIGHT, OTHER)),
    Relation.ORDER: (listed(MATRIX, RIGHT, OTHER), listed(RIGHT, OTHER, MATRIX)),
    Relation.TOO_FEW: (listed(RIGHT), listed(RIGHT, OTHER)),
    Relation.TOO_MANY: (listed(RIGHT, OTHER, MATRIX), listed(RIGHT, OTHER)),
    Relation.NO_NAMES: (listed(RIGHT, OTHER), table(a=RIGHT, b=OTHER)),
    Relation.OTHER_NAMES: (table(a=RIGHT, c=OTHER), table(a=RIGHT, b=OTHER)),
    Relation.PARTS_ADDED: (listed(SUM, SUM), listed(RIGHT, OTHER)),
    Relation.NO_CONTAINER: (object_of("generator"), listed(RIGHT, OTHER)),
    Relation.NO_TENSOR: (object_of("function"), RIGHT),
    Relation.KEYS: (NotRepresentable(reason=Unfit.OTHER_KEYS), table(a=RIGHT, b=OTHER)),
    Relation.ZEROS_FOR_NONE: (listed(tensor([0.0, 0.0]), RIGHT), listed(None, RIGHT)),
    Relation.NONE_FOR_ZEROS: (listed(None, RIGHT), listed(tensor([0.0, 0.0]), RIGHT)),
    Relation.GROUPED: (
        listed(listed(RIGHT, OTHER), listed(MATRIX, SQUARE)),
        listed(listed(RIGHT, MATRIX), listed(OTHER, SQUARE)),
    ),
    Relation.STACKED: (tensor([1.5, -2, 4, 0.25, 3, -1], shape=(2, 3)), listed(RIGHT, OTHER)),
    Relation.LIST: (listed(1.5, -2.0, 4.0), RIGHT),
    Relation.NUMPY: (replace(object_of("ndarray"), held=RIGHT), RIGHT),
    Relation.NUMBER: (2.5, tensor(2.5)),
    Relation.DTYPE: (tensor([1.5, -2, 4], dtype="float32"), RIGHT),
    Relation.AXIS: (tensor([1.5, -2, 4], shape=(3, 1)), RIGHT),
    Relation.FLATTENED: (tensor([1.0, -2, 3, 4, 5, -7]), MATRIX),
    Relation.RESHAPED: (tensor([1.0, -2, 3, 4, 5, -7], shape=(3, 2)), MATRIX),
    Relation.ZEROS_LIKE: (tensor([0.0, 0]), tensor([0.0, 0], shape=(2, 1))),
    Relation.TRANSPOSED: (tensor([1.0, 4, -2, 5, 3, -7], shape=(3, 2)), MATRIX),
    Relation.BY_COLUMNS: (tensor([1.0, 4, -2, 5, 3, -7], shape=(2, 3)), MATRIX),
    Relation.REVERSED: (tensor([4.0, -2, 1.5]), RIGHT),
    Relation.SUMMED: (tensor(3.5), RIGHT),
    Relation.AVERAGED: (tensor([3.5 / 3]), RIGHT),
    Relation.SUMMED_AXIS: (tensor([5.0, 3, -4]), MATRIX),
    Relation.FIRST_ONLY: (tensor([1.0, -2, 3]), MATRIX),
    Relation.LAST_ONLY: (listed(OTHER), listed(RIGHT, OTHER)),
    Relation.DIAGONAL: (tensor([1.0, 4]), SQUARE),
    Relation.ON_DIAGONAL: (tensor([1.5, 0, 0, 0, -2, 0, 0, 0, 4], shape=(3, 3)), RIGHT),
    Relation.SUMS_ON_DIAGONAL: (tensor([5.0, 0, 0, 0, 3, 0], shape=(2, 3)), MATRIX),
    Relation.WITHOUT_FIRST: (tensor([3.0, 4, 5, -7], shape=(2, 2)), TALL),
    Relation.WITHOUT_LAST: (tensor([1.0, -2, 3, 4], shape=(2, 2)), TALL),
    Relation.NOT_SUMMED: (RIGHT, tensor(3.5)),
}
NUMBERS: dict[Relation, tuple[Value, Value]] = {
    Relation.ZEROS: (scaled(RIGHT, 0), RIGHT),
    Relation.ONES: (scaled(RIGHT, 0, 1), RIGHT),
    Relation.NEGATED: (scaled(RIGHT, -1), RIGHT),
    Relation.FACTOR: (scaled(RIGHT, 2), RIGHT),
    Relation.TIMES_N: (scaled(RIGHT, 3), RIGHT),
    Relation.PER_N: (scaled(RIGHT, 1 / 3), RIGHT),
    Relation.NAN: (tensor([math.nan, math.nan, 4]), RIGHT),
    Relation.NO_NAN: (RIGHT, tensor([1.5, -2, math.nan])),
    Relation.PROPORTIONAL: (scaled(RIGHT, 0.267), RIGHT),
    Relation.WHOLE: (tensor([0.0, 3, 7]), tensor([0.5, 2.25, 7])),
    Relation.ROUNDED: (scaled(RIGHT, 1 + 2e-7), RIGHT),
    Relation.SIGN: (tensor([1.5, 2, 4]), tensor([-1.5, -2, 4])),
    Relation.SQUARE: (tensor([2.25, 4, 16]), RIGHT),
    Relation.RUNNING: (tensor([1.5, -0.5, 3.5]), RIGHT),
    Relation.EACH_SUMMED: (scaled(RIGHT, 0, 3.5), RIGHT),
    Relation.ONLY_FIRST: (tensor([1.5, 0, 0]), RIGHT),
    Relation.ONLY_LAST: (tensor([0.0, 0, 4]), RIGHT),
    Relation.ROWS_EQUAL: (tensor([1.0, -2, 3, 1, -2, 3], shape=(2, 3)), MATRIX),
    Relation.ROWS_AS_LAST: (tensor([4.0, 5, -7, 4, 5, -7], shape=(2, 3)), MATRIX),
    Relation.DIGITS: (scaled(RIGHT, 1.0004), RIGHT),
    Relation.PART: (listed(RIGHT, RIGHT), listed(RIGHT, OTHER)),
    Relation.CANCELLED: (listed(scaled(RIGHT, 1e17), tensor([0.0, 3, 0])), listed(scaled(RIGHT, 1e17), OTHER)),
    Relation.OVERWRITTEN: (listed(OTHER, OTHER), listed(RIGHT, OTHER)),
    Relation.PLUS_PART: (listed(SUM, OTHER), listed(RIGHT, OTHER)),
    Relation.LESS_PART: (listed(RIGHT, OTHER), listed(RIGHT, SUM)),
    Relation.PLUS_ANSWER: (
        listed(RIGHT, SUM, tensor([2.25, 6, 0])),
        listed(RIGHT, OTHER, tensor([2.0, 3, 1])),
    ),
}
AROUND = {
    Relation.ONE_MEMORY: CallAnswer(
        actual=listed(OTHER, OTHER), expected=listed(RIGHT, OTHER), one_memory=frozenset({(0,), (1,)})
    ),
    Relation.INSTEAD: CallAnswer(actual=OTHER, expected=RIGHT, around=(("y", MATRIX), ("f(x)", OTHER))),
    Relation.GIVEN: CallAnswer(actual=OTHER, expected=RIGHT, given=((X, OTHER),)),
    Relation.GIVEN_OR_GRADIENT: CallAnswer(
        actual=OTHER, expected=RIGHT, given=((X, OTHER),), gradients=(("z.sum()", OTHER),)
    ),
    Relation.PLUS_GRADIENT: CallAnswer(actual=SUM, expected=RIGHT, old=((OLD, OTHER),)),
    Relation.KEPT_GRADIENT: CallAnswer(actual=OTHER, expected=RIGHT, old=((OLD, OTHER),)),
    Relation.PLUS_GRADIENTS: CallAnswer(
        actual=listed(SUM, tensor([-1.0, 8, -6])), expected=listed(OTHER, OTHER), old=((OLD, RIGHT), (OLDER, ODD))
    ),
    Relation.KEPT_GRADIENTS: CallAnswer(
        actual=listed(RIGHT, ODD), expected=listed(SUM, SUM), old=((OLD, RIGHT), (OLDER, ODD))
    ),
    Relation.GRADIENT_OF: CallAnswer(actual=OTHER, expected=RIGHT, gradients=(("y", MATRIX), ("z.sum()", OTHER))),
    Relation.PLUS_GRADIENT_OF: CallAnswer(actual=SUM, expected=RIGHT, gradients=(("z.sum()", OTHER),)),
    Relation.KEPT_ANSWER: CallAnswer(actual=OTHER, expected=RIGHT, old=((say("before.call"), OTHER),)),
}


def counted(n: int, made: int) -> CallAnswer:
    """The answer of a loop over n that makes this many rounds."""
    return CallAnswer(actual=scaled(RIGHT, made), expected=scaled(RIGHT, n), given=((N, n),))


def where(is_right: bool, **given: Value) -> CallAnswer:  # reads as the table does
    """An answer to a call with these arguments."""
    names = tuple((Place(argument=name), value) for name, value in given.items())
    return CallAnswer(actual=RIGHT if is_right else ODD, expected=RIGHT, given=names)


def each(*entries: tuple[float, float]) -> CallAnswer:
    """An answer with one number for each number of x: x, and what came back, where 0.5 is right."""
    x, actual = zip(*entries, strict=True)
    return CallAnswer(actual=tensor([*actual]), expected=tensor([0.5] * len(entries)), given=((X, tensor([*x])),))


def elsewhere(right: Value, found: Related) -> Callable[[frozenset[Relation]], Sequence[tuple[Related, Value]]]:
    """What is right for other arguments, besides something else that is right for others again."""
    known = [(Related(Relation.ELSEWHERE, thing=X, word="2 * x"), MATRIX), (found, right)]
    return lambda among: [one for one in known if one[0].relation in among]


FLAGGED = tensor([1.0, 2.0], requires_grad=True)
HELD = tensor([1.0, 2.0], requires_grad=True, grad=tensor([3.0, 1.0]))
OF_SEVERAL: dict[Relation, tuple[CallAnswer, ...]] = {
    Relation.UNIFORM: tuple(CallAnswer(actual=tensor([2.0, 2.0]), expected=tensor([*one])) for one in ((1, 3), (4, 7))),
    Relation.LOST: tuple(CallAnswer(actual=listed(one, None), expected=listed(one, one)) for one in (RIGHT, OTHER)),
    Relation.CONSTANT: tuple(CallAnswer(actual=RIGHT, expected=one) for one in (RIGHT, OTHER, SUM)),
    Relation.ONE_MORE: (counted(2, 3), counted(4, 5)),
    Relation.ONE_LESS: (counted(2, 1), counted(4, 3)),
    Relation.ONLY_ONE: (counted(3, 1), counted(4, 1)),
    Relation.ADDED_AGAIN: (counted(3, 6), counted(4, 10)),
    Relation.TIMES_COUNT: (counted(3, 9), counted(4, 16)),
    **{
        name: (where(True, x=OTHER), where(True, x=SUM), where(False, x=odd), where(False, x=odd))
        for name, odd in {
            Relation.WHERE_EMPTY: tensor([]),
            Relation.WHERE_SCALAR: tensor(2.0),
            Relation.WHERE_SINGLE: tensor([2.0]),
            Relation.WHERE_DTYPE: tensor([1.5, 2.5], dtype="float32"),
            Relation.WHERE_FLAG: FLAGGED,
            Relation.WHERE_OLD_GRADIENT: HELD,
            Relation.WHERE_NONE: None,
        }.items()
    },
    **{
        one.relation: tuple(
            CallAnswer(actual=right, expected=OTHER, elsewhere=elsewhere(right, one)) for right in (RIGHT, ODD)
        )
        for one in (
            Related(Relation.FLIPPED, thing=N),
            Related(Relation.EXCHANGED, thing=X, word="y"),
            Related(Relation.ELSEWHERE, thing=X, word="-x"),
        )
    },
    **{
        name: tuple(
            replaced(where(is_right, x=OTHER), around=(("f(x)", y if is_right else odd),))
            for is_right, y in ((True, OTHER), (True, other), (False, OTHER), (False, OTHER))
        )
        for name, odd, other in (
            (Relation.WHERE_MORE, MATRIX, tensor([2.0])),
            (Relation.WHERE_FEWER, tensor([2.0]), MATRIX),
        )
    },
    Relation.WHERE_NO_GRADIENT: (
        *(where(True, x=HELD), where(True, x=HELD)),
        *(where(False, x=FLAGGED), where(False, x=FLAGGED)),
    ),
    Relation.WHERE_SAME: (where(True, x=OTHER, y=OTHER), where(True, x=SUM, y=ODD), where(False, x=RIGHT, y=X)),
    Relation.WHERE_IS: (where(True, n=True), where(True, n=True), where(False, n=False), where(False, n=False)),
    Relation.WHERE_COMPUTED: (
        where(True, x=HELD),
        where(True, x=OTHER),
        where(False, x=computed(FLAGGED)),
        where(False, x=computed(FLAGGED)),
    ),
    Relation.WHERE_FIRST: (each((1.0, 0.25), (2.0, 0.5)), each((2.0, 1.0), (1.0, 0.5), (3.0, 0.5))),
    Relation.WHERE_LAST: (each((2.0, 0.5), (1.0, 0.25)), each((1.0, 0.5), (3.0, 0.5), (2.0, 1.0))),
    Relation.WHERE_LATER: (each((1.0, 0.5), (2.0, 0.25)), each((2.0, 0.5), (1.0, 0.25), (3.0, 0.75))),
    Relation.WHERE_EARLIER: (each((2.0, 0.25), (1.0, 0.5)), each((1.0, 0.25), (3.0, 0.75), (2.0, 0.5))),
    Relation.WHERE_ZERO: (each((0.0, 1.0), (0.0, 0.5), (2.0, 0.5)), each((-1.0, 0.5), (0.0, 0.25))),
    Relation.WHERE_MINUS_ZERO: (each((-0.0, 1.0), (0.0, 0.5), (-2.0, 0.5)), each((-0.0, 0.25), (0.0, 0.5))),
    Relation.WHERE_INFINITE: (each((math.inf, 1.0), (0.0, 0.5), (-2.0, 0.5)), each((-math.inf, 0.25), (3.0, 0.5))),
    Relation.WHERE_SMALL: (each((0.01, 1.0), (0.0, 0.5), (-2.0, 0.5)), each((-0.02, 0.25), (0.0, 0.5))),
    Relation.WHERE_NEGATIVE: (each((-2.0, 1.25), (2.0, 0.5)), each((-1.0, 0.75), (0.0, 0.5))),
    Relation.WHERE_POSITIVE: (each((2.0, 1.25), (-2.0, 0.5)), each((1.0, 0.75), (0.0, 0.5))),
}
EXAMPLES: dict[Relation, tuple[CallAnswer, ...]] = {
    **{
        name: (CallAnswer(actual=actual, expected=expected),)
        for name, (actual, expected) in {**KINDS, **NUMBERS}.items()
    },
    **{name: (answer,) for name, answer in AROUND.items()},
    **OF_SEVERAL,
}


def changed(value: Value) -> Value:
    """The same with one other number."""
    match value:
        case TensorValue(shape=shape, dtype=dtype):
            *numbers, last = value.elements()
            return tensor([*numbers, last + 0.75], shape=shape, dtype=dtype)
        case Items(items=(first, *rest)):
            return replace(value, items=(changed(first), *rest))
        case Table(entries=((name, first), *rest)):
            return Table(entries=((name, changed(first)), *rest))
        case NotRepresentable(held=TensorValue() as held):
            return replace(value, held=changed(held))
        case float():
            return value + 0.75
        case _:
            raise AssertionError(value)


def test_every_relation_has_an_example() -> None:
    """And each has its sentence and its question, in which nothing is left open."""
    assert {*EXAMPLES} == {*Relation}
    for name in Relation:
        found = Related(name, thing=X, factor=2.0, word="True")
        for text in (own_language().text(found.rationale), own_language().say(found.question)):
            assert text
            assert "{" not in text
        assert own_language().say(found.question).endswith("?")


@pytest.mark.parametrize("wanted", EXAMPLES)
def test_a_relation_is_found(wanted: Relation) -> None:
    """Each where nothing else is wrong."""
    found = (resemblance if wanted in OF_THE_WRONG else relation)(EXAMPLES[wanted])
    assert found is not None
    assert found.relation is wanted


OF_THE_WRONG = {Relation.UNIFORM, Relation.PROPORTIONAL}
"""They are no relation to what is right: something else may be behind them."""
# Of these a right answer says nothing: they tell what came back, or are as near as a right one.
WHATEVER_IS_RIGHT = {
    Relation.WHOLE,
    Relation.ZEROS,
    Relation.NAN,
    Relation.NO_NAN,
    Relation.CANCELLED,
    Relation.ROUNDED,
    Relation.DIGITS,
    *OF_THE_WRONG,
}


# These are so whatever other numbers are, or whatever the last one is.
WHATEVER_ELSE = {
    *(Relation.ONE_MEMORY, Relation.NOT_ASKED, Relation.KEYS, Relation.WHERE_LAST, Relation.WHERE_LATER),
    *(Relation.NO_CONTAINER, Relation.NO_TENSOR, Relation.NONE_FOR_ZEROS),
    *(Relation.NO_NAN, Relation.CANCELLED),
}
of_numbers = pytest.mark.parametrize("wanted", [one for one in EXAMPLES if one not in WHATEVER_ELSE])


def find_any(answers: Sequence[CallAnswer]) -> Related | None:
    """Whatever is found of some answers."""
    return relation(answers) or resemblance(answers)


@of_numbers
def test_a_near_miss_is_none(wanted: Relation) -> None:
    """One number more is wrong: then it is not said, and nothing is that is less true."""
    first, *others = EXAMPLES[wanted]
    found = find_any([replaced(first, actual=changed(first.actual)), *others])
    assert found is None or found.relation is not wanted


@of_numbers
def test_it_has_to_hold_in_every_answer(wanted: Relation) -> None:
    """One more answer in which it does not hold is enough against it; right answers are answers, too."""
    examples = EXAMPLES[wanted]
    odd = replaced(examples[0], actual=changed(examples[0].actual))
    found = (resemblance if wanted in OF_THE_WRONG else relation)([*examples, odd])
    assert found is None or found.relation is not wanted
    if wanted in NUMBERS and wanted not in WHATEVER_IS_RIGHT:
        right = replaced(examples[0], actual=examples[0].expected)
        assert relation([*examples, right]) is None


@given(st.sampled_from([RIGHT, OTHER, MATRIX, SQUARE, listed(RIGHT, OTHER), table(a=RIGHT, b=MATRIX), tensor(2.5)]))
def test_nothing_is_said_of_what_is_right(value: Value) -> None:
    """Whatever it is."""
    assert told((value, value), (value, value)) is None
    assert resemblance([CallAnswer(actual=value, expected=value)]) is None
    assert resemblance([]) is None


def test_one_number_is_a_coincidence() -> None:
    """A factor of 2 is told of two wrong numbers, be they in two answers, and not of one."""
    assert told((tensor(4.0), tensor(2.0))) is None
    found = told((scaled(OTHER, 2), OTHER), (tensor(-3.0), tensor(-1.5)))
    assert found == Related(Relation.FACTOR, factor=2.0)


def test_what_is_lost_beside_another_entry() -> None:
    """A row that was added up with a far larger one, and taken away again; nothing is nearly right beside that."""
    right = tensor([3e18, 1e18, 2.0, 5.0], shape=(2, 2))
    found = told((tensor([3e18, 1e18, 0.0, 0.0], shape=(2, 2)), right))
    assert found == Related(Relation.CANCELLED, thing=say("part.another_entry"))
    assert told((tensor([3e18, 1e18, 0.0, 900.0], shape=(2, 2)), right)) is None


def test_a_number_that_grows_with_the_size_is_no_constant_factor() -> None:
    """n times, where answers have different sizes."""
    found = told((scaled(RIGHT, 3), RIGHT), (scaled(MATRIX, 6), MATRIX))
    assert found == Related(Relation.TIMES_N)
    assert told((scaled(RIGHT, 3), RIGHT), (scaled(MATRIX, 5), MATRIX)) is None


def test_wrong_numbers_may_resemble_the_right_ones() -> None:
    """Beside right answers, of which it is not true; one factor, whichever it is, needs three numbers of one answer."""
    answers = [CallAnswer(actual=scaled(one, 2), expected=one) for one in (RIGHT, OTHER)]
    right = CallAnswer(actual=MATRIX, expected=MATRIX)
    assert relation([*answers, right]) is None
    assert resemblance([*answers, right]) == Related(Relation.FACTOR, factor=2.0)
    short = tensor([3.0, 5.0])
    normalized = [CallAnswer(actual=scaled(one, by), expected=one) for one, by in ((short, 0.17), (RIGHT, 0.23))]
    assert resemblance(normalized) == Related(Relation.PROPORTIONAL)
    assert resemblance(normalized[:1]) is None


def test_the_part_that_is_told_may_have_a_truth_of_its_own() -> None:
    """Where another part is wrong in another way; it is the first that is wrong, in each answer that has it wrong."""
    answers = [
        CallAnswer(actual=listed(SUM, ODD, ODD), expected=listed(RIGHT, OTHER, ODD)),
        CallAnswer(actual=listed(RIGHT, ODD, RIGHT), expected=listed(RIGHT, MATRIX, RIGHT)),
    ]
    assert relation(answers) is None
    assert resemblance(answers) == Related(Relation.PLUS_PART, thing=Place(path=(1,)))


def test_where_numbers_are_wrong_is_told_with_them() -> None:
    """All are 0, and only where an argument holds nothing: two sentences, and the question on where it is."""
    zeros = [CallAnswer(actual=scaled(RIGHT, 0), expected=RIGHT, given=((N, None), (X, one))) for one in (RIGHT, OTHER)]
    rights = [CallAnswer(actual=RIGHT, expected=RIGHT, given=((N, True), (X, one))) for one in (SUM, ODD)]
    place = Related(Relation.WHERE_NONE, thing=N)
    found = relation([*zeros, *rights])
    assert found == Related(Relation.ZEROS, where=place)
    assert [said.id for said in found.rationale] == ["relation.zeros", "relation.where_none"]
    assert found.question == place.question
    doubled = [replaced(one, actual=scaled(RIGHT, 2)) for one in zeros]
    assert relation([*doubled, *rights]) == Related(Relation.FACTOR, factor=2.0, where=place)


def test_how_much_is_computed_is_told_of_what_is_computed_from_an_argument() -> None:
    """Where nothing simpler is true of the argument, and not of another value on the way."""
    more = OF_SEVERAL[Relation.WHERE_MORE]
    assert relation(more) == Related(Relation.WHERE_MORE, thing=X, word="f(x)")
    assert relation([replaced(one, around=(("y", one.around[0][1]),)) for one in more]) is None
    fewer = OF_SEVERAL[Relation.WHERE_FEWER]
    assert relation([*fewer[:2], *(replaced(one, around=(("f(x)", tensor(2.0)),)) for one in fewer[2:])]) is None
    single = [replaced(one, given=((X, tensor([2.0])),)) for one in more[2:]]
    assert relation([*more[:2], *single]) == Related(Relation.WHERE_SINGLE, thing=X)


def test_a_diagonal_may_be_shorter_than_the_sums() -> None:
    """As it is where the matrix is square, and another one is right."""
    assert told((tensor([5.0, 0, 0, 3], shape=(2, 2)), MATRIX)) == Related(Relation.SUMS_ON_DIAGONAL)
    assert told((tensor([5.0, 1, 0, 3], shape=(2, 2)), MATRIX)) is None
    assert told((tensor([1.5, 0, 0, -2], shape=(2, 2)), tensor([1.5, 2]))) is None
    assert told((tensor([1.0, 0, 0], shape=(1, 3)), tensor([1.0, -2, 3], shape=(1, 3)))) is None


def test_where_it_is_wrong_may_be_an_entry() -> None:
    """Each part of an answer belongs to an entry of an argument with the same parts, where these are tensors."""
    numbered = [
        CallAnswer(
            actual=listed(RIGHT, made), expected=listed(RIGHT, OTHER), given=((Place(argument="asked"), listed(1, 0)),)
        )
        for made in (ODD, SUM)
    ]
    assert relation(numbered) is None
    xs = Place(argument="xs")
    entries = listed(OTHER, computed(OTHER), SUM, computed(SUM))
    answer = CallAnswer(
        actual=listed(RIGHT, ODD, RIGHT, ODD), expected=listed(RIGHT, RIGHT, RIGHT, RIGHT), given=((xs, entries),)
    )
    flagged = replace(entries, items=(FLAGGED, *entries.items[1:]))
    found = relation([replaced(answer, given=((xs, flagged),))])
    assert found == Related(Relation.WHERE_COMPUTED, thing=say("part.some_entry", of=xs))
    assert relation([answer]) is None  # it may be the flag as well
    once = replaced(
        answer,
        actual=listed(RIGHT, ODD, RIGHT, RIGHT),
        given=((xs, replace(flagged, items=(*flagged.items[:3], OTHER))),),
    )
    assert relation([once]) == found
    other = replaced(answer, given=((xs, replace(flagged, items=flagged.items[:3])),))
    assert relation([other]) is None


def test_names_may_be_missing_or_too_many() -> None:
    """Where the values under the names that are there are right; the sum of all may stand under one name."""
    right = table(a=RIGHT, b=OTHER)
    assert told((table(b=OTHER), right)) == Related(Relation.TOO_FEW)
    assert told((table(a=RIGHT, b=OTHER, c=SUM), right)) == Related(Relation.TOO_MANY)
    assert told((table(b=RIGHT, a=OTHER), right)) == Related(Relation.SWAPPED)
    assert told((table(a=SUM), right)) == Related(Relation.PARTS_ADDED)
    assert told((SUM, listed(RIGHT, OTHER))) == Related(Relation.PARTS_ADDED)
    assert told((table(a=ODD), right)) is None


def test_nothing_is_said_of_the_order_of_nothing() -> None:
    """An answer without numbers is neither flattened nor transposed."""
    assert told((tensor([]), tensor([], shape=(0, 3))), (tensor([]), tensor([], shape=(0, 2)))) is None


def test_what_is_the_same_for_every_call() -> None:
    """Where other things are right; one of them may be hit by chance."""
    assert told((RIGHT, RIGHT), (RIGHT, OTHER), (RIGHT, MATRIX)) == Related(Relation.CONSTANT)
    assert told((RIGHT, MATRIX), (RIGHT, OTHER)) is None
    assert told((RIGHT, OTHER), (RIGHT, OTHER), (RIGHT, OTHER)) is None


def test_one_memory_explains_no_part_that_has_its_own() -> None:
    """Every wrong part has to share its memory."""
    example = AROUND[Relation.ONE_MEMORY]
    own = replaced(example, actual=listed(OTHER, ODD), one_memory=frozenset({(0,)}))
    assert relation([own]) is None
    assert relation([example, own]) is None


def test_a_gradient_that_should_be_gone_is_still_there() -> None:
    """Where None is right, and not only what adds up to the old numbers."""
    cleared = CallAnswer(actual=listed(RIGHT, None), expected=listed(None, None), old=((OLD, RIGHT),))
    assert relation([cleared]) == Related(Relation.KEPT_GRADIENT, thing=OLD)
    assert relation([replaced(cleared, actual=listed(OTHER, None))]) is None


def test_an_answer_without_numbers_tells_against_none() -> None:
    """Where the first wrong one has numbers; else None is what has to be explained."""
    polluted = AROUND[Relation.PLUS_GRADIENT]
    nothing = replaced(polluted, actual=None)
    assert relation([polluted, nothing]) == Related(Relation.PLUS_GRADIENT, thing=OLD)
    assert relation([nothing, polluted]) is None
    pair = CallAnswer(actual=listed(SUM, OTHER), expected=listed(RIGHT, OTHER), old=((OLD, OTHER),))
    assert relation([pair, replaced(pair, actual=listed(None, OTHER))]) == relation([pair])


def test_one_truth_about_the_arguments_is_not_told_of_two() -> None:
    """All wrong answers are to float32 and to a flag: nobody knows which of the two it is."""
    both = tensor([1.0, 2.0], dtype="float32", requires_grad=True)
    assert relation([where(True, x=OTHER), where(True, x=SUM), where(False, x=both), where(False, x=both)]) is None


@pytest.mark.parametrize("rights", [0, 1])
def test_where_it_is_wrong_is_told_of_several_answers(rights: int) -> None:
    """Two wrong and two right ones at least; one wrong one where there is nothing, be it a float32 as well."""
    answers = OF_SEVERAL[Relation.WHERE_SCALAR]
    assert relation([*answers[:rights], *answers[2:]]) is None
    assert relation(answers[:3]) is None
    nothing = where(False, x=tensor([], dtype="float32"))
    empty = relation([*answers[:2], nothing])
    assert empty == Related(Relation.WHERE_EMPTY, thing=X)
    assert relation([*answers[:rights], nothing]) is None


def test_what_is_on_the_way_may_have_parts_and_another_shape() -> None:
    """Each wrong part is the same part of it, or it itself; one number may be it by chance."""
    parts = (("f(x)", listed(MATRIX, OTHER)),)
    answer = CallAnswer(actual=listed(RIGHT, OTHER), expected=listed(RIGHT, SUM), around=parts)
    assert relation([answer]) == Related(Relation.INSTEAD, word="f(x)")
    assert relation([replaced(answer, actual=listed(OTHER, OTHER))]) is None
    single = CallAnswer(actual=listed(RIGHT, tensor(7.5)), expected=listed(RIGHT, SUM), around=(("y", tensor(7.5)),))
    assert relation([single]) is None
    assert relation([single, single]) == Related(Relation.INSTEAD, word="y")


def test_what_is_right_elsewhere_is_told_of_two_answers() -> None:
    """And never looked for where something simpler is true."""
    first, second = OF_SEVERAL[Relation.EXCHANGED]
    assert relation([first]) is None
    assert relation([first, replaced(second, actual=second.expected)]) is None

    def looked_for(_: frozenset[Relation]) -> list[tuple[Related, Value]]:
        raise AssertionError

    assert relation([replaced(first, actual=scaled(OTHER, -1), elsewhere=looked_for)] * 2) == Related(Relation.NEGATED)


def test_a_switch_the_wrong_way_round_comes_before_where_it_shows() -> None:
    """What is right for both of its values shows nothing, and is right all the same."""
    flipped = Related(Relation.FLIPPED, thing=N)
    answers = [
        replaced(where(is_right, x=x), elsewhere=elsewhere(RIGHT if is_right else ODD, flipped))
        for is_right, x in ((True, OTHER), (True, SUM), (False, FLAGGED), (False, FLAGGED))
    ]
    assert relation(answers) == flipped
    other = replaced(answers[0], elsewhere=elsewhere(ODD, flipped))
    assert relation([other, *answers[1:]]) == Related(Relation.WHERE_FLAG, thing=X)


def test_an_order_of_equal_numbers_is_none() -> None:
    """A slope of 0 in another place is another answer, and not the same numbers again."""
    assert told((tensor([0.0, 1.0, 1.0]), tensor([1.0, 0.0, 1.0]))) is None


def test_an_old_gradient_counts_only_where_there_was_one() -> None:
    """It is right where there was none, and off by the gradient where there was one."""
    polluted = AROUND[Relation.PLUS_GRADIENT]
    clean = CallAnswer(actual=OTHER, expected=OTHER, old=((OLD, None),))
    found = relation([clean, polluted])
    assert found == Related(Relation.PLUS_GRADIENT, thing=OLD)
    wrong = replaced(clean, actual=RIGHT)
    assert relation([wrong, polluted]) is None


def test_a_wrong_part_is_told_of_itself() -> None:
    """The other parts of an answer are right, and do not speak against it."""
    answers = [(listed(RIGHT, scaled(OTHER, -1)), listed(RIGHT, OTHER)), (listed(OTHER, OTHER), listed(OTHER, OTHER))]
    assert told(answers[0]) == Related(Relation.NEGATED)
    assert told(*answers) is None


def test_parts_of_one_kind_are_told_together() -> None:
    """All wrong entries of a dictionary are numbers of Python's: one sentence."""
    right = table(a=tensor(2.0), b=tensor(3.0))
    assert told((table(a=2.0, b=3.0), right)) == Related(Relation.NUMBER)
    assert told((table(a=2.0, b=tensor([3.0])), right)) is None


@pytest.mark.parametrize("right", [[math.inf] * 3, [math.inf, 2.0, -math.inf], [-math.inf, 2.0, 7.0]])
@pytest.mark.parametrize("mine", [[5.0, 2.0, 7.0], [7.0, 5.0, 2.0], [6.0], [math.nan, 2.0, 7.0]])
def test_nothing_is_near_an_infinity(mine: list[float], right: list[float]) -> None:
    """Whatever the tolerance is a part of, any number would be within it."""
    assert told((tensor(mine), tensor(right))) in {None, Related(Relation.NAN)}


@pytest.mark.parametrize("odd", [None, "text", True, float("nan"), listed(), tensor([]), listed(OTHER, None)])
def test_what_has_no_numbers_is_no_relation(odd: Value) -> None:
    """And nothing goes wrong over it."""
    assert told((odd, RIGHT)) is None
    assert told((odd, RIGHT), (odd, OTHER)) in {None, Related(Relation.CONSTANT)}


def test_of_parts_that_have_nothing_in_common_the_first_is_told() -> None:
    """In the order of the dictionary, in which a message names them; not in the order of the alphabet."""
    right = table(z=RIGHT, a=OTHER)
    answers = [CallAnswer(actual=table(z=scaled(RIGHT, 5), a=tensor([5.0, 1.0, 2.0])), expected=right)] * 2
    assert resemblance(answers) == Related(Relation.FACTOR, factor=5)
