"""The pages for teachers: every command on them is run, in the order of the page, in a copy of the kit."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, copy_of_kit, grader_program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sh")

_CLASSROOMS = sorted((ROOT / "docs" / "classrooms").glob("[!R]*.md"))
_FENCED = re.compile(r"^ *```\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(grader (?:export|handout|batch) [^`]*--[^`]*)`")
# What no machine for tests has: docker, and the services' own programs.
_ELSEWHERE = ("docker ", "gh ")
# Full marks and less, and a batch in which something needs a person.
_GOOD = (0, 1)


def commands_of(text: str) -> list[str]:
    """The commands of a page, in their order. A word in capitals is a name that its reader chooses."""
    found = sorted([*_FENCED.finditer(text), *_INLINE.finditer(text)], key=lambda match: match.start())
    lines = [line.strip() for match in found for line in match[1].splitlines()]
    return [
        re.sub(r"(?<= )DIR\b", f"dir{number}", line)
        for number, line in enumerate(lines)
        if line and not line.startswith(_ELSEWHERE)
    ]


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A clone that is set up, with what was handed in."""
    folder = copy_of_kit(tmp_path / "kit")
    for name in ("Makefile", "LICENSE", "README.md", "pyproject.toml", "constraints.txt", "docs/students.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "scripts").mkdir()
    (folder / "scripts" / "setup.sh").write_text("exit 0\n")
    for name in ("submissions", "downloads"):
        shutil.copytree(ROOT / "examples" / "class" / "ana", folder / name / "ana")
    grader_program(folder / ".venv" / "bin", folder)
    return folder


def run(lines: list[str], kit: Path) -> None:
    """Run commands one after the other, for one chapter."""
    environment = {
        **os.environ,
        "PATH": f"{kit / '.venv' / 'bin'}:{os.environ['PATH']}",
        "GRADER_ONLY": "ch02",
    }
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", line], cwd=kit, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode in _GOOD, f"{line}\n{done.stderr}"


@pytest.mark.parametrize("page", _CLASSROOMS, ids=lambda page: page.stem)
def test_the_page_of_a_classroom(page: Path, kit: Path) -> None:
    """A teacher who types what it says gets what it says."""
    commands = commands_of(page.read_text(encoding="utf-8"))
    assert any(line.startswith("grader export") for line in commands)
    run(commands, kit)


def test_from_nothing_to_a_class(kit: Path) -> None:
    """All steps, up to the exam that students replay; the handout that comes out checks an exercise."""
    text = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    section = text[text.index("## From nothing") : text.index("## Grade a class")]
    commands = commands_of(section)
    looked_at = [line for line in commands if line.startswith(("cd ", "./check"))]
    run([line for line in commands if line not in looked_at], kit)
    assert {path.name for path in (kit / "out" / "student" / "pages").iterdir()} == {"ana.html"}
    handout = kit / "gradients"
    (handout / "scripts" / "setup.sh").write_text("exit 0\n")
    grader_program(handout / ".venv" / "bin", handout)
    run([" && ".join(looked_at)], kit)
