"""Puts the interpreter's switches back between questions: a submission may have turned any of them."""

import random
import sys
import warnings

SEED = 0
# What Python itself does not show outside __main__.
_UNSEEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def reset() -> None:
    """Recursion limit, generators and warnings as at the start.

    Generators are seeded alike for every question, so that a submission that draws numbers is graded the same again.
    """
    sys.setrecursionlimit(1000)  # first: it could be too low for the others
    random.seed(SEED)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(SEED)
    warnings.resetwarnings()
    for category in _UNSEEN:
        warnings.simplefilter("ignore", category)
