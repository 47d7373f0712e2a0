"""The last lines of a batch: how many, whom to look at and why, and where everything is."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from grader.batch import BatchResult
from grader.inside.said import Listed, say
from grader.terminal import say_to_person

# How many submissions are named.
_SAID = 10

_T = TypeVar("_T")


def say_results(result: BatchResult, out: Path) -> None:
    """Tell the instructor."""
    for identity, reason in _first(result.unread):
        say_to_person(say("command.about", name=identity, reason=reason))
    for entry in _first(result.left_out):
        say_to_person(say("command.left_out", name=entry.name, reason=entry.reason))
    parts = [say("command.graded", graded=result.graded)]
    if result.kept:
        parts = [say("command.graded_before", graded=result.graded, kept=result.kept)]
    if count := len(result.needs_review):
        names = Listed(things=result.needs_review[:_SAID])
        parts.append(
            say("command.need_review_more" if count > _SAID else "command.need_review", count=count, names=names)
        )
    if result.left_out:
        parts.append(say("command.entries_left_out", count=len(result.left_out)))
    say_to_person(say("command.results", parts=Listed(things=tuple(parts), kind="pairs"), out=str(out)))


def _first(things: Sequence[_T]) -> Iterator[_T]:
    """The first ones, and a line that tells of the others."""
    yield from things[:_SAID]
    if len(things) > _SAID:
        say_to_person(say("command.more", count=len(things) - _SAID))
