"""Goes through the submissions of a class. One that breaks never stops the rest."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.batch.summary import Line, render_summary
from grader.engine import Grade
from grader.errors import GraderError, UsageError
from grader.files import make_folder, write_whole
from grader.report import Audience, Report, for_audience
from grader.report.json import render_json
from grader.submission import read_submission
from grader.submission.read import SUFFIXES


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What a batch came to: how many submissions, and which of them could not be graded or need a look."""

    graded: int
    failed: tuple[str, ...]
    needs_review: tuple[str, ...]


def find_submissions(folder: Path) -> dict[str, Path]:
    """The submissions of a class by identity: each sub-folder, .py or .ipynb; raises `UsageError` when there is none.

    The identity is the name without its suffix; where two would be the same, both keep their suffix.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder" if folder.exists() else f"{folder} does not exist")
    entries = [
        entry
        for entry in sorted(folder.iterdir())
        if not entry.name.startswith(".") and (entry.is_dir() or entry.suffix in SUFFIXES)
    ]
    if not entries:
        raise UsageError(f"{folder} holds no submission: no sub-folder, no .py and no .ipynb file")
    stems = [entry.stem if entry.is_file() else entry.name for entry in entries]
    return {stem if stems.count(stem) == 1 else entry.name: entry for stem, entry in zip(stems, entries, strict=True)}


def grade_batch(
    grade: Grade,
    submissions: dict[str, Path],
    out: Path,
    audience: Audience,
    progress: Callable[[str, Report | GraderError], None],
) -> BatchResult:
    """Grade every submission; write `reports/<identity>.json` and `summary.csv` into `out`."""
    reports = out / "reports"
    make_folder(reports)
    lines: list[Line] = []
    for identity, path in submissions.items():
        outcome = _grade(grade, path)
        if isinstance(outcome, Report):
            write_whole(reports / f"{identity}.json", render_json(for_audience(outcome, audience)))
        lines.append(Line(identity=identity, outcome=outcome))
        progress(identity, outcome)
    write_whole(out / "summary.csv", render_summary(lines))
    return BatchResult(
        graded=sum(isinstance(line.outcome, Report) for line in lines),
        failed=tuple(line.identity for line in lines if not isinstance(line.outcome, Report)),
        needs_review=tuple(
            line.identity for line in lines if isinstance(line.outcome, Report) and line.outcome.needs_review
        ),
    )


def _grade(grade: Grade, path: Path) -> Report | GraderError:
    """One submission's report; whatever goes wrong concerns this submission only."""
    try:
        return grade(read_submission(path))
    except GraderError as error:
        return error
    except Exception as error:  # a bug of ours keeps its traceback, and the others their grades
        traceback.print_exc()
        return GraderError(f"the grader itself failed ({type(error).__name__}: {error})")
