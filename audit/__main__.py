"""Audit the checks: python -m audit [--only EXERCISE] [--mutants N] [--fairness] [--seeds N] [--check].

Without --only, --mutants or --fairness all is audited and docs/strength.md is written, which takes some minutes. Where
nothing has changed but the list of equivalents, the last run's findings are used again. Exit code 1 says that there is
something to do; build/survivors.md shows every survivor that is not listed.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from audit.digest import digest_of_page, digest_of_run
from audit.equivalents import FILE, Judged, judged, listed_as, read_equivalents
from audit.fairness import fairness_of
from audit.grading import open_course
from audit.guesses import guesses_at
from audit.page import is_made_of, render
from audit.pool import open_pool
from audit.record import Fairness, Found, with_points
from audit.strength import strength_of
from grader.kit import HOME

PAGE = HOME / "docs" / "strength.md"
BUILD = HOME / "build"
SEEDS = 200


def main() -> int:
    """Audit, and tell what is to be done."""
    parser = argparse.ArgumentParser(
        prog="python -m audit", description="Audits the checks with wrong and right answers."
    )
    parser.add_argument("--only", action="append", metavar="EXERCISE", help="this exercise only; repeatable")
    parser.add_argument("--mutants", type=int, metavar="N", help="at most N mutants of each right answer")
    parser.add_argument("--fairness", action="store_true", help="only grade right answers on many seeds")
    parser.add_argument(
        "--seeds", type=int, metavar="N", default=SEEDS, help="references on N seeds (default: %(default)s)"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--check", action="store_true", help="only say whether docs/strength.md is stale")
    options = parser.parse_args()
    if options.check:
        return check()
    exercises = open_course().catalog.exercise_ids
    if unknown := set(options.only or ()) - set(exercises):
        parser.error(f"no such exercise: {', '.join(sorted(unknown))}")
    if options.fairness:
        return _told_of_fairness(_fairness(options, options.only or exercises))
    is_whole = not options.only and options.mutants is None
    found = _audited(options, options.only or exercises, is_whole)
    result = judged(found.strength, read_equivalents(FILE.read_text(encoding="utf-8")))
    if is_whole:
        PAGE.write_text(render(found, result, digest_of_page()), encoding="utf-8")
        print(f"wrote docs/{PAGE.name}")
    else:
        print(render(found, result, "a part"))
    # A few of the mutants say nothing of the others.
    return _told(found, result, stale=result.stale if options.mutants is None else ())


def check() -> int:
    """1 where the page is stale."""
    if PAGE.exists() and is_made_of(PAGE.read_text(encoding="utf-8"), digest_of_page()):
        return 0
    print(f"docs/{PAGE.name} is stale: run `make audit`", file=sys.stderr)
    return 1


def _audited(options: argparse.Namespace, exercises: Sequence[str], is_whole: bool) -> Found:
    """The findings of a run; those of the last whole run, where nothing has changed that they depend on."""
    kept = BUILD / f"audit-{digest_of_run()}-{options.seeds}.json"
    if is_whole and kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Found)
    course = open_course()
    with open_pool(options.jobs) as pool:
        found = Found(
            strength=strength_of(course, exercises, pool, options.mutants),
            guesses=guesses_at(course, exercises, pool),
            fairness=fairness_of(course, exercises, pool, SEEDS if is_whole else 1, options.seeds if is_whole else 1),
        )
    if is_whole:
        BUILD.mkdir(exist_ok=True)
        kept.write_bytes(msgspec.json.encode(found))
    return found


def _fairness(options: argparse.Namespace, exercises: Sequence[str]) -> Fairness:
    with open_pool(options.jobs) as pool:
        return fairness_of(open_course(), exercises, pool, SEEDS, options.seeds)


def _told_of_fairness(fairness: Fairness) -> int:
    for one in fairness.unfair:
        print(f"UNFAIR {one.exercise}/{one.style}, seed {one.seed}: loses {', '.join(one.failed)}")
    print(
        f"{fairness.styles} styles on {fairness.seeds} seeds, references on {fairness.reference_seeds}:"
        f" {len(fairness.unfair)} right answers lost points"
    )
    return int(bool(fairness.unfair))


def _told(found: Found, result: Judged, stale: Sequence[str]) -> int:
    """Print what is to be done, and write the survivors with their diffs; 1 where there is anything."""
    earning = with_points(found.guesses)
    _write_survivors(BUILD / "survivors.md", result)
    for survivor in result.open:
        print(f"SURVIVES {listed_as(survivor)}  ({survivor.operator})")
    for entry in stale:
        print(f"NO SURVIVOR {entry}")
    for guess in earning:
        print(f"GUESS {guess.exercise}: {guess.name} earns {guess.points}")
    print(
        f"{sum(one.mutants for one in found.strength)} mutants, {len(result.equivalent)} equivalent,"
        f" {len(result.open)} survivors; {len(earning)} guesses with points"
    )
    unfair = _told_of_fairness(found.fairness)
    return int(bool(result.open or stale or earning or unfair))


def _write_survivors(path: Path, result: Judged) -> None:
    path.parent.mkdir(exist_ok=True)
    parts = [f"## {listed_as(one)}\n\n```diff\n{one.diff}\n```\n" for one in result.open]
    path.write_text("\n".join(["# Survivors that are not listed as equivalent\n", *parts]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
