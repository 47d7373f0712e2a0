"""Zip archives. The standard library parses them, and is kept from what would cost it too much."""

import io
import re
import stat
import struct
import zipfile
from functools import partial
from itertools import islice

from grader.errors import SubmissionError
from grader.inside.said import say
from grader.submission.budget import MAX_MEMBERS, Budget
from grader.submission.member import Member, Unreadable, refused

_RECORD = re.compile(re.escape(b"PK\x01\x02"))
_EXTRA_LENGTH = struct.Struct("<30xH")
_MAX_EXTRA_BYTES = 512 << 10
_ENCRYPTED = 0x1
_UTF8 = 0x800
# The others are rare, and their decompressors cannot be asked for a limited number of bytes.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def zip_members(data: bytes, budget: Budget) -> list[Member]:
    """The members of a zip archive; raises `Unreadable`."""
    _limit_the_directory(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # zipfile fails in many ways on what is no zip archive
        raise Unreadable(say("refused.bad_zip" if data.startswith(b"PK") else "refused.no_zip")) from error
    infos = archive.infolist()
    if sum(info.compress_size for info in infos) > len(data):
        # Members that share their bytes would multiply the work without an end.
        raise Unreadable(say("refused.overlap"))
    return [_member(archive, info, budget) for info in infos if not info.orig_filename.endswith(("/", "\\"))]


def _limit_the_directory(data: bytes) -> None:
    """Refuse what zipfile would take long for: it makes an object of every record before it says how many there are.

    It also cuts a record's extra fields off one by one, each time copying the rest. Every record begins with the same
    four bytes. These bytes may be elsewhere, too, which only makes the count too high.
    """
    starts = [found.start() for found in islice(_RECORD.finditer(data), MAX_MEMBERS + 1)]
    if len(starts) > MAX_MEMBERS:
        raise Unreadable(say("refused.many_files", limit=MAX_MEMBERS))
    complete = [start for start in starts if start + _EXTRA_LENGTH.size <= len(data)]
    if sum(_EXTRA_LENGTH.unpack_from(data, start)[0] for start in complete) > _MAX_EXTRA_BYTES:
        raise Unreadable(say("refused.bad_directory"))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Member:
    name = _name(info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return refused(name, say("refused.link"))
    if kind not in {0, stat.S_IFREG}:
        return refused(name, say("refused.not_regular"))
    return Member(name=name, read=partial(_read, archive, info, budget))


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it is stored (zipfile cuts `filename` off at a NUL); macOS writes UTF-8 without saying so."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, limit: int) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise SubmissionError(say("refused.encrypted"))
    if info.compress_type not in _METHODS:
        raise SubmissionError(say("refused.compression", method=info.compress_type))
    try:
        with archive.open(info) as stream:
            data = stream.read(limit + 1)
    except Exception as error:  # zipfile and zlib fail in many ways on damaged bytes
        raise SubmissionError(say("refused.bad_bytes")) from error
    budget.spend(len(data))
    return data
