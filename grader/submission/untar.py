"""Tar archives, packed with gzip or not.

The standard library parses each header, and does nothing else here. Its own way through an archive takes a time that
grows with the square of a header's size. It keeps a copy of the global headers for every member, and can be sent
backwards.
"""

import tarfile
import zlib
from collections.abc import Iterator
from functools import partial

from grader.inside.said import say
from grader.submission.budget import MAX_MEMBERS, Budget
from grader.submission.member import Member, Unreadable, refused

_CHUNK = 64 << 10
_MAX_STREAMS = 1000
_MAX_HEADER_BYTES = 1 << 20
_MAX_RECORDS = 100
_MAX_DIGITS = 20
_SPARSE = "GNU.sparse."
_BLOCK = tarfile.BLOCKSIZE
_RECORDS = frozenset({tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE})
_EXTENSIONS = _RECORDS | {tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
_CUT_OFF = say("refused.cut_off")
_DAMAGED = say("refused.damaged")


def gunzip(data: bytes, budget: Budget) -> bytes:
    """The bytes that were packed with gzip, maybe in several streams; raises `Unreadable`."""
    unpacked = bytearray()
    at = 0
    for _ in range(_MAX_STREAMS):
        at = _gunzip_stream(data, at, unpacked, budget)
        # What follows the last stream is padding.
        if data[at : at + 2] != b"\x1f\x8b":
            return bytes(unpacked)
    raise Unreadable(_DAMAGED)


def _gunzip_stream(data: bytes, at: int, unpacked: bytearray, budget: Budget) -> int:
    """Unpack one stream and return where it ends."""
    inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    while not inflater.eof:
        packed = inflater.unconsumed_tail or data[at : at + _CHUNK]
        if not packed:
            raise Unreadable(_CUT_OFF)
        if not inflater.unconsumed_tail:
            at += len(packed)
        try:
            piece = inflater.decompress(packed, _CHUNK)
        except zlib.error as error:
            raise Unreadable(_DAMAGED) from error
        budget.spend(len(piece))
        unpacked += piece
    return at - len(inflater.unused_data)


def tar_members(data: bytes) -> list[Member]:
    """The members of a tar archive; raises `Unreadable`."""
    members: list[Member] = []
    at = 0
    said: dict[str, str] = {}  # by extended headers, of the member that follows
    for _ in range(MAX_MEMBERS + 1):
        header = _header(data, at)
        if header is None:
            return members
        begin = _begin(data, at, header)
        end = begin + _size(header, said)
        if end > len(data):
            raise Unreadable(_CUT_OFF)
        if header.type in _EXTENSIONS:
            said |= _said(header, data[begin : min(end, begin + _MAX_HEADER_BYTES + 1)])
        else:
            if not header.isdir():
                members.append(_member(data, header, said, begin, end))
            said = {}
        at = end + -(end - begin) % _BLOCK
    raise Unreadable(say("refused.many_files", limit=MAX_MEMBERS))


def _header(data: bytes, at: int) -> tarfile.TarInfo | None:
    """The header at a place; None at the block of zeros that ends an archive."""
    block = data[at : at + _BLOCK]
    if block == bytes(_BLOCK):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        if at == 0:
            raise Unreadable(say("refused.no_tar")) from error
        raise Unreadable(_CUT_OFF if len(block) < _BLOCK else _DAMAGED) from error


def _begin(data: bytes, at: int, header: tarfile.TarInfo) -> int:
    """Where a member's bytes begin: after its header, and for a sparse file after the blocks that continue that."""
    flag = at + 482
    at += _BLOCK
    while header.type == tarfile.GNUTYPE_SPARSE and data[flag : flag + 1] not in {b"", b"\0"}:
        flag = at + 504
        at += _BLOCK
    return at


def _size(header: tarfile.TarInfo, said: dict[str, str]) -> int:
    """The number of bytes that follow; links, devices and folders have none, whatever their header says."""
    if header.type in _EXTENSIONS:
        size = header.size
    elif header.isreg() or header.type not in tarfile.SUPPORTED_TYPES:
        size = int(said.get("size", header.size))
    else:
        size = 0
    if size < 0:
        raise Unreadable(_DAMAGED)
    return size


def _member(data: bytes, header: tarfile.TarInfo, said: dict[str, str], begin: int, end: int) -> Member:
    name = said.get("path", header.name)
    if header.issym() or header.islnk():
        return refused(name, say("refused.link"))
    if header.type == tarfile.GNUTYPE_SPARSE or any(key.startswith(_SPARSE) for key in said):
        return refused(said.get("GNU.sparse.name", name), say("refused.sparse_file"))
    if not header.isreg():
        return refused(name, say("refused.not_regular"))
    return Member(name=name, read=partial(_read, data, begin, end))


def _read(data: bytes, begin: int, end: int, limit: int) -> bytes:
    return data[begin : min(end, begin + limit + 1)]


def _said(header: tarfile.TarInfo, data: bytes) -> dict[str, str]:
    """The fields of an extended header that matter here."""
    if len(data) > _MAX_HEADER_BYTES:
        raise Unreadable(_DAMAGED)
    if header.type == tarfile.GNUTYPE_LONGNAME:
        return {"path": data.partition(b"\0")[0].decode("utf-8", "surrogateescape")}
    if header.type in _RECORDS:
        wanted = {key: value for key, value in _records(data) if key in {"path", "size"} or key.startswith(_SPARSE)}
        if not wanted.get("size", "0").isdecimal() or len(wanted.get("size", "")) > _MAX_DIGITS:
            raise Unreadable(_DAMAGED)
        return wanted
    return {}


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """The keys and values of a POSIX header. Each record is its own length, a space, `key=value` and a newline."""
    at = 0
    for _ in range(_MAX_RECORDS):
        if at == len(data):
            return
        digits, _, _ = data[at : at + _MAX_DIGITS].partition(b" ")
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = data[at + len(digits) + 1 : at + length - 1].partition(b"=")
        at += length
        if length == 0 or not equals or at > len(data):
            break
        yield key.decode("utf-8", "replace"), value.decode("utf-8", "surrogateescape")
    raise Unreadable(_DAMAGED)
