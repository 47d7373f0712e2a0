"""What a peer is, and how its environment is made."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Cost, Meter
from benchmarks.places import ENVIRONMENTS, HERE, say

SUITE = HERE / "peers" / "suite"
_REQUIREMENTS = HERE / "peers" / "requirements"


class Unavailable(Exception):
    """A peer cannot be installed or does not run here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a peer needed for a submission, on average over a class."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a peer works: its Python, a folder of its own, and how many submissions it has to grade."""

    python: Path
    folder: Path
    count: int

    def program(self, name: str) -> Path:
        """A program of the peer's environment."""
        return self.python.parent / name


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another grader.

    `prepare` writes its files, with right answers as submissions, before anything is measured. `grade` grades them all
    and returns what each command cost; it raises `Unavailable` unless all of them got full marks.
    """

    name: str
    title: str
    environment: str
    prepare: Callable[[Ground, Meter], None]
    grade: Callable[[Ground, Meter], Sequence[Cost]]

    def versions(self) -> str:
        """What is installed, as pip names it."""
        return ", ".join(_pins(self.environment).replace("==", " ").split("\n"))

    def ground(self, folder: Path, count: int) -> Ground:
        """Make its environment, where that is not there yet, and an empty folder."""
        python = make_environment(self.environment)
        folder.mkdir(parents=True)
        return Ground(python=python, folder=folder, count=count)

    def spent(self, ground: Ground, meter: Meter) -> Spent:
        """Grade the class once."""
        costs = self.grade(ground, meter)
        return Spent(cpu=sum(cost.cpu for cost in costs) / ground.count, wall=sum(c.wall for c in costs) / ground.count)


def require(passed: bool, said: str) -> None:
    """A grader that finds fault with right answers was not set up right, and its figure would mean nothing."""
    if not passed:
        raise Unavailable(f"it did not give full marks to right answers: {said[-500:]}")


# ---------------------------------------------------------------- environments


def make_environment(name: str) -> Path:
    """The Python of an environment that holds a peer and the very torch that is measured; made where it is missing."""
    torch = _make_torch()
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    wanted = str(zlib.crc32(f"{_pins(name)}|{torch}|{sys.version}".encode()))
    if _is(folder, wanted):
        return python
    say(f"Installing {_pins(name)!r} into {folder.relative_to(HERE)} ...")
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", folder)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    Path(packages, "torch.pth").write_text(f"{torch}\n", encoding="utf-8")
    _run(python, "-m", "pip", "install", "--quiet", "-r", _REQUIREMENTS / f"{name}.txt")
    (folder / "ready").write_text(wanted, encoding="utf-8")
    return python


def _make_torch() -> Path:
    """A folder with torch alone: in the project's .venv other packages lie beside it, and pytest would load them."""
    folder = ENVIRONMENTS / "torch"
    pins = [f"{name}=={version(name).partition('+')[0]}" for name in ("torch", "numpy")]
    wanted = "|".join((*pins, sys.version))
    if not _is(folder, wanted):
        say(f"Installing {' '.join(pins)} once for all peers ...")
        shutil.rmtree(folder, ignore_errors=True)
        index = ("--extra-index-url", os.environ["TORCH_INDEX"]) if os.environ.get("TORCH_INDEX") else ()
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, *index, *pins)
        (folder / "ready").write_text(wanted, encoding="utf-8")
    return folder


def _is(folder: Path, wanted: str) -> bool:
    ready = folder / "ready"
    return ready.exists() and ready.read_text(encoding="utf-8") == wanted


def _pins(name: str) -> str:
    return (_REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").strip()


def _run(*command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"it could not be installed: {(done.stderr or done.stdout).strip()[-800:]}")
