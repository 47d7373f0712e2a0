"""The image for graders: no docker is needed to see that its parts are there, and what is copied makes the kit."""

import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.support import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
WORKFLOW = (ROOT / ".github" / "workflows" / "image.yml").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")
# What must never be in an image, whatever lies in the folder of whoever builds it.
_FOREIGN = (".git/config", ".venv/bin/python", "out/journal", "report.json", "tests/support.py", "docs/README.md")


def copied() -> dict[str, str]:
    """The sources of every COPY that copies from this folder, and where each goes."""
    lines = [shlex.split(line)[1:] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    return {source: words[-1] for words in lines if not words[0].startswith("--from") for source in words[:-1]}


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a file out; the last line that speaks of it decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").rstrip("/")
        parts = [path, *(str(parent) for parent in Path(path).parents)]
        if line and not line.startswith("#") and any(fnmatch(part, pattern.replace("**/", "*")) for part in parts):
            ignored = not line.startswith("!")
    return ignored


def test_every_source_is_there_and_not_ignored() -> None:
    """A COPY of a file that was moved, or that .dockerignore keeps out, ends the build."""
    assert copied()
    for source in copied():
        files = [ROOT / source] if (ROOT / source).is_file() else [*(ROOT / source).rglob("*.py")]
        assert files, source
        assert not [path for path in files if is_ignored(path.relative_to(ROOT).as_posix())]


@pytest.mark.parametrize("path", [*_FOREIGN, "grader/__pycache__/kit.cpython-312.pyc"])
def test_nothing_else_gets_into_the_image(path: str) -> None:
    """No history, environment, submission or report."""
    assert is_ignored(path)


def test_what_is_copied_makes_the_whole_kit(tmp_path: Path) -> None:
    """The wheel of the copied files is that of the checkout, file by file."""
    whole, image = tmp_path / "whole", tmp_path / "image"
    shutil.copytree(ROOT, whole, ignore=shutil.ignore_patterns(".*", "__pycache__", "build", "*.egg-info", "out"))
    image.mkdir()
    for source, target in copied().items():
        place = ROOT / source
        if place.is_dir():
            shutil.copytree(place, image / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (image / target).mkdir(exist_ok=True)
            shutil.copy(place, image / target)
    assert names_in_the_wheel_of(image) == names_in_the_wheel_of(whole)


def names_in_the_wheel_of(source: Path) -> set[str]:
    """Build a wheel without a network, and list it."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "."]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = source.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_it_runs_as_somebody_without_rights() -> None:
    """Not as root, by number, so that a platform can see it; and the last user named is the one that runs."""
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (.+)$", last_stage, re.MULTILINE) == ["10001:10001"]
    assert 'ENTRYPOINT ["grader"]' in last_stage


@pytest.mark.parametrize("text", [WORKFLOW, PAGE], ids=["workflow", "page"])
def test_every_run_that_grades_has_no_network_and_nothing_to_write_to(text: str) -> None:
    """Also the commands that are copied from the page."""
    runs = re.findall(r"docker run (.*?)gradlings (\w+)", text.replace("\\\n", " "), re.DOTALL)
    assert {"check", "batch"} <= {command for _, command in runs}
    for options, command in runs:
        if command in {"check", "batch"}:
            assert {"--network none", "--read-only", "--tmpfs /tmp"} <= set(
                re.findall(r"--\S+(?: [^-\s]\S*)?", options)
            )
