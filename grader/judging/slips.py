"""Which slip of a source explains which check: what it does there is known, or nothing else is. Pure."""

from collections.abc import Sequence, Set

from grader.inside.said import Argument, say
from grader.inside.values import Place
from grader.judging.diagnosis import NAMEABLE
from grader.judging.judgement import Judgement
from grader.judging.relations import Related, Relation
from grader.observing.traits import Slip, Trait

# They explain whatever else went wrong.
_SURE = frozenset(
    {
        Slip.NOT_CALLED,
        Slip.COMPARED,
        Slip.MISSPELT,
        Slip.CUT,
        Slip.DROPPED,
        Slip.LAZY,
        Slip.FLAG_LOST,
        Slip.FLAG_LATE,
        Slip.RETURN_IN_LOOP,
        Slip.CAUGHT,
        Slip.SHADOWED,
        Slip.MADE_LATER,
        Slip.RETAINS_LATE,
    }
)
# Where None came back, or was found in what came back.
_OF_NO_RESULT = frozenset({Slip.NO_RETURN, Slip.FALLS_OFF})
_OF_NONE_IN_IT = frozenset(
    {Slip.GIVES_NOTHING, Slip.READ_EARLY, Slip.EMPTIED, Slip.RESULT_FLAGGED, Slip.REMADE, Slip.RENEWED}
)
# Where an error says that a graph or a thing is missing, by the phrase on the error.
_OF_ERRORS = {
    "phrase.nothing_requires_grad": frozenset({Slip.ASIDE, Slip.NO_LEAF, Slip.REMADE}),
    "phrase.unused_input": frozenset({Slip.REMADE}),
    "phrase.none_attribute": frozenset({Slip.GIVES_NOTHING, Slip.EMPTIED}),
}
# All others explain what nothing else does.
_WEAK = frozenset(Slip).difference(
    _SURE, _OF_NO_RESULT, _OF_NONE_IN_IT, *_OF_ERRORS.values(), {Slip.CREATES_GRAPH, Slip.GRAD_READ, Slip.ALIAS}
)
# What they did is another thing than any misconception does that comes to the same.
INSTEAD = _OF_NO_RESULT | _OF_NONE_IN_IT | {Slip.FLAG_LOST, Slip.FLAG_LATE}


def sure_slip(judgement: Judgement, traits: Sequence[Trait]) -> Trait | None:
    """The slip that explains a check for sure, whatever misconception it looks like."""
    if judgement.outcome.verdict not in NAMEABLE:
        return None
    return next((trait for trait in traits if _explains(trait, judgement)), None)


def slip_behind_an_error(judgement: Judgement, traits: Sequence[Trait]) -> Trait | None:
    """The slip by which something is missing where an error says so."""
    rationale = judgement.outcome.rationale
    behind = frozenset[Slip]().union(*(_OF_ERRORS.get(said.id, ()) for said in rationale))
    lines = {said.argument("line") for said in rationale}
    return next((trait for trait in traits if trait.slip in behind and _is_behind(trait, lines)), None)


def slip_behind(found: Related, traits: Sequence[Trait]) -> Trait | None:
    """The slip by which an answer is what it is."""
    return next((trait for trait in traits if _is_why(trait, found)), None)


def weak_slip(judgement: Judgement, traits: Sequence[Trait]) -> Trait | None:
    """The slip that explains a check where nothing else does."""
    return next((trait for trait in traits if _may_explain(trait, judgement)), None)


def what_is_none(judgement: Judgement) -> Argument:
    """The thing that is None where something else was expected; None where there is no such thing."""
    for said in judgement.outcome.rationale:
        if said.id == "compare.kind" and said.argument("actual") == say("kind.none"):
            return said.argument("what")
    return None


def _is_behind(trait: Trait, lines: Set[Argument]) -> bool:
    """Is an error in one of these lines, if only lines that use something can raise it?"""
    return trait.slip not in _OF_ERRORS["phrase.none_attribute"] or not lines.isdisjoint(trait.used)


def _explains(trait: Trait, judgement: Judgement) -> bool:
    """Does a slip that is one for sure explain this check?"""
    place = what_is_none(judgement)
    if trait.slip in _OF_NO_RESULT:
        return place == Place()
    if trait.slip in _OF_NONE_IN_IT:
        # What is used raises before anything comes back.
        is_kept = trait.slip is Slip.GIVES_NOTHING and bool(trait.used)
        return isinstance(place, Place) and place.argument is None and not is_kept
    if trait.slip is Slip.CREATES_GRAPH:
        return any(said.id == "claim.graph" for said in judgement.outcome.rationale)
    return trait.slip in _SURE


def _is_why(trait: Trait, found: Related) -> bool:
    """Does a slip say why an answer is what it is?

    It is wrong only for some values of an argument, since the function never looks at that. Or it was another number,
    and backward has added to it, or the answer is the difference of a thing and itself.
    """
    is_about_it = isinstance(found.thing, Place) and found.thing.argument == trait.name
    is_ignored = trait.slip is Slip.IGNORED and is_about_it and found.relation is Relation.WHERE_IS
    return is_ignored or (trait.slip is Slip.ALIAS and found.relation in {Relation.ZEROS, Relation.OVERWRITTEN})


def _may_explain(trait: Trait, judgement: Judgement) -> bool:
    """Does a slip explain this check where nothing else does?"""
    if trait.slip is Slip.GRAD_READ:
        return what_is_none(judgement) == Place(path=() if trait.entry is None else (trait.entry,))
    return trait.slip in _WEAK
