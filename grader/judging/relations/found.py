"""The relations that there are, and one that was found."""

import enum
from dataclasses import dataclass

from grader.inside.said import Said, known, say
from grader.inside.values import Place

Name = Place | Said


class Relation(enum.StrEnum):
    """The kinds of relation of a wrong answer to the right one. Of the words, `relation` says each, and `ask` asks."""

    ONE_ENTRY = "one_entry"
    SWAPPED = "swapped"
    ORDER = "order"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NO_NAMES = "no_names"
    STACKED = "stacked"
    LIST = "list"
    NUMPY = "numpy"
    NUMBER = "number"
    DTYPE = "dtype"
    AXIS = "axis"
    FLATTENED = "flattened"
    RESHAPED = "reshaped"
    TRANSPOSED = "transposed"
    REVERSED = "reversed"
    SUMMED = "summed"
    AVERAGED = "averaged"
    SUMMED_AXIS = "summed_axis"
    FIRST_ONLY = "first_only"
    LAST_ONLY = "last_only"
    DIAGONAL = "diagonal"
    NOT_SUMMED = "not_summed"
    CONSTANT = "constant"
    ZEROS = "zeros"
    ONES = "ones"
    GIVEN = "given"
    PART = "part"
    PLUS_GRADIENT = "plus_gradient"
    KEPT_GRADIENT = "kept_gradient"
    PLUS_ANSWER = "plus_answer"
    KEPT_ANSWER = "kept_answer"
    NEGATED = "negated"
    FACTOR = "factor"
    TIMES_N = "times_n"
    PER_N = "per_n"
    SIGN = "sign"
    SQUARE = "square"
    RUNNING = "running"
    EACH_SUMMED = "each_summed"
    ONLY_FIRST = "only_first"
    ONLY_LAST = "only_last"
    ROWS_EQUAL = "rows_equal"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Related:
    """A relation with what belongs to it: the thing that an answer is, or holds too much of, or a factor."""

    relation: Relation
    thing: Name | None = None
    factor: float | None = None

    @property
    def rationale(self) -> Said:
        """The sentence that says it."""
        holes = known(thing=self.thing, factor=self.factor)
        return say(f"relation.{self.relation}", **holes)

    @property
    def question(self) -> Said:
        """The question that dissolves it: a hint."""
        holes = known(thing=self.thing, factor=self.factor)
        return say(f"ask.{self.relation}", **holes)
