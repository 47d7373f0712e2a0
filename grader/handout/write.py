"""Writes a handout as a folder, a zip file or a wheel: the whole of it, or nothing."""

import contextlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.errors import EnvironmentFault, UsageError
from grader.files import refused
from grader.handout.build import Handout
from grader.inside.said import say

# Programs that people start by their names.
_EXECUTABLE = ("check",)
# The oldest that a zip file can hold: two builds of one handout are the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def write_folder(handout: Handout, folder: Path) -> None:
    """Write it as a folder that is not there yet, or is empty; raises `UsageError` where that cannot be."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(say("handout.exists", path=str(folder)))
    part = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.part"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _fill(handout, part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise refused(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_zip(handout: Handout, path: Path) -> None:
    """Write it as a zip file, everything in one folder of the handout's name."""
    with _whole(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in handout.files.items():
            info = zipfile.ZipInfo(f"{handout.name}/{name}", _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _mode(name) << 16
            archive.writestr(info, data)


def write_wheel(handout: Handout, folder: Path) -> Path:
    """Build a wheel of it into a folder, with pip; raises `EnvironmentFault` with pip's reason where that fails."""
    with tempfile.TemporaryDirectory() as temporary:
        source, built = Path(temporary, "source"), Path(temporary, "built")
        _fill(handout, source)
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


def _fill(handout: Handout, folder: Path) -> None:
    for name, data in handout.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(_mode(name))


def _mode(name: str) -> int:
    return 0o755 if name in _EXECUTABLE else 0o644


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
