"""The workflow that instructors copy from the docs is held to the rules of our own."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_USES = re.compile(r"uses: ([\w/-]+)@(\S+)(?: # (\S+))?")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> Iterator[str]:
    """The workflows in the docs."""
    for page in PAGES:
        yield from (block for block in _BLOCK.findall(page.read_text(encoding="utf-8")) if "\njobs:" in block)


def test_an_action_is_pinned_once() -> None:
    """By a commit, with its version beside it, and to the same commit in the docs as in our own workflows."""
    texts = [*examples(), *(path.read_text(encoding="utf-8") for path in OWN)]
    pinned = {found for text in texts for found in _USES.findall(text)}
    assert len({action for action, _, _ in pinned}) == len(pinned) == 3
    assert all(re.fullmatch("[0-9a-f]{40}", commit) and version for _, commit, version in pinned)


@pytest.mark.parametrize("example", [*examples()])
def test_an_example_passes_what_our_workflows_pass(example: str, tmp_path: Path) -> None:
    """zizmor finds nothing to complain of, and the schema of workflows holds."""
    workflow = tmp_path / ".github" / "workflows" / "example.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(example, encoding="utf-8")
    tools, file = Path(sys.executable).parent, str(workflow)
    commands = (
        [str(tools / "zizmor"), "--offline", "--quiet", file],
        [str(tools / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", file],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
