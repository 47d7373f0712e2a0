"""Grades a class: a report for each submission, and tables of them all. A graded submission is never graded again."""

import contextlib
import secrets
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from grader.batch.documents import Documents
from grader.batch.entry import Entry, Settings, kit_digest
from grader.batch.find import Handed, LeftOut, Room, read
from grader.batch.journal import Class, End, History, Journal, is_journal
from grader.batch.moves import Move, move_of
from grader.batch.progress import reporter
from grader.batch.summary import LeftOutLine, TableLine, line_of, render_csv, render_summary, written
from grader.course import Course
from grader.errors import UsageError
from grader.files import make_folder, write_whole
from grader.inside.said import say
from grader.report import Report

# It holds the seed and every answer of the class: its name says to whoever shares OUT that it is not to be shared.
JOURNAL = "PRIVATE-journal"
_OLD_JOURNAL = "journal"

Grade = Callable[[Mapping[str, Handed]], Generator[Entry]]
"""Grades submissions: the entry of each, as soon as it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """The result of a batch: how many submissions, how many of them by an earlier run, and which need a look.

    `unread` says of each submission of which something could not be read what that is.
    """

    graded: int
    kept: int
    needs_review: tuple[str, ...]
    unread: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOutLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a batch grades, and the entries of an earlier run that it goes on with."""

    settings: Settings
    history: History | None


def _written(documents: Documents, identity: str, report: Report) -> TableLine:
    """Write a submission's documents; its line."""
    documents.write(identity, report)
    return line_of(identity, report)


def _write_tables(out: Path, lines: Sequence[TableLine], seed: str, left_out: Sequence[LeftOut]) -> None:
    """Write a line for each submission."""
    write_whole(out / "summary.csv", render_csv(lines))
    write_whole(out / "summary.json", render_summary(lines, seed, left_out))


def open_journal(out: Path) -> Journal:
    """The journal of the batch in a folder, which is made where it is missing. No other process writes there now."""
    _refuse_old_journal(out)
    make_folder(out)
    return Journal(out / JOURNAL)


def _refuse_old_journal(out: Path) -> None:
    """An older kit's journal lies where somebody may share it, and this kit cannot go on with it."""
    old = out / _OLD_JOURNAL
    with contextlib.suppress(OSError):
        if old.is_file() and is_journal(old):
            raise UsageError(say("usage.old_journal", old=str(old)))


@contextlib.contextmanager
def load_batch(out: Path) -> Iterator[History]:
    """The history that an earlier batch has left in a folder, for as long as nobody else writes there.

    Raises `UsageError` where there is nothing.
    """
    nothing = UsageError(say("usage.no_results", out=str(out)))
    _refuse_old_journal(out)
    if not (out / JOURNAL).is_file():
        raise nothing
    with open_journal(out) as journal:
        if not journal.history:
            raise nothing
        yield journal.history


def plan_batch(
    history: History | None, only: tuple[str, ...], question_seconds: float, seed: str | None, *, resume: bool
) -> Plan:
    """Go on with an unfinished batch of the same options, and with a finished one on `resume`; else begin anew.

    Raises `UsageError` where `resume` is asked for and the options differ from those of the results that are there.
    """
    drawn = str(secrets.randbelow(1 << 32)) if seed is None else seed
    fresh = Settings(seed=drawn, only=only, question_seconds=question_seconds)
    if history is None:
        return Plan(settings=fresh, history=None)
    same = history.settings == Settings(
        seed=history.settings.seed if seed is None else seed, only=only, question_seconds=question_seconds
    )
    if resume and not same:
        raise UsageError(say("usage.other_options", options_history_set=str(_options(history.settings))))
    goes_on = same and (resume or not history.finished)
    return Plan(settings=history.settings, history=history) if goes_on else Plan(settings=fresh, history=None)


def _options(settings: Settings) -> str:
    only = "".join(f" --only {name}" for name in settings.only)
    return f"--seed {settings.seed} --timeout {settings.question_seconds:g}{only}"


