"""The names that check files and oracle files import: how questions are asked, and how answers are judged."""

from grader.authoring.claims import Case, CaseSet, Check, asks, hidden, more, visible
from grader.authoring.common import (
    autograd_ran,
    autograd_ran_in_every_pass,
    caller_untouched,
    calls_once,
    no_shortcut,
    own_memory,
    require_gradients,
    stands_alone,
)
from grader.authoring.compare import close, fail, same
from grader.authoring.draw import ARANGE, Draw, computed, function, once_more, spread, tensor
from grader.authoring.facts import Facts
from grader.inside.said import say
from grader.words.calls import CalledAs

__all__ = [
    "ARANGE",
    "CalledAs",
    "Case",
    "CaseSet",
    "Check",
    "Draw",
    "Facts",
    "asks",
    "autograd_ran",
    "autograd_ran_in_every_pass",
    "caller_untouched",
    "calls_once",
    "close",
    "computed",
    "fail",
    "function",
    "hidden",
    "more",
    "no_shortcut",
    "once_more",
    "own_memory",
    "require_gradients",
    "same",
    "say",
    "spread",
    "stands_alone",
    "tensor",
    "visible",
]
