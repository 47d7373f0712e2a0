"""The workflows that instructors copy from the docs, or export, or hand out are held to the rules of our own."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.bundle import static_files
from tests.support import ROOT

TOOLS = Path(sys.executable).parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_USES = re.compile(r"uses: ([\w/-]+)@(\S+)(?: # (\S+))?")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> Iterator[str]:
    """The workflows in the docs."""
    for page in PAGES:
        yield from (block for block in _BLOCK.findall(page.read_text(encoding="utf-8")) if "\njobs:" in block)


# What each file of a CI service has to be, by the end of its path.
SCHEMAS = {
    ".github/workflows/*.yml": ("vendor.github-workflows",),
    "action.yml": ("vendor.github-actions",),
    ".gitlab-ci.yml": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
}


def given_away() -> dict[str, str]:
    """The files of CI services in handouts and exports, by their paths there."""
    folders = [ROOT / "grader" / "handout" / "files", *(ROOT / "grader" / "export" / "files").iterdir()]
    return {
        f"{folder.name}/{path}": data.decode()
        for folder in folders
        for path, data in static_files(folder).items()
        if path.endswith(".yml")
    }


def test_an_action_is_pinned_once() -> None:
    """By a commit, with its version beside it, and to the same commit wherever it is used."""
    texts = [*examples(), *given_away().values(), *(path.read_text(encoding="utf-8") for path in OWN)]
    pinned = {found for text in texts for found in _USES.findall(text)}
    assert len({action for action, _, _ in pinned}) == len(pinned) == 4
    assert all(re.fullmatch("[0-9a-f]{40}", commit) and version for _, commit, version in pinned)


@pytest.mark.parametrize("example", [*examples()])
def test_an_example_passes_what_our_workflows_pass(example: str, tmp_path: Path) -> None:
    """zizmor finds nothing to complain of, and the schema of workflows holds."""
    require_good(".github/workflows/example.yml", example, tmp_path)


@pytest.mark.parametrize("path", given_away())
def test_what_is_given_away_passes_the_same(path: str, tmp_path: Path) -> None:
    """Workflows, actions and pipelines, as they lie in a student's or a teacher's repository."""
    require_good(path, given_away()[path], tmp_path)


def require_good(path: str, text: str, folder: Path) -> None:
    """Fail where a tool complains of a file."""
    file = folder / path
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    (schema,) = [schema for end, schema in SCHEMAS.items() if file.match(end)]
    commands = [[TOOLS / "check-jsonschema", "--builtin-schema", *schema, file]]
    if ".github" in file.parts:
        commands.append([TOOLS / "zizmor", "--offline", "--quiet", file])
    for command in commands:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
