"""The relations that there are, and one that was found."""

import enum
from dataclasses import dataclass

from grader.inside.said import Said, known, say
from grader.inside.values import Place

Name = Place | Said


class Relation(enum.StrEnum):
    """The kinds of relation of a wrong answer to the right one. Of the words, `relation` says each, and `ask` asks."""

    NOT_ASKED = "not_asked"
    ONE_ENTRY = "one_entry"
    AMONG = "among"
    SWAPPED = "swapped"
    ORDER = "order"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NO_NAMES = "no_names"
    OTHER_NAMES = "other_names"
    KEYS = "keys"
    NO_CONTAINER = "no_container"
    NO_TENSOR = "no_tensor"
    GROUPED = "grouped"
    ONE_MEMORY = "one_memory"
    INSTEAD = "instead"
    STACKED = "stacked"
    LIST = "list"
    NUMPY = "numpy"
    NUMBER = "number"
    DTYPE = "dtype"
    AXIS = "axis"
    FLATTENED = "flattened"
    RESHAPED = "reshaped"
    ZEROS_LIKE = "zeros_like"
    TRANSPOSED = "transposed"
    BY_COLUMNS = "by_columns"
    REVERSED = "reversed"
    SUMMED = "summed"
    AVERAGED = "averaged"
    SUMMED_AXIS = "summed_axis"
    FIRST_ONLY = "first_only"
    LAST_ONLY = "last_only"
    DIAGONAL = "diagonal"
    ON_DIAGONAL = "on_diagonal"
    SUMS_ON_DIAGONAL = "sums_on_diagonal"
    WITHOUT_FIRST = "without_first"
    WITHOUT_LAST = "without_last"
    NOT_SUMMED = "not_summed"
    ZEROS_FOR_NONE = "zeros_for_none"
    NONE_FOR_ZEROS = "none_for_zeros"
    LOST = "lost"
    CONSTANT = "constant"
    NAN = "nan"
    NO_NAN = "no_nan"
    ZEROS = "zeros"
    ONES = "ones"
    GIVEN = "given"
    GIVEN_OR_GRADIENT = "given_or_gradient"
    PART = "part"
    OVERWRITTEN = "overwritten"
    PLUS_PART = "plus_part"
    LESS_PART = "less_part"
    PARTS_ADDED = "parts_added"
    PLUS_GRADIENT = "plus_gradient"
    PLUS_GRADIENTS = "plus_gradients"
    KEPT_GRADIENT = "kept_gradient"
    KEPT_GRADIENTS = "kept_gradients"
    PLUS_ANSWER = "plus_answer"
    KEPT_ANSWER = "kept_answer"
    GRADIENT_OF = "gradient_of"
    PLUS_GRADIENT_OF = "plus_gradient_of"
    NEGATED = "negated"
    FACTOR = "factor"
    ONE_MORE = "one_more"
    ONE_LESS = "one_less"
    ONLY_ONE = "only_one"
    ADDED_AGAIN = "added_again"
    TIMES_COUNT = "times_count"
    TIMES_N = "times_n"
    PER_N = "per_n"
    SIGN = "sign"
    SQUARE = "square"
    RUNNING = "running"
    EACH_SUMMED = "each_summed"
    ONLY_FIRST = "only_first"
    ONLY_LAST = "only_last"
    ROWS_EQUAL = "rows_equal"
    ROWS_AS_LAST = "rows_as_last"
    WHOLE = "whole"
    ROUNDED = "rounded"
    DIGITS = "digits"
    UNIFORM = "uniform"
    PROPORTIONAL = "proportional"
    CANCELLED = "cancelled"
    FLIPPED = "flipped"
    EXCHANGED = "exchanged"
    ELSEWHERE = "elsewhere"
    WHERE_FIRST = "where_first"
    WHERE_LAST = "where_last"
    WHERE_LATER = "where_later"
    WHERE_EARLIER = "where_earlier"
    WHERE_EMPTY = "where_empty"
    WHERE_SCALAR = "where_scalar"
    WHERE_SINGLE = "where_single"
    WHERE_DTYPE = "where_dtype"
    WHERE_OLD_GRADIENT = "where_old_gradient"
    WHERE_NO_GRADIENT = "where_no_gradient"
    WHERE_FLAG = "where_flag"
    WHERE_COMPUTED = "where_computed"
    WHERE_NONE = "where_none"
    WHERE_IS = "where_is"
    WHERE_ZERO = "where_zero"
    WHERE_MINUS_ZERO = "where_minus_zero"
    WHERE_SMALL = "where_small"
    WHERE_INFINITE = "where_infinite"
    WHERE_NEGATIVE = "where_negative"
    WHERE_POSITIVE = "where_positive"
    WHERE_SAME = "where_same"
    WHERE_MORE = "where_more"
    WHERE_FEWER = "where_fewer"


OF_ARGUMENTS = frozenset(
    {
        *(Relation.WHERE_EMPTY, Relation.WHERE_SCALAR, Relation.WHERE_SINGLE, Relation.WHERE_DTYPE),
        *(Relation.WHERE_OLD_GRADIENT, Relation.WHERE_NO_GRADIENT, Relation.WHERE_FLAG, Relation.WHERE_COMPUTED),
        *(Relation.WHERE_NONE, Relation.WHERE_IS, Relation.WHERE_ZERO, Relation.WHERE_MINUS_ZERO),
        *(Relation.WHERE_INFINITE, Relation.WHERE_SMALL, Relation.WHERE_NEGATIVE, Relation.WHERE_POSITIVE),
        *(Relation.WHERE_SAME, Relation.WHERE_MORE, Relation.WHERE_FEWER),
    }
)
"""They say for which arguments an answer is wrong, and not what it is."""


@dataclass(frozen=True, slots=True)
class Related:
    """A relation with what belongs to it: what an answer is or holds too much of, a factor, or code."""

    relation: Relation
    thing: Name | None = None
    factor: float | None = None
    word: str | None = None
    where: "Related | None" = None
    """For which arguments it is so, where that is known, too."""

    @property
    def rationale(self) -> tuple[Said, ...]:
        """The sentences that say it."""
        holes = known(thing=self.thing, factor=self.factor, word=self.word)
        more = () if self.where is None else self.where.rationale
        return (say(f"relation.{self.relation}", **holes), *more)

    @property
    def question(self) -> Said:
        """The question that dissolves it: a hint."""
        if self.where is not None and self.relation is not Relation.NAN:
            return self.where.question
        holes = known(thing=self.thing, factor=self.factor, word=self.word)
        return say(f"ask.{self.relation}", **holes)
