"""Facts about a function that its source shows without being run, where they are slips for sure. Pure.

None of them says that an answer is wrong. They explain one that is.
"""

from grader.observing.traits.calls import slips_of_calls
from grader.observing.traits.flow import slips_of_flow
from grader.observing.traits.gradients import slips_with_gradients
from grader.observing.traits.leaves import slips_with_leaves
from grader.observing.traits.nodes import FunctionNode, Nodes
from grader.observing.traits.trait import Slip, Trait
from grader.observing.traits.ways import slips_on_the_way

__all__ = ["Slip", "Trait", "traits_of"]


def traits_of(function: FunctionNode) -> tuple[Trait, ...]:
    """The slips that a function's source shows, those that explain most first."""
    nodes = Nodes(function)
    found = [
        *slips_of_calls(nodes),
        *slips_with_leaves(function, nodes),
        *slips_on_the_way(function, nodes),
        *slips_with_gradients(function, nodes),
        *slips_of_flow(function, nodes),
    ]
    return tuple(sorted(found, key=lambda trait: list(Slip).index(trait.slip)))
