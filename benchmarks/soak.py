"""A soak: a thousand hostile and honest submissions through one batch, watched from outside.

What is reported is growth (memory, descriptors, processes, temporary files) and whether the honest ones get exactly
what they get in a class without the hostile ones. Attacks that use up a time limit are left out: each costs seconds.
"""

import contextlib
import ctypes
import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from benchmarks.ours import Wrong
from benchmarks.places import GRADER, ROOT, clean_environment, say
from tests.hostile.conftest import ATTACKS, EXERCISES, attacks
from tests.support import CATALOG, COURSE, misconception, right_answer

# Any: reports as JSON.
Json = dict[str, Any]

_PR_SET_CHILD_SUBREAPER = 36
_ONLY = [part for exercise in EXERCISES for part in ("--only", exercise)]
_EVERY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at one time: anonymous memory in bytes and descriptors of each process, and temporary files."""

    processes: Mapping[int, tuple[int, int]]
    files: int


@dataclass(slots=True)
class Watched:
    """A batch from its start to its end."""

    wall: float = 0.0
    samples: list[Sample] = field(default_factory=list)
    left: int = 0
    files_left: int = 0


def soak(folder: Path, count: int) -> Json:
    """Run both classes; the result as the page shows it."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    hostile = _hostile()
    mixed, honest = folder / "mixed", folder / "honest"
    for one in (mixed, honest):
        one.mkdir()
    for number in range(count):
        if number % 2 == 0:
            path = hostile[number // 2 % len(hostile)]
            target = mixed / f"s{number:05}{path.suffix}"
            (shutil.copytree if path.is_dir() else shutil.copy)(path, target)
        else:
            for one in (mixed, honest):
                (one / f"s{number:05}.py").write_text(_honest(number // 2), encoding="utf-8")
    say(f"{count} submissions, {count - count // 2} of them hostile ({len(hostile)} attacks) ...")
    watched = _watch(mixed, folder / "out_mixed", folder / "temporary_mixed")
    say(f"  took {watched.wall:.0f} s; now {count // 2} honest ones alone ...")
    alone = _watch(honest, folder / "out_honest", folder / "temporary_honest")
    say(f"  took {alone.wall:.0f} s")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "submissions": count,
        "hostile": count - count // 2,
        "attacks": len(hostile),
        "honest": count // 2,
        "wall": watched.wall,
        "different": len(_different(folder / "out_mixed", folder / "out_honest")),
        "left": watched.left + alone.left,
        "files_left": watched.files_left + alone.files_left,
        "watched": _rows(watched.samples),
    }


# ---------------------------------------------------------------- submissions


def _hostile() -> list[Path]:
    """The attacks that end by themselves, by the verdicts that their docstrings expect."""
    names = {one.name for one in attacks() if "timed_out" not in {verdict for verdict, _ in one.expects.values()}}
    return [path for path in sorted(ATTACKS.iterdir()) if path.stem in names]


def _honest(number: int) -> str:
    """Right and wrong answers in turn."""
    parts = []
    for place, exercise in enumerate(EXERCISES):
        chapter = CATALOG.chapter_of(exercise).id
        wrong = [one.id for one in COURSE.misconceptions(chapter) if one.exercise == exercise]
        choice = (number + place) % (len(wrong) + 1)
        parts.append(right_answer(exercise) if choice == 0 else misconception(exercise, wrong[choice - 1]))
    return f"# Submission {number}\n" + "\n\n".join(parts)


# ---------------------------------------------------------------- watching


def _watch(handed_in: Path, out: Path, temporary: Path) -> Watched:
    """Grade a class; look at it twice a second."""
    temporary.mkdir()
    watched = Watched()
    begin = time.monotonic()
    process = subprocess.Popen(
        [str(GRADER), "batch", str(handed_in), "--out", str(out), "--seed", "5", "--timeout", "1", *_ONLY],
        cwd=ROOT,
        env={**clean_environment(), "TMPDIR": str(temporary)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    grader = psutil.Process(process.pid)
    while process.poll() is None:
        watched.samples.append(_sample(grader, temporary))
        time.sleep(_EVERY_SECONDS)
    watched.wall = time.monotonic() - begin
    time.sleep(1.0)
    watched.left = sum(one.status() != psutil.STATUS_ZOMBIE for one in psutil.Process().children(recursive=True))
    watched.files_left = sum(1 for _ in temporary.rglob("*"))
    if process.returncode not in (0, 3):
        raise Wrong(f"the batch ended with exit code {process.returncode}")
    return watched


def _sample(grader: psutil.Process, temporary: Path) -> Sample:
    found = {}
    with contextlib.suppress(psutil.Error):
        for one in (grader, *grader.children(recursive=True)):
            with contextlib.suppress(psutil.Error, OSError, ValueError):
                found[one.pid] = (_anonymous_bytes(one.pid), one.num_fds())
    return Sample(processes=found, files=sum(1 for _ in temporary.rglob("*")))


def _anonymous_bytes(pid: int) -> int:
    """What a process has in memory that is no file's: what leaks grows here, however much is shared with a fork."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise ValueError("it is ending")


def _rows(samples: Sequence[Sample]) -> Mapping[str, Mapping[str, float]]:
    """Each watched thing early, late and at most. Of processes those count that were there all the time."""
    samples = [sample for sample in samples[:-1] if sample.processes]  # at the last one it was ending
    tenth = max(1, len(samples) // 10)
    early, late = samples[3 * tenth : 4 * tenth], samples[-tenth:]
    lasting = set.intersection(*(set(sample.processes) for sample in (*early, *late)))
    columns: Mapping[str, Callable[[Sample], float]] = {
        "anonymous memory of the processes that last, MiB": lambda one: (
            sum(one.processes[pid][0] for pid in lasting & one.processes.keys()) / (1 << 20)
        ),
        "their open descriptors": lambda one: sum(one.processes[pid][1] for pid in lasting & one.processes.keys()),
        "processes": lambda one: len(one.processes),
        "temporary files": lambda one: one.files,
    }
    return {
        name: {
            "early": statistics.median(map(value, early)),
            "late": statistics.median(map(value, late)),
            "largest": max(map(value, samples)),
        }
        for name, value in columns.items()
    }


# ---------------------------------------------------------------- comparing


def _different(mixed: Path, honest: Path) -> list[str]:
    """The honest submissions whose reports differ in more than when and how long."""
    names = [path.name for path in sorted((honest / "reports").glob("*.json"))]
    return [name for name in names if _report(mixed / "reports" / name) != _report(honest / "reports" / name)]


def _report(path: Path) -> Json:
    if not path.exists():
        return {}
    report: Json = json.loads(path.read_text(encoding="utf-8"))
    return {name: value for name, value in report.items() if name not in {"created", "duration_seconds"}}
