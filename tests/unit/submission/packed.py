"""Archives made by hand, so that each of their fields can be wrong."""

import gzip
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

KINDS = (".zip", ".tar", ".tar.gz", ".tgz")
TAR_END = bytes(1024)


def packed(kind: str, files: Mapping[str, bytes]) -> bytes:
    """A good archive of this kind with these files."""
    if kind == ".zip":
        return zip_of(*(zip_member(name.encode(), data) for name, data in files.items()))
    tar = b"".join(tar_member(name.encode(), data) for name, data in files.items()) + TAR_END
    return tar if kind == ".tar" else gzip.compress(tar)


def written(folder: Path, name: str, data: bytes) -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


# ---------------------------------------------------------------- tar


def tar_header(
    name: bytes, size: int = 0, kind: bytes = b"0", *, link: bytes = b"", raw_size: bytes | None = None, flag: int = 0
) -> bytes:
    """A header with its right checksum; `raw_size` is all of that field, `flag` says that sparse headers follow."""
    header = bytearray(512)
    header[: len(name)] = name
    header[100:124] = b"0000644\0" + b"0000000\0" * 2
    header[124:136] = b"%011o\0" % size if raw_size is None else raw_size
    header[136:148] = b"00000000000\0"
    header[156:157] = kind
    header[157 : 157 + len(link)] = link
    header[257:265] = b"ustar\x0000"
    header[482] = flag
    return with_checksum(header)


def with_checksum(header: bytearray) -> bytes:
    """The header with the checksum that it should have."""
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def padded(data: bytes) -> bytes:
    """Whole blocks."""
    return data + bytes(-len(data) % 512)


def tar_member(name: bytes, data: bytes = b"", kind: bytes = b"0") -> bytes:
    """A header and its bytes."""
    return tar_header(name, len(data), kind) + padded(data)


def pax(**values: str) -> bytes:
    """An extended header for the member that follows; underscores in a key are dots."""
    records = b""
    for key, value in values.items():
        body = f" {key.replace('_', '.')}={value}\n".encode()
        length = next(n for n in range(len(body), len(body) + 9) if len(str(n)) + len(body) == n)
        records += str(length).encode() + body
    return tar_member(b"pax", records, b"x")


# ---------------------------------------------------------------- zip


def zip_member(
    name: bytes,
    data: bytes = b"",
    *,
    method: int = 8,
    flags: int = 0x800,
    mode: int = 0,
    crc: int | None = None,
    size: int | None = None,
    local_name: bytes | None = None,
) -> tuple[bytes, bytes]:
    """A member as its part of the body and its record in the directory, which still lacks its place.

    `data` is packed for deflate, and taken as it is for any other method.
    """
    body = deflated(data) if method == 8 else data
    crc = zlib.crc32(data) if crc is None else crc
    size = len(data) if size is None else size
    numbers = (flags, method, 0, 0, crc, len(body), size, len(name), 0)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, *numbers) + (name if local_name is None else local_name) + body
    record = struct.pack("<4s6H3I5H2I", b"PK\1\2", 0x314, 20, *numbers, 0, 0, 0, mode << 16, 0)
    return local, record + name


def zip_of(*members: tuple[bytes, bytes]) -> bytes:
    """An archive of these members."""
    body, directory = b"", b""
    for local, record in members:
        directory += record[:42] + struct.pack("<I", len(body)) + record[46:]
        body += local
    return body + directory + zip_end(len(members), len(directory), len(body))


def zip_end(count: int, size: int, begin: int) -> bytes:
    """The record at the end of every zip archive."""
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, begin, 0)


def deflated(data: bytes) -> bytes:
    """Packed as a zip archive's members are."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()
