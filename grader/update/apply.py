"""Carries out an update: everything is written aside first, and then each file takes its place by one rename."""

import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from grader.errors import SubmissionError, UsageError
from grader.files import refused, write_all
from grader.inside.said import say
from grader.submission.archive import MAX_ARCHIVE_BYTES
from grader.submission.folder import read_regular
from grader.update.manifest import LESSONS, OWN_FOLDER
from grader.update.plan import Changes

BACKUPS = f"{OWN_FOLDER}backup"
_STAGED = f"{OWN_FOLDER}update"
_PART = f"{OWN_FOLDER}update.part"


def read_files(home: Path, paths: Iterable[str]) -> Mapping[str, bytes]:
    """The files of these that are there; raises `UsageError` for what is none."""
    return {path: _read(home, path) for path in paths if (home / path).is_symlink() or (home / path).exists()}


def _read(home: Path, path: str) -> bytes:
    try:
        data = read_regular(home / path, MAX_ARCHIVE_BYTES)
    except SubmissionError as error:
        raise UsageError(say("update.in_the_way", file=path, reason=error.said)) from error
    if len(data) > MAX_ARCHIVE_BYTES:
        raise UsageError(say("update.in_the_way", file=path, reason=say("refused.large", mib=MAX_ARCHIVE_BYTES >> 20)))
    return data


def apply_plan(plan: Changes, home: Path, now: datetime) -> str | None:
    """Change the folder; the backup's folder, where something of the student's was changed. Raises `UsageError`.

    Where this is interrupted, some files are new, and the others are as they were.
    """
    backup = f"{BACKUPS}/{now:%Y-%m-%d-%H%M%S}"
    try:
        write_all(home / _PART / "saved", plan.saved)
        write_all(home / _PART / "files", plan.writes)
        for path in plan.writes:
            (home / path).parent.mkdir(parents=True, exist_ok=True)
        if plan.saved:
            (home / BACKUPS).mkdir(exist_ok=True)
            (home / _PART / "saved").rename(home / backup)
        (home / _PART).rename(home / _STAGED)
        *paths, manifest = plan.writes
        for path in paths:
            (home / _STAGED / "files" / path).replace(home / path)
        for path in plan.removed:
            (home / path).unlink(missing_ok=True)
        (home / _STAGED / "files" / manifest).replace(home / manifest)
    except OSError as error:
        raise refused(Path(error.filename2 or error.filename or home), error) from error
    finally:
        settle(home)
    return backup if plan.saved else None


def settle(home: Path) -> None:
    """Clear away what an update has left that was interrupted.

    A copy of a lesson belongs to the lesson. Where that has taken its place, and its copy not yet, the copy follows.
    """
    staged = home / _STAGED / "files"
    for copy in [file for folder in LESSONS for file in (staged / OWN_FOLDER / folder).rglob("*") if file.is_file()]:
        path = copy.relative_to(staged)
        if not (staged / path.relative_to(OWN_FOLDER)).exists():
            copy.replace(home / path)
    for folder in (_STAGED, _PART):
        shutil.rmtree(home / folder, ignore_errors=True)
