"""Whose work it is, as the student says in `student.toml`. It is never graded, and nobody has verified it."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from grader.errors import SubmissionError
from grader.inside.said import Said, say
from grader.inside.values import Record
from grader.records import Student
from grader.submission.member import Member, Unreadable
from grader.submission.names import is_ignored, parts_of

STUDENT_FILE = "student.toml"
_MAX_BYTES = 4 << 10
_MAX_CHARACTERS = 200


class _Given(Record, forbid_unknown_fields=False):
    """The fields of the file that are read; an id may be written as a number."""

    name: str = ""
    id: str | int = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The statement of a submission about its author: the file's bytes, and the student, or why it is nobody's name."""

    data: bytes = b""
    student: Student | None = None
    reason: Said | None = None


def split_student(members: Iterable[Member]) -> tuple[list[Member], Member | None]:
    """The other members, and the file that tells whose work it is: the one that lies furthest up."""
    others = list(members)
    found = [(len(parts), at) for at, member in enumerate(others) if (parts := _parts(member))[-1:] == [STUDENT_FILE]]
    return (others, others.pop(min(found)[1])) if found else (others, None)


def read_student(member: Member) -> Stated:
    """Read the file; whatever is wrong with it costs nothing but the name."""
    try:
        data = member.read(_MAX_BYTES)
        return Stated(data=data, student=_student(data))
    except Unreadable:
        raise
    except SubmissionError as error:
        return Stated(reason=error.said)


def _student(data: bytes) -> Student | None:
    if len(data) > _MAX_BYTES:
        raise SubmissionError(say("refused.large_student", kib=_MAX_BYTES >> 10))
    try:
        given = msgspec.toml.decode(data, type=_Given)
    except msgspec.ValidationError as error:
        raise SubmissionError(say("refused.no_texts")) from error
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise SubmissionError(say("refused.no_toml")) from error
    student = Student(name=given.name.strip(), id=str(given.id).strip(), email=given.email.strip())
    texts = (student.name, student.id, student.email)
    if not all(text.isprintable() and len(text) <= _MAX_CHARACTERS for text in texts):
        raise SubmissionError(say("refused.odd_student", limit=_MAX_CHARACTERS))
    return student if any(texts) else None


def _parts(member: Member) -> list[str]:
    try:
        parts = parts_of(member.name)
    except SubmissionError:
        return []
    return [] if any(map(is_ignored, parts)) else parts
