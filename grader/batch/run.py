"""Grades a class: a report for each submission, and tables of them all. What was done is never done again."""

import contextlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.batch.entry import Entry, Settings, kit_digest
from grader.batch.journal import End, History, Journal, read_journal
from grader.batch.progress import reporter
from grader.batch.summary import render_csv, render_summary
from grader.errors import GraderError, UsageError
from grader.files import make_folder, write_whole
from grader.report import Audience, Report, for_audience
from grader.report.json import render_json
from grader.submission import read_submission

JOURNAL = "journal"

GradeAll = Callable[[Mapping[str, Path], Callable[[Entry], None]], None]
"""Grades submissions, and hands out each entry as soon as it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What a batch came to: how many submissions, how many of them by an earlier run, and which ones need a look."""

    graded: int
    kept: int
    needs_review: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a batch grades, and what an earlier run has left that it goes on with."""

    settings: Settings
    history: History | None


def plan_batch(out: Path, only: tuple[str, ...], question_seconds: float, seed: str | None, *, resume: bool) -> Plan:
    """Go on with an unfinished batch of the same options, and with a finished one on `resume`; else begin anew.

    Raises `UsageError` where `resume` is asked for and the options differ from those of the results that are there.
    """
    history = read_journal(out / JOURNAL)
    drawn = str(secrets.randbelow(1 << 32)) if seed is None else seed
    fresh = Settings(seed=drawn, only=only, question_seconds=question_seconds)
    if history is None:
        return Plan(settings=fresh, history=None)
    same = history.settings == Settings(
        seed=history.settings.seed if seed is None else seed, only=only, question_seconds=question_seconds
    )
    if resume and not same:
        raise UsageError(
            f"{out} holds results with other options ({_options(history.settings)}): give the same ones, or begin anew"
            " without --resume"
        )
    goes_on = same and (resume or not history.finished)
    return Plan(settings=history.settings, history=history) if goes_on else Plan(settings=fresh, history=None)


def _options(settings: Settings) -> str:
    only = "".join(f" --only {name}" for name in settings.only)
    return f"--seed {settings.seed} --timeout {settings.question_seconds:g}{only}"


def grade_batch(
    submissions: Mapping[str, Path], out: Path, plan: Plan, audience: Audience, grade_all: GradeAll
) -> BatchResult:
    """Grade what has no valid entry in the journal yet; write reports and tables of all."""
    make_folder(out / "reports")
    entries = _valid(plan.history, submissions) if plan.history else {}
    left = {identity: path for identity, path in submissions.items() if identity not in entries}
    kept = len(entries)
    for entry in entries.values():
        _write_report(out, entry, audience)
    with (
        Journal(out / JOURNAL, plan.settings, anew=plan.history is None) as journal,
        contextlib.closing(reporter(len(submissions), kept)) as progress,
    ):

        def done(entry: Entry) -> None:
            journal.append(entry)
            entries[entry.identity] = entry
            _write_report(out, entry, audience)
            progress.done(entry)

        if left:
            grade_all(left, done)
        journal.append(End())
    reports = {identity: entries[identity].report for identity in submissions}
    return _finish(out, reports, plan.settings, audience, kept)


def load_batch(out: Path) -> History:
    """What an earlier batch has left; raises `UsageError` where there is none."""
    history = read_journal(out / JOURNAL)
    if history is None:
        raise UsageError(f"{out} holds no results of `grader batch`: there is no journal that can be read")
    return history


def regrade_batch(history: History, out: Path, audience: Audience, regrade: Callable[[Entry], Report]) -> BatchResult:
    """Judge the stored answers of a batch again, and write its reports and tables anew.

    The journal keeps what was answered, and the reports as they were graded.
    """
    make_folder(out / "reports")
    reports = {identity: regrade(entry) for identity, entry in history.entries.items()}
    for identity, report in reports.items():
        write_whole(out / "reports" / f"{identity}.json", render_json(for_audience(report, audience)))
    return _finish(out, dict(sorted(reports.items())), history.settings, audience, 0)


def _valid(history: History, submissions: Mapping[str, Path]) -> dict[str, Entry]:
    """The entries that grading again would only repeat: the same files, the same kit, and nothing to review."""
    return {
        identity: entry
        for identity, path in submissions.items()
        if (entry := history.entries.get(identity)) is not None
        and not entry.report.needs_review
        and entry.kit == kit_digest()
        and entry.source == _digest(path)
    }


def _digest(path: Path) -> str | None:
    try:
        return read_submission(path).digest
    except GraderError:
        return None


def _write_report(out: Path, entry: Entry, audience: Audience) -> None:
    write_whole(out / "reports" / f"{entry.identity}.json", render_json(for_audience(entry.report, audience)))


def _finish(out: Path, reports: Mapping[str, Report], settings: Settings, audience: Audience, kept: int) -> BatchResult:
    write_whole(out / "summary.csv", render_csv(reports))
    write_whole(
        out / "summary.json", render_summary(reports, settings.seed if audience is Audience.INSTRUCTOR else None)
    )
    return BatchResult(
        graded=len(reports),
        kept=kept,
        needs_review=tuple(identity for identity, report in reports.items() if report.needs_review),
    )
