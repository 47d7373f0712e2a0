"""What is measured, in rounds: each takes every figure once, one after the other, so that drift meets all alike."""

import functools
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import CommandFailed, Meter
from benchmarks.ours import Ours, Wrong
from benchmarks.peers import PEERS, Peer, Unavailable
from benchmarks.peers.base import Ground
from benchmarks.places import say
from benchmarks.split import split
from benchmarks.workload import Kind

Round = dict[str, float]
"""Measured values by name. What was not measured in a round is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many submissions, rounds and repeats."""

    rounds: int
    heavy: Sequence[int]
    """The rounds in which the largest class and the peers have their turn."""
    peers: int
    start: int = 1
    few: int
    small: int
    many: int
    large: int
    cold: int


FULL = Sizes(rounds=5, heavy=(0, 2, 4), peers=20, few=20, small=50, many=220, large=2000, cold=3)
QUICK = Sizes(rounds=2, heavy=(0,), peers=1, few=4, small=8, many=24, large=40, cold=1)


@dataclass(kw_only=True)
class Measured:
    """All rounds, and what could not be measured, with the reason, by name."""

    rounds: list[Round] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    split: dict[str, dict[str, float]] = field(default_factory=dict)
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All that was measured, and under which conditions: the page is written from it, and again after a soak."""

    measured: Measured
    sizes: Sizes
    conditions: dict[str, str]
    meter: str


def measure(sizes: Sizes, meter: Meter, folder: Path, names: Sequence[str]) -> Measured:
    """Take all rounds; `names` are the peers to measure."""
    found = Measured()
    ours = Ours(meter, folder / "ours")
    (folder / "ours").mkdir()
    grounds = dict(_prepared([peer for peer in PEERS if peer.name in names], sizes, meter, folder, found))
    for number in range(sizes.rounds):
        heavy = number in sizes.heavy
        say(f"Round {number + 1} of {sizes.rounds}{' with the large class and the peers' if heavy else ''} ...")
        taken = _round(ours, sizes, found.missing, heavy=heavy)
        if heavy:
            for peer, ground in list(grounds.items()):
                say(f"  {peer.name}")
                try:
                    spent = peer.spent(ground, meter)
                except (Unavailable, CommandFailed) as error:
                    found.missing[peer.name] = str(error)
                    del grounds[peer]
                else:
                    taken |= {f"{peer.name}_cpu": spent.cpu, f"{peer.name}_wall": spent.wall}
        found.rounds.append(taken)
    if not ours.has_jobs:
        found.missing["jobs"] = "`grader batch` has no option --jobs"
    found.layers = ours.layers
    say("Where the CPU goes ...")
    for kind in Kind:
        try:
            found.split[str(kind)] = dict(split(folder, kind, sizes.many))
        except Wrong as error:
            found.missing[f"where the CPU goes ({kind})"] = str(error)
    return found


def _prepared(
    peers: Sequence[Peer], sizes: Sizes, meter: Meter, folder: Path, found: Measured
) -> Iterator[tuple[Peer, Ground]]:
    """The peers that are ready; each has graded once, so that nothing is compiled while it is measured."""
    for peer in peers:
        found.versions[peer.name] = peer.versions()
        say(f"Preparing {peer.name} ...")
        try:
            small = peer.ground(folder / f"{peer.name}_first", 1)
            peer.prepare(small, meter)
            peer.spent(small, meter)
            ground = peer.ground(folder / peer.name, sizes.peers)
            peer.prepare(ground, meter)
        except (Unavailable, CommandFailed) as error:
            found.missing[peer.name] = str(error)
            say(f"  not available: {error}")
        else:
            yield peer, ground


def _round(ours: Ours, sizes: Sizes, missing: dict[str, str], *, heavy: bool) -> Round:
    """Our own figures, each named by what it is. One that fails is missing, and the others are taken all the same."""
    parts: dict[str, Callable[[], Round]] = {"single checks": lambda: _cold(ours, sizes.cold)}
    parts |= {
        "floor": lambda: _medians("floor", ours.floor(sizes.small)),
        "warm": lambda: _medians("warm", ours.inside("warm")),
        "worker": lambda: _medians("worker", ours.inside("memory")),
        "confinement": lambda: _medians("confinement", ours.inside("confinement")),
    }
    classes = [(Kind.RIGHT, count) for count in (sizes.start, sizes.few, sizes.small)]
    classes += [(kind, count) for kind in (Kind.STUBS, Kind.WRONG, Kind.RIGHT) for count in (sizes.few, sizes.many)]
    for kind, count in dict.fromkeys(classes):
        parts[f"{count} {kind}"] = functools.partial(_class, ours, kind, count, None)
    if heavy:
        jobs = 2 if ours.has_jobs else None
        parts[f"{sizes.large} right"] = functools.partial(_class, ours, Kind.RIGHT, sizes.large, jobs)
    taken: Round = {}
    for name, part in parts.items():
        try:
            found = part()
        except (CommandFailed, Wrong) as error:
            missing[name] = str(error)
            say(f"  {name}: not measured: {error}")
        else:
            taken |= found
            say(f"  {name}: {', '.join(f'{key} {value:.4g}' for key, value in found.items())}")
    return taken


def _cold(ours: Ours, repeats: int) -> Round:
    cold: dict[str, list[float]] = {"import": [], "check_right": [], "check_wrong": [], "check_in_handout": []}
    for _ in range(repeats):
        cold["import"].append(ours.import_torch().wall)
        cold["check_right"].append(ours.check(Kind.RIGHT).wall)
        cold["import"].append(ours.import_torch().wall)
        cold["check_wrong"].append(ours.check(Kind.WRONG).wall)
        cold["check_in_handout"].append(ours.check_in_handout().wall)
    return {f"{name}_wall": statistics.median(values) for name, values in cold.items()}


def _class(ours: Ours, kind: Kind, count: int, jobs: int | None) -> Round:
    cost = ours.batch(kind, count, jobs)
    return {f"{kind}_{count}_cpu": cost.cpu, f"{kind}_{count}_wall": cost.wall}


def _medians(name: str, found: Mapping[str, Any]) -> Round:
    """The median of every list of numbers, as `floor_cpu`."""
    return {
        f"{name}_{key}": statistics.median(values) for key, values in found.items() if key in {"cpu", "wall", "bytes"}
    }
