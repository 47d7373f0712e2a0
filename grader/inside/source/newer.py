"""Tells code that is written for a newer Python than the one that runs it. Pure.

An old parser has no words for new grammar, so the line that it refuses is looked at. The names that only a newer
library has are listed.
"""

import re
import sys
from typing import TypedDict

_MAX_LINE = 1000

# Since which version, and what a line looks like that an older one refuses.
_GRAMMAR = (
    ((3, 12), re.compile(r"\s*(?:async\s+)?(?:def|class)\s+\w+\s*\[")),
    ((3, 12), re.compile(r"\s*type\s+\w+\s*(?:\[[^\]]*\]\s*)?=")),
    # A text in a formatted one, in the same quotes.
    (
        (3, 12),
        re.compile(r""".*\b(?:[fF][rR]?|[rR][fF])(["'])(?:(?!\1).)*\{(?:(?!\1)[^{}])*\1(?:(?!\1).)*\1[^{}]*\}"""),
    ),
    ((3, 14), re.compile(r"\s*except\s+[A-Z][\w.]*(?:\s*,\s*[A-Z][\w.]*)+\s*:")),
    ((3, 14), re.compile(r""".*(?<![\w"'])(?:[tT][rR]?|[rR][tT])["']""")),
)
# Since which version a module has a name; "" stands for the module itself.
_LIBRARY = {
    "itertools": {"batched": (3, 12)},
    "math": {"sumprod": (3, 12), "fma": (3, 13)},
    "typing": {
        **dict.fromkeys(("override", "TypeAliasType"), (3, 12)),
        **dict.fromkeys(("TypeIs", "ReadOnly", "NoDefault", "is_protocol", "get_protocol_members"), (3, 13)),
        "evaluate_forward_ref": (3, 14),
    },
    "collections.abc": {"Buffer": (3, 12)},
    "warnings": {"deprecated": (3, 13)},
    "copy": {"replace": (3, 13)},
    "random": {"binomialvariate": (3, 12)},
    "functools": {"Placeholder": (3, 14)},
    "annotationlib": {"": (3, 14)},
    "string.templatelib": {"": (3, 14)},
    "compression": {"": (3, 14)},
    "concurrent.interpreters": {"": (3, 14)},
}
_NO_NAME = re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")
_NO_MODULE = re.compile(r"No module named '(?P<module>[\w.]+)'")
_NO_ATTRIBUTE = re.compile(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'")


class Newer(TypedDict):
    """The Python that code is written for, and the one that runs it."""

    version: str
    running: str


def of_line(line: str) -> Newer | None:
    """The version that a line is written for, where the parser refuses it; None where newer ones refuse it, too."""
    return next(
        (_found(version) for version, looks in _GRAMMAR if _is_new(version) and looks.match(line[:_MAX_LINE])), None
    )


def of_message(message: str) -> Newer | None:
    """The version that an import, or an attribute, asks for, by the message of its failure."""
    for pattern in (_NO_NAME, _NO_MODULE, _NO_ATTRIBUTE):
        if found := pattern.match(message[:_MAX_LINE]):
            parts = found.groupdict()
            version = _LIBRARY.get(parts["module"], {}).get(parts.get("name", ""))
            return _found(version) if version and _is_new(version) else None
    return None


def _is_new(version: tuple[int, int]) -> bool:
    return version > sys.version_info[:2]


def _found(version: tuple[int, int]) -> Newer:
    return Newer(version=".".join(map(str, version)), running=".".join(map(str, sys.version_info[:2])))
