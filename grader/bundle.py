"""A bundle of files for somebody else, written as a folder, an archive or a wheel: the whole of it, or nothing."""

import contextlib
import gzip
import io
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EnvironmentFault, UsageError
from grader.files import mode_of, refused
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
        _fill(bundle, part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise refused(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_zip(bundle: Bundle, path: Path, *, flat: bool = False) -> None:
    """Write it as a zip file, everything in one folder of the bundle's name; `flat` leaves that folder away."""
    with _whole(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in bundle.files.items():
            info = zipfile.ZipInfo(name if flat else f"{bundle.name}/{name}", _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode_of(data) << 16
            archive.writestr(info, data)


def write_tar(bundle: Bundle, path: Path) -> None:
    """Write it as a gzipped tar file, without a folder around it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in bundle.files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), mode_of(data)
            tar.addfile(info, io.BytesIO(data))
    with _whole(path) as part:
        part.write_bytes(gzip.compress(buffer.getvalue(), mtime=0))


def write_wheel(bundle: Bundle, folder: Path) -> Path:
    """Build a wheel of it into a folder, with pip; raises `EnvironmentFault` with pip's reason where that fails."""
    with tempfile.TemporaryDirectory() as temporary:
        source, built = Path(temporary, "source"), Path(temporary, "built")
        _fill(bundle, source)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or [""])[-1]
            raise EnvironmentFault(say("handout.no_wheel", reason=reason))
        (wheel,) = built.glob("*.whl")
        target = folder / wheel.name
        with _whole(target) as part:
            shutil.copyfile(wheel, part)
    return target


def _fill(bundle: Bundle, folder: Path) -> None:
    for name, data in bundle.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode_of(data))


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of the file in the end."""
    part = path.parent / f".{path.name}.{secrets.token_hex(4)}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        part.unlink(missing_ok=True)
