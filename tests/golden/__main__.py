"""Records what the whole corpus gets: verdicts, points, misconceptions, rationales and hints, on three seeds.

    .venv/bin/python -m tests.golden             writes tests/golden/reports.zlib
    .venv/bin/python -m tests.golden --check     grades again, and tells every difference

The corpus: every misconception, the references, the examples and the attacks, graded by the real command. A change of
the code that is to change no report is held against it.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.support import CATALOG, COURSE, ROOT, misconception, right_answers

SEEDS = ("1", "20", "300")
FILE = ROOT / "tests" / "golden" / "reports.zlib"
ATTACKS = ROOT / "tests" / "hostile" / "attacks"
# Attacks on time and memory end in whatever limit is met first.
ONLY = ("--only", "gradient", "--only", "jacobian_2xtx", "--timeout", "1")

# How a process that breaks its own pipes has ended is a race between it and whoever ends it.
_ENDING = re.compile(r"was ended by SIG\w+|ended by itself with exit status \d+")

Row = list[object]
Golden = dict[str, dict[str, Row]]
"""By seed and submission, then by check."""


def main() -> int:
    """Write or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with what is recorded")
    parser.add_argument("--seed", action="append", help="only this seed; repeatable")
    options = parser.parse_args()
    found = {seed: rows for seed in options.seed or SEEDS for seed, rows in [(seed, graded(seed))]}
    if not options.check:
        FILE.write_bytes(zlib.compress(json.dumps(found, indent=0, sort_keys=True).encode(), level=9))
        return 0
    return told(json.loads(zlib.decompress(FILE.read_bytes())), found)


def told(recorded: dict[str, Golden], found: dict[str, Golden]) -> int:
    """Print every difference; 1 where there is one."""
    differ = 0
    for seed, golden in found.items():
        for name in sorted(recorded[seed].keys() | golden.keys()):
            before, now = recorded[seed].get(name, {}), golden.get(name, {})
            for check in sorted(before.keys() | now.keys()):
                if _told(before.get(check)) != _told(now.get(check)):
                    differ += 1
                    print(f"seed {seed}, {name}, {check}\n  before {before.get(check)}\n  now    {now.get(check)}")
    print(f"{differ} checks differ")
    return int(differ > 0)


def _told(row: Row | None) -> Row | None:
    """A row as it is compared."""
    return row and [_ENDING.sub("ended", one) if isinstance(one, str) else one for one in row]


def graded(seed: str) -> Golden:
    """What every submission of the corpus gets on one seed."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        for chapter in CATALOG.chapter:
            for one in COURSE.misconceptions(chapter.id):
                (corpus / one.function).mkdir(parents=True)
                (corpus / one.function / "mine.py").write_text(misconception(one.exercise, one.id), encoding="utf-8")
        right_answers(corpus / "references")
        shutil.copytree(ROOT / "examples" / "class", corpus, dirs_exist_ok=True)
        return {**_batch(corpus, seed, ()), **_batch(ATTACKS, seed, ONLY)}


def _batch(folder: Path, seed: str, options: tuple[str, ...]) -> Golden:
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "grader", "batch", str(folder), "--out", out, "--seed", seed, *options]
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL, cwd=ROOT)
        return {path.stem: dict(_rows(path)) for path in sorted(Path(out, "reports").iterdir())}


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    for exercise in json.loads(path.read_bytes())["exercises"]:
        for check in exercise["checks"]:
            if check["verdict"] != "not_started":
                yield check["id"], [check[name] for name in ("verdict", "points", "misconception", "rationale", "hint")]


if __name__ == "__main__":
    sys.exit(main())