def grade_batch(room: Room, journal: Journal, plan: Plan, documents: Documents, grade: Grade) -> BatchResult:
    """Grade what has no valid entry in the journal yet; write documents and tables of all."""
    submissions = room.submissions
    documents.make_ready()
    if plan.history is None:
        journal.begin(plan.settings)
    journal.append(Class(identities=tuple(submissions), left_out=tuple(room.left_out), formats=documents.formats))
    # No more of each submission: a class may be large, and the rest is on the disk.
    lines: dict[str, TableLine] = {}
    for entry in _valid(documents.course, plan.history, submissions) if plan.history else ():
        lines[entry.identity] = _written(documents, entry.identity, entry.report)
    left = {identity: handed for identity, handed in submissions.items() if identity not in lines}
    kept = len(lines)
    if left:
        with contextlib.closing(reporter(submissions, kept)) as progress, contextlib.closing(grade(left)) as entries:
            for entry in entries:
                journal.append(entry)
                lines[entry.identity] = _written(documents, entry.identity, entry.report)
                progress.done(entry.identity, entry.report)
    in_order = [lines[identity] for identity in submissions]
    _write_tables(documents.out, in_order, plan.settings.seed, room.left_out)
    # Last: the same command makes up for whatever of the above did not come about.
    journal.append(End())
    return _result(in_order, kept, room.left_out)


class Regraded:
    """The stored answers of a batch, judged again. Nothing of that is written until `write` is called."""

    def __init__(self, history: History, documents: Documents, judged: BinaryIO) -> None:
        self._history = history
        self._documents = documents
        self._judged = judged

    def moves(self) -> Iterator[Move]:
        """Whose mark differs from the report that is there, one after the other."""
        for identity, new in self._reports():
            old = self._documents.report(identity) or self._graded(identity)
            if (move := move_of(identity, old, new)) is not None:
                yield move

    def write(self) -> BatchResult:
        """Write documents and tables anew. The journal keeps the reports as they were graded."""
        self._documents.make_ready()
        lines = [_written(self._documents, *one) for one in self._reports()]
        _write_tables(self._documents.out, lines, self._history.settings.seed, self._history.left_out)
        return _result(lines, 0, self._history.left_out)

    def _reports(self) -> Iterator[tuple[str, Report]]:
        self._judged.seek(0)
        return (msgspec.json.decode(line, type=tuple[str, Report]) for line in self._judged)

    def _graded(self, identity: str) -> Report:
        entry = self._history.entry(identity)
        if entry is None:
            raise AssertionError("only entries are judged again")
        return entry.report


@contextlib.contextmanager
def regrade_batch(history: History, documents: Documents, regrade: Callable[[Entry], Report]) -> Iterator[Regraded]:
    """Judge the stored answers of a batch again: all of them, before anything is written."""
    with tempfile.TemporaryFile(dir=documents.out) as judged:
        for identity in history.identities:
            if (entry := history.entry(identity)) is not None:
                # What confined the submission did so when it was graded.
                then = entry.report
                report = replace(regrade(entry), isolation=then.isolation, isolation_missing=then.isolation_missing)
                judged.write(msgspec.json.encode((identity, report)) + b"\n")
        yield Regraded(history, documents, judged)


def _valid(course: Course, history: History, submissions: Mapping[str, Handed]) -> Generator[Entry]:
    """The entries that grading again would only repeat: the same files, the same kit, and nothing to review."""
    for identity, handed in submissions.items():
        if (
            (entry := history.entry(identity, kit_digest(course))) is not None
            and not entry.report.needs_review
            and entry.source == read(handed).digest
        ):
            yield entry


def _result(lines: Sequence[TableLine], kept: int, left_out: Sequence[LeftOut]) -> BatchResult:
    return BatchResult(
        graded=len(lines),
        kept=kept,
        needs_review=tuple(line.identity for line in lines if line.needs_review),
        unread=tuple((line.identity, text) for line in lines for text in line.unread),
        left_out=written(left_out),
    )
