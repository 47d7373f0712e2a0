"""The marks that move when answers are judged again: whose, by which check, and why. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.inside.said import Said, say
from grader.report import CheckReport, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A check that is judged otherwise. `old` or `new` is None where it was not asked, or is not asked any more."""

    id: str
    old: CheckReport | None
    new: CheckReport | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A submission whose mark moves, from one report to another."""

    identity: str
    old: Report
    new: Report
    changes: tuple[Change, ...]


def move_of(identity: str, old: Report, new: Report) -> Move | None:
    """How the mark of a submission moves; None where every check pays what it paid, of as many points."""
    before, after = _checks(old), _checks(new)
    changes = [
        Change(id=name, old=before.get(name), new=after.get(name))
        for name in dict.fromkeys((*before, *after))
        if _judged(before.get(name)) != _judged(after.get(name))
    ]
    if all(_paid(change.old) == _paid(change.new) for change in changes) and old.needs_review == new.needs_review:
        return None
    return Move(identity=identity, old=old, new=new, changes=tuple(changes))


def told(move: Move) -> Iterator[Said]:
    """A move in sentences: the mark, then each check with the reason."""
    old, new = move.old, move.new
    yield say(
        "move.mark",
        identity=move.identity,
        points=new.points,
        max_points=new.max_points,
        old_points=old.points,
        old_max_points=old.max_points,
    )
    if new.needs_review != old.needs_review:
        yield say("move.review" if new.needs_review else "move.no_review")
    for change in move.changes:
        yield from _told(change)


def _told(change: Change) -> Iterator[Said]:
    yield say("move.check", check=change.id, now=_standing(change.new), before=_standing(change.old))
    now, before = (one.rationale if one else "" for one in (change.new, change.old))
    # The same reason for both explains nothing: then it is the points of the check that have changed.
    if now != before:
        if now:
            yield say("move.why", rationale=now)
        if before:
            yield say("move.why_before", rationale=before)


def _standing(check: CheckReport | None) -> Said:
    """How a check has ended, and what that pays."""
    if check is None:
        return say("move.not_asked")
    points = "?" if check.points is None else str(check.points)
    verdict = say(f"verdict.{check.verdict}")
    return say("move.standing", verdict=verdict, points=points, max_points=check.max_points)


def _checks(report: Report) -> Mapping[str, CheckReport]:
    return {check.id: check for exercise in report.exercises for check in exercise.checks}


def _judged(check: CheckReport | None) -> object:
    return check and (check.verdict, check.points, check.max_points)


def _paid(check: CheckReport | None) -> object:
    return check and (check.points, check.max_points)
