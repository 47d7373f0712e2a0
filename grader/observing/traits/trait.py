"""The slips that a source can show, and one that was found."""

import enum

from grader.inside.said import Said, known, say
from grader.inside.values import Record, Text


class Slip(enum.StrEnum):
    """The slips that a source can show. Of the words, `slip` says each, and `ask_slip` has its question."""

    NOT_CALLED = "not_called"
    COMPARED = "compared"
    CUT = "cut"
    MISSPELT = "misspelt"
    DROPPED = "dropped"
    LAZY = "lazy"
    FLAG_LOST = "flag_lost"
    FLAG_LATE = "flag_late"
    CREATES_GRAPH = "creates_graph"
    NO_RETURN = "no_return"
    FALLS_OFF = "falls_off"
    GIVES_NOTHING = "gives_nothing"
    READ_EARLY = "read_early"
    EMPTIED = "emptied"
    RESULT_FLAGGED = "result_flagged"
    REMADE = "remade"
    RENEWED = "renewed"
    SHADOWED = "shadowed"
    GRAD_READ = "grad_read"
    RETURN_IN_LOOP = "return_in_loop"
    CAUGHT = "caught"
    RETAINS_LATE = "retains_late"
    REPLACED = "replaced"
    CARRIED = "carried"
    IGNORED = "ignored"
    STEPPED = "stepped"
    ENDS_LOOP = "ends_loop"
    ALIAS = "alias"
    SCALED_GRAD = "scaled_grad"
    TRUTH = "truth"
    SET = "set"
    TWICE = "twice"
    MADE_LATER = "made_later"
    ASIDE = "aside"
    NO_LEAF = "no_leaf"
    UNUSED = "unused"


class Trait(Record):
    """A slip in the function of an exercise: the line, and the name of the method or argument that it is about.

    Of a gradient that stands in a tuple which is handed back, `entry` says where. `used` are the lines that need
    something of what a line has kept.
    """

    slip: Slip
    line: int | None = None
    name: Text | None = None
    entry: int | None = None
    used: tuple[int, ...] = ()

    @property
    def rationale(self) -> tuple[Said, ...]:
        """The sentence that says it."""
        holes = known(line=self.line, name=self.name)
        return (say(f"slip.{self.slip}", **holes),)

    @property
    def question(self) -> Said:
        """The question that dissolves it: a hint."""
        holes = known(line=self.line, name=self.name)
        return say(f"ask_slip.{self.slip}", **holes)
