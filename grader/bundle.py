"""A bundle of files for somebody else, written as a folder, an archive or a wheel: the whole of it, or nothing."""

import gzip
import io
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EnvironmentFault, UsageError
from grader.files import make_folder, mode_of, refused, write_all, write_whole
from grader.inside.said import say

# The oldest that a zip file can hold: two builds of one bundle are the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_DOT = "dot_"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files by their paths in it, and its name."""

    name: str
    files: Mapping[str, bytes]


def static_files(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their paths in it; a name that begins with a dot in a bundle has `dot_` there."""
    return {
        "/".join(map(_named, path.relative_to(folder).parts)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _named(part: str) -> str:
    return f".{part.removeprefix(_DOT)}" if part.startswith(_DOT) else part


def require_free(*paths: Path) -> None:
    """Raise `UsageError` where one of the places to write to is taken: by a file, or a folder with something in it."""
    for path in paths:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise UsageError(say("handout.exists", path=str(path)))


def write_folder(bundle: Bundle, folder: Path) -> None:
    """Write it as a folder that is not there yet, or is empty; raises `UsageError` where that cannot be."""
    require_free(folder)
    part = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.part"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_all(part, bundle.files)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise refused(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_zip(bundle: Bundle, path: Path, *, flat: bool = False) -> None:
    """Write it as a zip file, everything in one folder of the bundle's name; `flat` leaves that folder away."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in bundle.files.items():
            info = zipfile.ZipInfo(name if flat else f"{bundle.name}/{name}", _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode_of(data) << 16
            archive.writestr(info, data)
    _write(path, buffer.getvalue())


def write_tar(bundle: Bundle, path: Path) -> None:
    """Write it as a gzipped tar file, without a folder around it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in bundle.files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), mode_of(data)
            tar.addfile(info, io.BytesIO(data))
    _write(path, gzip.compress(buffer.getvalue(), mtime=0))


def write_wheel(bundle: Bundle, folder: Path) -> Path:
    """Build a wheel of it into a folder, with pip; raises `EnvironmentFault` with pip's reason where that fails."""
    with tempfile.TemporaryDirectory() as temporary:
        source, built = Path(temporary, "source"), Path(temporary, "built")
        write_all(source, bundle.files)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or [""])[-1]
            raise EnvironmentFault(say("handout.no_wheel", reason=reason))
        (wheel,) = built.glob("*.whl")
        target = folder / wheel.name
        _write(target, wheel.read_bytes())
    return target


def _write(path: Path, data: bytes) -> None:
    make_folder(path.parent)
    write_whole(path, data)
