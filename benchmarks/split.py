"""Where the CPU of a batch goes: how much of it each kind of process uses for a submission, beyond the start.

The batch is watched from outside: a grading process judges, the zygote forks, workers run submissions.
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from benchmarks.ours import Wrong
from benchmarks.places import GRADER, ROOT, clean_environment
from benchmarks.workload import ONLY, SEED, Kind, write_class

KINDS = ("grading: user", "grading: system", "zygote: user", "zygote: system", "workers: user", "workers: system")
_FEW = 5
_EVERY_SECONDS = 0.1


def split(folder: Path, kind: Kind, count: int) -> Mapping[str, float]:
    """Milliseconds of CPU a submission, by kind of process."""
    handed_in, out = folder / f"split_{kind}", folder / "split_out"
    if not handed_in.exists():
        write_class(handed_in, kind, count)
    shutil.rmtree(out, ignore_errors=True)
    process = subprocess.Popen(
        [str(GRADER), "batch", str(handed_in), "--out", str(out), "--seed", SEED, *ONLY],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    grader = psutil.Process(process.pid)
    seen: list[tuple[int, Mapping[str, float]]] = []
    while process.poll() is None:
        done = len(list(out.glob("reports/*.json")))
        # Processes are missing while it starts and ends.
        with contextlib.suppress(psutil.Error, ValueError):
            if _FEW <= done < count:
                seen.append((done, _spent(grader)))
        time.sleep(_EVERY_SECONDS)
    if process.returncode != 0 or len(seen) < 2:
        raise Wrong(f"a batch of {count} ended with exit code {process.returncode}, and was seen {len(seen)} times")
    (first, before), (last, after) = seen[0], seen[-1]
    return {name: 1000 * (after[name] - before[name]) / (last - first) for name in KINDS}


def _spent(grader: psutil.Process) -> Mapping[str, float]:
    """CPU seconds so far. The zygote is the one whose children come and go, so it has reaped most."""
    below = [one for one in grader.children(recursive=True) if one.name() != "bwrap"]
    times = {one.pid: one.cpu_times() for one in below}
    zygote = max(below, key=lambda one: times[one.pid].children_user + times[one.pid].children_system)
    judging = [times[one.pid] for one in below if one.ppid() == grader.pid and one.pid != zygote.pid]
    judging.append(grader.cpu_times())
    own = times[zygote.pid]
    spent = (
        sum(one.user for one in judging),
        sum(one.system for one in judging),
        own.user,
        own.system,
        own.children_user,
        own.children_system,
    )
    return dict(zip(KINDS, spent, strict=True))
