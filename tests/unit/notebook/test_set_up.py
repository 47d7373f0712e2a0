"""The first cell of a notebook, where the grader is not installed, as on Colab."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.notebook.chapters import Links, notebook_of
from tests.support import CATALOG, COURSE

WHEEL = "https://example.org/files/course-1.0-py3-none-any.whl"
METADATA = """Metadata-Version: 2.1
Name: course
Version: 1.0
Requires-Dist: click>=8.2
Requires-Dist: torch<3,>=2.13
Requires-Dist: py-landlock>=0.1; sys_platform == "linux"
Requires-Dist: mypy; extra == "dev"
"""
# In a Python without any package, pip is a list of what it was asked for; with the wheel come its files.
DRIVER = """
import json, subprocess, sys
asked = []
def run(command, check):
    assert check
    asked.append(command[1:])
    sys.path.append({wheel!r})
subprocess.run = run
sys.path += {path!r}
exec({cell!r})
print(json.dumps([asked, check]))
"""


def first_cell(links: Links) -> str:
    """The source of the cell."""
    chapter = CATALOG.chapter[0]
    text = (COURSE.stubs / f"{chapter.id}.py").read_text(encoding="utf-8")
    cells = nbformat.reads(notebook_of(chapter, text, links), as_version=4).cells
    source: str = next(cell.source for cell in cells if cell.id == "set-up")
    return source


def run(cell: str, wheel: Path, *path: Path) -> subprocess.CompletedProcess[str]:
    """Run the cell in a Python that has nothing but these folders."""
    driver = DRIVER.format(cell=cell, wheel=str(wheel), path=[str(one) for one in path])
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", driver], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A folder as the wheel's installation makes it."""
    (tmp_path / "wheel" / "course-1.0.dist-info").mkdir(parents=True)
    (tmp_path / "wheel" / "course-1.0.dist-info" / "METADATA").write_text(METADATA, encoding="utf-8")
    (tmp_path / "wheel" / "grader").mkdir()
    (tmp_path / "wheel" / "grader" / "notebook.py").write_text("check = 'there'", encoding="utf-8")
    return tmp_path / "wheel"


@pytest.mark.parametrize("has_torch", [True, False])
def test_a_torch_that_is_there_stays(has_torch: bool, wheel: Path, tmp_path: Path) -> None:
    """The wheel comes alone, and then all that it needs but torch; where there is no torch, a range of it."""
    packages = tmp_path / "packages"
    packages.mkdir()
    if has_torch:
        (packages / "torch.py").write_text("", encoding="utf-8")
    done = run(first_cell(Links(wheel=WHEEL)), wheel, packages)
    assert done.returncode == 0, done.stderr
    asked, check = json.loads(done.stdout)
    pip = ["-m", "pip", "install", "--quiet"]
    torch = [] if has_torch else ["torch<3,>=2.13"]
    assert asked == [
        [*pip, "--no-deps", WHEEL],
        [*pip, "click>=8.2", *torch, 'py-landlock>=0.1; sys_platform == "linux"'],
    ]
    assert check == "there"


def test_where_the_grader_is_there_nothing_is_installed(wheel: Path) -> None:
    """At home, or where the cell is run again."""
    done = run(first_cell(Links(wheel=WHEEL)), wheel, wheel)
    assert json.loads(done.stdout) == [[], "there"]


def test_without_an_address_one_is_told_what_to_do(wheel: Path) -> None:
    """In one sentence, and nothing is installed."""
    done = run(first_cell(Links()), wheel)
    assert done.returncode == 1
    assert done.stderr == (
        "Put the address of the course's wheel between the quotes of WHEEL, and run this cell again.\n"
    )
