"""An update is carried out: whole, or so that the same command goes on where it ended."""

import contextlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.update import apply
from grader.update.apply import apply_plan, read_files, settle
from grader.update.incoming import decode_manifest
from grader.update.manifest import MANIFEST
from grader.update.plan import paths_of, plan_update
from tests.unit.update.versions import COPY, FIRST, LESSON, SECOND, SOLVED, content_of, handout, unpacked

OLD, NEW = handout(FIRST), handout(SECOND)
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
BACKUP = ".handout/backup/2026-11-26-093000"


class Killed(BaseException):
    """The process has ended here."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of the first handout, with a solved exercise."""
    folder = unpacked(OLD, tmp_path / "gradients")
    (folder / LESSON).write_text(SOLVED, encoding="utf-8")
    return folder


def update(home: Path) -> str | None:
    """What the command does."""
    settle(home)
    old = decode_manifest((home / MANIFEST).read_bytes())
    return apply_plan(plan_update(old, read_files(home, paths_of(old, NEW)), NEW), home, NOW)


def without_backups(content: dict[str, bytes]) -> dict[str, bytes]:
    """A folder's files that are no backups."""
    return {path: data for path, data in content.items() if not path.startswith(".handout/backup/")}


def test_the_folder_is_the_new_handout_with_what_was_written(home: Path) -> None:
    """What was there before is in a backup with a date; nothing else is left of the update."""
    assert update(home) == BACKUP
    merged = SOLVED.replace("# # Lesson", "# # Better lesson").encode()
    mine = {LESSON: merged, "student.toml": FIRST["student.toml"].encode()}
    assert content_of(home) == {**NEW.files, **mine, f"{BACKUP}/{LESSON}": SOLVED.encode()}
    assert not (home / "grader" / "old.py").exists()


def test_programs_can_be_started(home: Path) -> None:
    """As in a new handout."""
    new = handout({**SECOND, "check": "#!/bin/sh\n"})
    apply_plan(plan_update(OLD.manifest, read_files(home, paths_of(OLD.manifest, new)), new), home, NOW)
    assert (home / "check").stat().st_mode & 0o100
    assert not (home / "README.md").stat().st_mode & 0o100


def killed_at(number: int, monkeypatch: pytest.MonkeyPatch, error: Callable[[], BaseException]) -> list[int]:
    """Let the process end at a step that changes the disk; the steps that were left, empty where it was the last."""
    left = [number]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if left and left[0] == 0:
                left.clear()
                raise error()
            if left:
                left[0] -= 1
            return real(*arguments, **options)

        return step

    for name in ("mkdir", "write_bytes", "rename", "replace", "unlink"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    return left


@pytest.mark.parametrize("what", ["killed", "refused"])
def test_wherever_it_ends_the_same_command_goes_on(what: str, home: Path, tmp_path: Path) -> None:
    """After any step, of the process or of a disk that refuses: nothing is lost, and in the end all is done."""
    reference = Path(shutil.copytree(home, tmp_path / "reference"))
    update(reference)
    number = 0
    while True:
        again = Path(shutil.copytree(home, tmp_path / f"again{number}"))
        with pytest.MonkeyPatch.context() as patch:
            if what == "killed":
                patch.setattr(apply, "settle", lambda _: None)
            left = killed_at(number, patch, Killed if what == "killed" else lambda: OSError(28, "No space"))
            with contextlib.suppress(Killed, UsageError):
                apply_plan(plan_update(OLD.manifest, read_files(again, paths_of(OLD.manifest, NEW)), NEW), again, NOW)
        if left:
            break
        written = (again / LESSON).read_text(encoding="utf-8")
        assert "return x" in written
        settle(again)
        is_new = (again / LESSON).read_bytes() == (reference / LESSON).read_bytes()
        assert (again / COPY).read_bytes() == (NEW if is_new else OLD).files[COPY]
        shutil.rmtree(again / ".handout" / "backup", ignore_errors=True)
        update(again)
        assert without_backups(content_of(again)) == without_backups(content_of(reference)), number
        number += 1
    assert number > 20


def test_a_folder_that_cannot_be_written_is_left_as_it_was(home: Path) -> None:
    """A sentence names it."""
    (home / ".handout" / "update.part").write_text("in the way")
    before = content_of(home)
    with pytest.raises(UsageError, match="cannot be written"):
        apply_plan(plan_update(OLD.manifest, read_files(home, paths_of(OLD.manifest, NEW)), NEW), home, NOW)
    assert content_of(home) == before


@pytest.mark.parametrize("kind", ["folder", "link", "large"])
def test_what_is_no_file_is_refused(kind: str, home: Path) -> None:
    """It would be lost, or half of it."""
    (home / LESSON).unlink()
    if kind == "folder":
        (home / LESSON).mkdir()
    elif kind == "link":
        (home / LESSON).symlink_to("nowhere")
    else:
        with (home / LESSON).open("wb") as file:
            file.truncate((32 << 20) + 1)
    with pytest.raises(UsageError, match=f"{LESSON} in this folder cannot be read"):
        update(home)
