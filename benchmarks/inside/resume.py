"""The memory of the process that goes on with a large batch, and of the one that judges it again.

A class is made up: one answer is graded, and its entry is written for every submission. So the journal and the reports
are as large as those of a real class, and nothing but going on is measured.

Usage: python -m benchmarks.inside.resume [COUNT]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from msgspec.structs import replace

from benchmarks.places import GRADER, ROOT, clean_environment, say
from grader.batch.entry import Entry
from grader.batch.find import find_submissions, read
from grader.batch.journal import Class, End, Journal
from grader.batch.run import JOURNAL

_COUNT = 20_000


def main() -> None:
    """Print the peak of both commands in MiB, and their seconds."""
    count = int(sys.argv[1]) if sys.argv[1:] else _COUNT
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        room, out = Path(folder, "class"), Path(folder, "out")
        _make_class(room, count)
        _make_journal(room, out)
        found = {
            "submissions": count,
            "journal MiB": (out / JOURNAL).stat().st_size >> 20,
            "resume": _measured("batch", str(room), "--out", str(out), "--resume"),
            "regrade": _measured("regrade", str(out)),
        }
    sys.stdout.write(json.dumps(found) + "\n")


def _make_class(room: Path, count: int) -> None:
    room.mkdir()
    source = (ROOT / "exercises" / "ch02_first_backward.py").read_text(encoding="utf-8")
    for number in range(count):
        (room / f"student{number:06}.py").write_text(source, encoding="utf-8")


def _make_journal(room: Path, out: Path) -> None:
    """Grade one submission with the real command, and write its entry for all."""
    first = min(room.iterdir())
    with tempfile.TemporaryDirectory() as alone:
        Path(alone, first.name).write_bytes(first.read_bytes())
        _measured("batch", alone, "--out", str(out))
    # Nothing here has to outlive a power cut.
    os.fsync = lambda fd: None  # noqa: ARG005  # as it is called by name
    submissions = find_submissions(room, out).submissions
    with Journal(out / JOURNAL) as journal:
        if journal.history is None or (entry := journal.history.entry(first.stem)) is None:
            raise RuntimeError("the one submission has no entry")
        journal.append(Class(identities=tuple(submissions)))
        for identity, handed in submissions.items():
            journal.append(_renamed(entry, identity, read(handed).digest))
        journal.append(End())
    say(f"made a journal of {len(submissions)} submissions")


def _renamed(entry: Entry, identity: str, digest: str) -> Entry:
    return replace(entry, identity=identity, source=digest)


def _measured(*arguments: str) -> dict[str, float]:
    """Run the command in a process of its own, and say what it took at most."""
    begin = time.monotonic()
    # Through a shell of Python's, so that the peak is of this command alone.
    program = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode;"
        " print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", program, str(GRADER), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True)
    code, kibibytes = map(int, done.stdout.split())
    if code not in (0, 3):
        raise RuntimeError(f"grader {arguments[0]} ended with {code}")
    return {"peak MiB": round(kibibytes / 1024, 1), "seconds": round(time.monotonic() - begin, 1)}


if __name__ == "__main__":
    main()
