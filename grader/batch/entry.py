"""The records that a batch keeps of each submission, and of itself."""

import functools
import hashlib
import platform
import zlib
from importlib.metadata import version

import msgspec

from grader.course import Course
from grader.errors import UsageError
from grader.grading import Graded
from grader.inside.said import say
from grader.inside.values import Record
from grader.kit import HOME
from grader.observing.record import Observed
from grader.report import Report

MAX_ENTRY_BYTES = 2 << 20
"""No entry is larger, whatever a submission does: every part of it has a limit, and a test adds them up."""
# Whatever decides what a report says, beside the course.
_CODE = ("*.py", "*.toml")


class Settings(Record):
    """How a batch grades; with other settings its results are other results."""

    seed: str
    only: tuple[str, ...]
    question_seconds: float


class Entry(Record, tag="entry"):
    """One graded submission.

    `source` is the digest of the files that were handed in, `kit` the digest of the kit that graded them. Where a
    digest differs now, the entry is of no use any more. `observed` is packed, see `observed_of`.
    """

    identity: str
    source: str
    kit: str
    report: Report
    observed: bytes


def make_entry(course: Course, identity: str, graded: Graded) -> Entry:
    """The entry of a submission that was just graded."""
    packed = zlib.compress(msgspec.msgpack.encode(graded.observed), level=1)
    return Entry(
        identity=identity,
        source=graded.observed.digest,
        kit=kit_digest(course),
        report=graded.report,
        observed=packed,
    )


def observed_of(entry: Entry) -> Observed:
    """The answers of the submission. Raises `UsageError` where another version of the kit wrote it down."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(entry.observed), type=Observed)
    except msgspec.MsgspecError as error:
        raise UsageError(say("usage.old_answers", identity=str(entry.identity))) from error


@functools.cache
def kit_digest(course: Course) -> str:
    """sha256 of the grader and the course, and the versions of torch and Python."""
    digest = hashlib.sha256(f"{version('torch')}|{platform.python_version()}|{course.digest}".encode())
    package = HOME / "grader"
    for path in sorted(path for pattern in _CODE for path in package.rglob(pattern)):
        data = path.read_bytes()
        digest.update(f"|{path.relative_to(package).as_posix()}|{len(data)}|".encode() + data)
    return digest.hexdigest()
