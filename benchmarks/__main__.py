"""Measure: python -m benchmarks [--quick] [--peers NAMES] [soak [--count N]].

Without `soak` everything is measured and docs/performance.md is written, which takes most of an hour. --quick takes a
few minutes and prints the page instead: its figures are good for nothing but seeing that everything works.
"""

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks import machine
from benchmarks.measure import best_meter
from benchmarks.page import Json, render
from benchmarks.peers import PEERS
from benchmarks.places import PAGE, RESULTS, say
from benchmarks.rounds import FULL, QUICK, Run, Sizes, measure
from benchmarks.soak import soak

_SOAK = "soak.json"
_FIGURES = "figures.json"


def main() -> int:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures the grader beside others.")
    parser.add_argument("--quick", action="store_true", help="a small run to see that all works; prints the page")
    names = [peer.name for peer in PEERS]
    parser.add_argument("--peers", default=",".join(names), help="which peers, by name (default: %(default)s)")
    parser.add_argument("what", nargs="?", choices=["figures", "soak"], default="figures")
    parser.add_argument("--count", type=int, default=1000, help="how many submissions the soak has")
    chosen = parser.parse_args()
    if unknown := set(filter(None, chosen.peers.split(","))) - set(names):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        if chosen.what == "soak":
            _keep(_SOAK, json.dumps(soak(Path(folder), chosen.count), indent=2).encode())
        else:
            run = _figures(Path(folder), QUICK if chosen.quick else FULL, chosen.peers.split(","))
            if chosen.quick:
                sys.stdout.write(_page(run))
                return 0
            _keep(_FIGURES, msgspec.json.encode(run))
    _write_page()
    return 0


def _figures(folder: Path, sizes: Sizes, names: list[str]) -> Run:
    meter = best_meter()
    busy = machine.busy_cores()
    say(f"Counting CPU by {meter.name}; other programs use {busy:.2f} cores.")
    date = datetime.now(UTC).date().isoformat()
    measured = measure(sizes, meter, folder, names)
    others = f"{busy:.2f} cores before the run"
    conditions = {"date": date, **machine.describe(), "used by other programs": others}
    return Run(measured=measured, sizes=sizes, conditions=conditions, meter=meter.name)


def _keep(name: str, data: bytes) -> None:
    (RESULTS / name).write_bytes(data)


def _write_page() -> None:
    """Renew the page from the last run's figures, if there are any."""
    figures = RESULTS / _FIGURES
    if not figures.exists():
        say("No figures were measured here yet, so the page is left as it is: `make bench` measures them.")
        sys.stdout.write((RESULTS / _SOAK).read_text(encoding="utf-8"))
        return
    PAGE.write_text(_page(msgspec.json.decode(figures.read_bytes(), type=Run)), encoding="utf-8")
    say(f"wrote {PAGE.parent.name}/{PAGE.name}")


def _page(run: Run) -> str:
    path = RESULTS / _SOAK
    kept: Json | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return render(run, kept)


if __name__ == "__main__":
    sys.exit(main())
