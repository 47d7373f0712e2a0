"""The figures, each with what it was meant to reach and how it comes from a round's values. Pure."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.peers import PEERS
from benchmarks.rounds import Round, Sizes

Value = Callable[[Round], float]
"""A figure of one round; raises KeyError where the round lacks a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A line of the table. Where `more` is good, the goal is a lower bound, else an upper one."""

    title: str
    value: Value
    how: str
    goal: float | None = None
    must: float | None = None
    goal_text: str = ""
    must_text: str = ""
    more: bool = False
    unit: str = ""

    def samples(self, rounds: Sequence[Round]) -> list[float]:
        """The figure in every round that has it."""
        found = []
        for one in rounds:
            try:
                found.append(self.value(one))
            except KeyError:
                continue
        return found

    def reached(self, samples: Sequence[float]) -> str:
        """What the median reaches."""
        if self.goal is None or self.must is None:
            return ""
        median = statistics.median(samples)
        if self._meets(median, self.goal):
            return "goal"
        return "must" if self._meets(median, self.must) else "**no**"

    def _meets(self, value: float, bound: float) -> bool:
        return value >= bound if self.more else value <= bound


def ratios(sizes: Sizes) -> list[Figure]:
    """The table of goals."""
    large = f"right_{sizes.large}_cpu"

    def ours(one: Round) -> float:
        return one[large] / sizes.large

    def beyond_start(kind: str, count: int) -> Value:
        """CPU a submission without the start, which a class of few shows."""
        few = sizes.few
        return lambda one: (one[f"{kind}_{count}_cpu"] - one[f"{kind}_{few}_cpu"]) / (count - few)

    def kind_to_right(kind: str) -> Value:
        return lambda one: beyond_start(kind, sizes.many)(one) / beyond_start("right", sizes.many)(one)

    def without_start(one: Round, count: int) -> float:
        start = sizes.start
        return (one[f"right_{count}_cpu"] - one[f"right_{start}_cpu"]) / (count - start)

    in_class = f"`grader batch`, {sizes.large} right answers, all CPU of the command / {sizes.large}"
    kinds = f"CPU of a class of {sizes.many} less that of one of {sizes.few}"
    peers = [
        Figure(
            title=f"CPU a submission: {peer.title} / ours",
            value=lambda one, name=peer.name: one[f"{name}_cpu"] / ours(one),  # type: ignore[misc]  # a default argument
            how=f"the peer: {sizes.peers} submissions; ours: {in_class}",
            goal=60 if peer.environment == "pytest" else 1,
            must=40 if peer.environment == "pytest" else 1,
            goal_text="" if peer.environment == "pytest" else "ahead",
            must_text="" if peer.environment == "pytest" else "ahead",
            more=True,
        )
        for peer in PEERS
    ]
    return [
        *peers,
        Figure(
            title="ours / floor, CPU",
            value=lambda one: ours(one) / one["floor_cpu"],
            how=f"{in_class}; floor: median of {sizes.small} submissions",
            goal=2.0,
            must=3.0,
        ),
        Figure(
            title="`grader check --only one`, right answer, cold: wall / `import torch`",
            value=lambda one: one["check_right_wall"] / one["import_wall"],
            how=f"medians of {sizes.cold} and {2 * sizes.cold} runs in turn",
            goal=1.15,
            must=1.4,
        ),
        Figure(
            title="the same for a wrong answer whose misconception is named",
            value=lambda one: one["check_wrong_wall"] / one["import_wall"],
            how="as above",
            goal=1.4,
            must=1.8,
        ),
        Figure(
            title="`grader check --only one` in a handout, right answer, cold: wall / `import torch`",
            value=lambda one: one["check_in_handout_wall"] / one["import_wall"],
            how="as above; the handout's own code and recorded exam",
            goal=1.15,
            must=1.4,
        ),
        Figure(
            title="all checks of the kit in a warm engine: wall / `import torch`",
            value=lambda one: one["warm_wall"] / one["import_wall"],
            how="all reference solutions, confined; median of 30",
            goal=0.05,
            must=0.10,
        ),
        Figure(
            title="untouched stubs / right answers, CPU", value=kind_to_right("stubs"), how=kinds, goal=1.0, must=1.3
        ),
        Figure(
            title="wrong answers / right answers, CPU",
            value=kind_to_right("wrong"),
            how=f"{kinds}; every function is a misconception",
            goal=1.5,
            must=2.0,
        ),
        Figure(
            title=f"CPU a submission: {sizes.large} / {sizes.small}, start included",
            value=lambda one: ours(one) / (one[f"right_{sizes.small}_cpu"] / sizes.small),
            how="all CPU of the command / submissions",
            goal=1.05,
            must=1.15,
        ),
        Figure(
            title=f"CPU a submission: {sizes.large} / {sizes.small}, beyond the start",
            value=lambda one: without_start(one, sizes.large) / without_start(one, sizes.small),
            how="less the CPU of a class of one: does a submission cost more, the more there were?",
            goal=1.05,
            must=1.15,
        ),
        Figure(
            title="private memory a worker",
            value=lambda one: one["worker_bytes"] / (1 << 20),
            how="Private_Clean + Private_Dirty after every question of the kit, beside another worker; median of 5",
            goal=6,
            must=10,
            unit=" MiB",
        ),
        Figure(
            title="entering confinement / floor, wall",
            value=lambda one: one["confinement_wall"] / one["floor_wall"],
            how="`confine` in 100 forks inside the namespaces; median",
            goal=0.15,
            must=0.25,
        ),
        Figure(
            title="2 x wall with `--jobs 2` / total CPU",
            value=lambda one: 2 * one[f"right_{sizes.large}_wall"] / one[large],
            how=f"the class of {sizes.large}, from start to end",
            goal=1.10,
            must=1.25,
        ),
    ]


def amounts(sizes: Sizes) -> list[Figure]:
    """What the ratios are made of, in milliseconds."""

    def named(title: str, name: str, how: str, count: int = 1) -> Figure:
        return Figure(title=title, value=lambda one: 1000 * one[name] / count, how=how, unit=" ms")

    classes = [
        (kind, count)
        for kind, counts in (
            ("right", (sizes.start, sizes.few, sizes.small, sizes.many, sizes.large)),
            ("stubs", (sizes.few, sizes.many)),
            ("wrong", (sizes.few, sizes.many)),
        )
        for count in counts
    ]
    return [
        named("`import torch`", "import_wall", "wall"),
        named("`grader check --only one`, right", "check_right_wall", "wall, cold"),
        named("`grader check --only one`, wrong", "check_wrong_wall", "wall, cold"),
        named("`grader check --only one` in a handout", "check_in_handout_wall", "wall, cold"),
        named("all checks of the kit, warm engine", "warm_wall", "wall"),
        named("floor", "floor_cpu", "CPU"),
        named("entering confinement", "confinement_wall", "wall"),
        named("entering confinement", "confinement_cpu", "CPU"),
        *(
            named(f"`grader batch`, {count} x {kind}", f"{kind}_{count}_cpu", "CPU a submission, start included", count)
            for kind, count in classes
        ),
        named(f"`grader batch`, {sizes.large} x right", f"right_{sizes.large}_wall", "wall a submission", sizes.large),
        *(named(peer.title, f"{peer.name}_cpu", "CPU a submission") for peer in PEERS),
        *(named(peer.title, f"{peer.name}_wall", "wall a submission") for peer in PEERS),
    ]
