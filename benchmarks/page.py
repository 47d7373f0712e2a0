"""docs/performance.md, from what was measured. Pure but for its text about the method, which is a file."""

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.figures import Figure, amounts, ratios
from benchmarks.peers import PEERS
from benchmarks.places import HERE
from benchmarks.rounds import Measured, Run
from benchmarks.split import KINDS
from benchmarks.workload import EXERCISES, count_of_checks

# Any: the results of a soak as JSON.
Json = dict[str, Any]


def render(run: Run, soak: Json | None) -> str:
    """The page."""
    return "\n".join(
        (*_head(run), *_goals(run), *_amounts(run), *_missing(run.measured), _method(run), *_soak(soak), "")
    )


def _head(run: Run) -> Iterator[str]:
    yield "# Performance"
    yield ""
    yield "Written by `make bench`, all of it in one run on one machine. Nothing here is asserted in a test."
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield from (f"| {name} | {value} |" for name, value in run.conditions.items())
    peers = (
        f"{peer.title}: {run.measured.versions[peer.name]}" for peer in PEERS if peer.name in run.measured.versions
    )
    yield f"| peers | {'; '.join(peers)} |"
    yield ""


def _goals(run: Run) -> Iterator[str]:
    yield "## Goals"
    yield ""
    yield "| figure | measured | goal | must | reached | how |"
    yield "|---|---|---|---|---|---|"
    yield from (_ratio(figure, run.measured) for figure in ratios(run.sizes))
    yield ""


def _ratio(figure: Figure, measured: Measured) -> str:
    samples = figure.samples(measured.rounds)
    goal = figure.goal_text or _number(figure.goal or 0)
    must = figure.must_text or _number(figure.must or 0)
    if not samples:
        return f"| {figure.title} | not measured | {goal} | {must} | | see below |"
    median, low, high = _three(samples)
    spread = f"{median}{figure.unit} ({low} ... {high})"
    return f"| {figure.title} | {spread} | {goal} | {must} | {figure.reached(samples)} | {figure.how} |"


def _amounts(run: Run) -> Iterator[str]:
    yield "## What the ratios are made of"
    yield ""
    yield "| what | median | smallest ... largest | |"
    yield "|---|---|---|---|"
    for figure in amounts(run.sizes):
        if samples := figure.samples(run.measured.rounds):
            median, low, high = _three(samples)
            yield f"| {figure.title} | {median}{figure.unit} | {low} ... {high} | {figure.how} |"
    yield ""
    yield "Where the CPU of a batch goes, in ms a submission beyond the start, by the system's account of each process:"
    yield ""
    yield f"| | {' | '.join(KINDS)} |"
    yield f"|---|{'---|' * len(KINDS)}"
    for kind, spent in run.measured.split.items():
        yield f"| {kind} | {' | '.join(_number(spent[name]) for name in KINDS)} |"
    yield ""


def _missing(measured: Measured) -> Iterator[str]:
    if measured.missing:
        yield "Not measured, and why:"
        yield ""
        yield from (f"- {name}: {' '.join(reason.split())}" for name, reason in measured.missing.items())
        yield ""


def _method(run: Run) -> str:
    return (
        (HERE / "method.md")
        .read_text(encoding="utf-8")
        .format(
            exercises=len(EXERCISES),
            checks=count_of_checks(),
            peers=run.sizes.peers,
            layers=", ".join(run.measured.layers),
            meter=run.meter,
            rounds=run.sizes.rounds,
            heavy=len(run.sizes.heavy),
            large=run.sizes.large,
        )
    )


def _soak(soak: Json | None) -> Iterator[str]:
    yield "## Soak"
    yield ""
    if soak is None:
        yield "Not run on this machine; `make bench ARGS=soak` runs it and adds its result here."
        return
    yield (
        f"{soak['date']}: `grader batch` over {soak['submissions']} submissions in {soak['wall']:.0f} s,"
        f" {soak['hostile']} of them hostile ({soak['attacks']} attacks, repeated), {soak['honest']} honest."
    )
    yield ""
    yield f"- Honest submissions whose report differs from that in a class of honest ones only: {soak['different']}."
    yield f"- Processes left behind: {soak['left']}. Temporary files left behind: {soak['files_left']}."
    yield ""
    yield "| | in the fourth tenth of the time | in the last tenth | largest |"
    yield "|---|---|---|---|"
    yield from (
        f"| {name} | {_number(row['early'])} | {_number(row['late'])} | {_number(row['largest'])} |"
        for name, row in soak["watched"].items()
    )


def _three(samples: Sequence[float]) -> tuple[str, str, str]:
    return _number(statistics.median(samples)), _number(min(samples)), _number(max(samples))


def _number(value: float) -> str:
    """Three significant digits, never in powers of ten."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}"
