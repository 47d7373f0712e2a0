"""What an installation from a wheel has."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.support import COURSE, ROOT

_SHARE = "/data/share/gradlings/"
# What a wheel is made of.
_PARTS = ("grader", "checks", "exercises", "probes", "solutions")
_FILES = ("pyproject.toml", "README.md", "LICENSE", "catalog.toml", "phrasebook.toml", "constraints.txt")
# What a handout needs from the kit.
_HANDED_ON = ("LICENSE", "constraints.txt", "docs/students.md", "scripts/setup.sh")


def test_a_wheel_holds_the_package_and_the_whole_course(tmp_path: Path) -> None:
    """Every module and every sentence of the grader, and every file of the course where it is looked for."""
    source = tmp_path / "source"
    for part in _PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*_FILES, *_HANDED_ON):
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "."]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = source.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {
        path.relative_to(ROOT).as_posix()
        for kind in ("py", "toml", "txt")
        for path in (ROOT / "grader").rglob(f"*.{kind}")
    }
    static = (path for path in (ROOT / "grader" / "handout" / "files").rglob("*") if path.is_file())
    assert package | {path.relative_to(ROOT).as_posix() for path in static} <= names
    course = {name.partition(_SHARE)[2] for name in names if _SHARE in name}
    parts = (COURSE.folder / part for part in _PARTS if part != "grader")
    wanted = {
        path.relative_to(COURSE.folder).as_posix()
        for part in parts
        for path in part.rglob("*")
        if path.suffix in {".py", ".toml"}
    }
    assert course == wanted | {"catalog.toml", "phrasebook.toml", *_HANDED_ON}
