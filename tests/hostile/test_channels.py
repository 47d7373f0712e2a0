"""Each platform lends the grader channels of its own: variables, tokens, files of results. No submission finds one."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.containers.container import run_contained
from tests.support import Json, exercise_in, parse_report, run_grader

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="confinement is for Linux"),
]

LOOKING = Path(__file__).parent / "spies" / "channels.py"
# Those that name a file to write to, and those that hold an address or a secret.
FILES = (
    *("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_EVENT_PATH"),
    *("vocareumGradeFile", "vocareumReportFile"),
)
SECRETS = (
    *("GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_URL", "SECRET"),
    *("CODIO_AUTOGRADE_V2_URL", "CODIO_PARTIAL_POINTS_V2_URL", "CODIO_AUTOGRADE_ENV", "CI_JOB_TOKEN", "USERNAME"),
)
# Gradescope's and PrairieLearn's, which no variable names.
FOLDERS = ("autograder/results", "autograder/source", "grade/results", "grade/tests", "output")


def canary(name: str) -> str:
    """A text that is nowhere else."""
    return f"CNRY{hashlib.sha256(name.encode()).hexdigest()[:16]}"


class Platform:
    """A folder with the files and folders of all platforms, and the variables that go with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files = {name: folder / "files" / f"{name}.txt" for name in FILES}
        (folder / "files").mkdir(parents=True)
        for name, path in self.files.items():
            path.write_text(canary(name))
        for name in FOLDERS:
            (folder / name).mkdir(parents=True)
            (folder / name / "results.json").write_text(f'"{canary(name)}"')

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables."""
        files = {name: str(path) for name, path in self.files.items()}
        return {**files, **{name: f"https://platform/{canary(name)}" for name in SECRETS}}

    @property
    def paths(self) -> list[str]:
        """The places that a submission may know of: it is told all of them here."""
        folders = [self._folder / name for name in FOLDERS]
        return [str(path) for path in (*self.files.values(), *folders, *(one / "results.json" for one in folders))]

    def content(self) -> Mapping[str, bytes]:
        """All files and folders, with what is in them."""
        return {str(path): path.read_bytes() if path.is_file() else b"" for path in sorted(self._folder.rglob("*"))}


def checked(folder: Path, environment: Mapping[str, str], *options: str, start: Callable[..., object]) -> Json:
    """The report of `grader check`."""
    arguments = ("check", "class/spy.py", "--only", "gradient", "--output", "report.json", *options)
    done = start(*arguments, cwd=folder, environment=environment)
    assert done.returncode == 1, done.stderr  # type: ignore[attr-defined]  # a completed process
    return parse_report((folder / "report.json").read_bytes())


def batched(folder: Path, environment: Mapping[str, str], *options: str, start: Callable[..., object]) -> Json:
    """The report of `grader batch`."""
    done = start("batch", "class", "--out", "out", "--only", "gradient", *options, cwd=folder, environment=environment)
    assert done.returncode == 0, done.stderr  # type: ignore[attr-defined]  # a completed process
    return parse_report((folder / "out" / "reports" / "spy.json").read_bytes())


WAYS = [
    pytest.param(checked, (), run_grader, id="check"),
    pytest.param(checked, ("--audience", "student"), run_grader, id="check for a student"),
    pytest.param(batched, (), run_grader, id="batch"),
    pytest.param(checked, (), run_contained, id="check in a container"),
    pytest.param(checked, ("--audience", "student"), run_contained, id="check for a student in a container"),
    pytest.param(batched, (), run_contained, id="batch in a container"),
]


@pytest.mark.parametrize(("grade", "options", "start"), WAYS)
def test_no_channel_of_a_platform_is_found(
    tmp_path: Path, grade: Callable[..., Json], options: tuple[str, ...], start: Callable[..., object]
) -> None:
    """No variable, neither by name nor in memory; and no file or folder of results is read, written or made."""
    platform = Platform(tmp_path / "platform")
    (tmp_path / "class").mkdir()
    spy = f"PATHS = {platform.paths!r}\n\n{LOOKING.read_text(encoding='utf-8')}"
    (tmp_path / "class" / "spy.py").write_text(spy, encoding="utf-8")
    before = platform.content()
    report = grade(tmp_path, platform.environment, *options, start=start)
    exercise = exercise_in(report, "gradient")
    printed = [report["submission"]["output"], *(one["text"] for one in exercise["output"])]
    assert all("LOOKED at" in text for text in printed)
    assert len(printed) > 1
    assert [line for text in printed for line in text.splitlines() if line.startswith("FOUND")] == []
    assert platform.content() == before
    assert "CNRY" not in str(report)


def test_the_spy_finds_what_is_there(tmp_path: Path) -> None:
    """Where nothing confines it, the same code finds variables and files: or the test above would show nothing."""
    platform = Platform(tmp_path / "platform")
    script = tmp_path / "spy.py"
    script.write_text(f"PATHS = {platform.paths!r}\n\n{LOOKING.read_text(encoding='utf-8')}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, **platform.environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    for what in ("in os.environ", "in environ", "in /proc", "in memory", "read", "appended to", "a socket", "wrote to"):
        assert f"FOUND {what}" in done.stdout
