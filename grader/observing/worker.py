"""A worker that has run a submission's files: started when it is needed, again after every end.

A statement that hangs or kills its worker is left out in the next worker, so that the files' other definitions are
there.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from msgspec.structs import replace

from grader.errors import EnvironmentFault
from grader.inside.said import Said, say
from grader.inside.sizes import MAX_NOTE_BYTES, cut_said
from grader.inside.wire import Entered, Load, Loaded, Note, Reply, Wanted
from grader.records import Died, Limits, TimedOut, TooMuchOutput
from grader.sandbox import Ended, Launcher, Patience, Session
from grader.submission import SourceTree

# Each loss costs a whole time limit.
MAX_LOST_OF_A_FILE = 3
_MAX_LOST = 8


class ImportedWorker:
    """At most one worker at a time.

    `notes` and `output` tell of the import; both are complete after the first `get`.
    """

    def __init__(
        self,
        tree: SourceTree,
        wanted: Sequence[Wanted],
        launcher: Launcher,
        limits: Limits,
        cancelled: threading.Event,
    ) -> None:
        self._tree = tree
        self._wanted = tuple(wanted)
        self._launcher = launcher
        self._limits = limits
        self._cancelled = cancelled
        self._patience = Patience()
        self._seconds = limits.import_seconds
        self._current: tuple[Session, Loaded] | None = None
        self._places = frozenset(cell.file for file in tree.files for cell in file.cells)
        self._lost: list[Note] = []
        self._first: Loaded | None = None
        self.output = ""

    @property
    def notes(self) -> tuple[Note, ...]:
        """The failures while the files were read and run."""
        return (*self._tree.notes, *self._lost, *(self._first.notes if self._first else ()))

    @property
    def runs(self) -> bool:
        """Is there a worker now?"""
        return self._current is not None

    def get(self) -> tuple[Session, Loaded]:
        """The worker, and the definitions of its files."""
        while self._current is None:
            session = Session(self._launcher, self._limits, self._patience, self._cancelled)
            try:
                outcome = self._import(session)
                output = session.take_output()
            except BaseException:  # ours, whatever it is; nobody else knows of this worker
                session.end()
                raise
            if self._first is None:
                self.output = self.output or output
            if isinstance(outcome, Loaded):
                # Later imports may know what a hidden question asked, so only the first one is told of.
                self._first = self._first or outcome
                session.mark_loaded()
                self._current = session, outcome
            else:
                self._lost.append(outcome)
                if len(self._lost) > 2 * _MAX_LOST:
                    # It ends where nothing of the submission is left to run.
                    raise EnvironmentFault(say("fault.worker_ends"))
        return self._current

    def answer(self, seconds: float, number: int) -> Reply | Ended:
        """The worker's answer to the question of this number, or what has ended it instead."""
        session, _ = self.get()
        report = session.answer(seconds, lambda one: isinstance(one, Reply) and one.number == number)
        if isinstance(report, Reply):
            return report
        self._current = None
        return cast(Ended, report)  # any other report is not awaited

    def end(self) -> None:
        """End the worker, if there is one."""
        current, self._current = self._current, None
        if current:
            current[0].end()

    def _import(self, session: Session) -> Loaded | Note:
        """Have a new worker run the files. A note names the statement that ended the worker, if one did."""
        session.start_clocks()
        session.send(self._order(session.new_mark()))
        last = Entered(file=".", line=0)
        while True:
            report = session.answer(self._seconds, lambda one: isinstance(one, Entered | Loaded))
            match report:
                case Entered(file=file):
                    last = report if file in self._places else last
                case Loaded():
                    return self._of_this_tree(report)
                case ended:
                    if isinstance(ended, TimedOut):
                        self._seconds /= 2  # so that however many statements hang, they cost twice the time at most
                    said = _left_out("statement" if last.line else "file", cast(Ended, ended))
                    return Note(file=last.file, line=last.line or None, said=said, failed=True)

    def _of_this_tree(self, loaded: Loaded) -> Loaded:
        """Without definitions in files that were not handed in, and without words that are not ours."""
        paths = {file.path for file in self._tree.files}
        return replace(
            loaded,
            definitions=tuple(
                replace(one, rivals=tuple(rival for rival in one.rivals if rival.file in paths))
                for one in loaded.definitions
                if one.file in paths
            ),
            notes=tuple(
                replace(note, said=cut_said((note.said,), MAX_NOTE_BYTES)[0])
                for note in loaded.notes
                if note.file in self._places and _is_ours(note.said)
            ),
        )

    def _order(self, mark: str) -> Load:
        losses = Counter(note.file for note in self._lost)
        given_up = {file for file, count in losses.items() if count >= MAX_LOST_OF_A_FILE}
        kept = [file for file in self._tree.files if not any(cell.file in given_up for cell in file.cells)]
        return Load(
            files=tuple(kept) if losses.total() < _MAX_LOST else (),
            wanted=self._wanted,
            skip=tuple((note.file, note.line or 0) for note in self._lost),
            mark=mark,
        )


# The sentences that a worker may say, with their holes.
_HOLES: Mapping[str, frozenset[str]] = {
    "note.raised": frozenset({"exception", "message"}),
    "note.raised_bare": frozenset({"exception"}),
    "note.raised_newer": frozenset({"exception", "message", "version", "running"}),
    "note.unread_lines": frozenset(),
    "note.left_out": frozenset(),
    "note.stub_below": frozenset({"name"}),
    "note.overwritten": frozenset({"name", "line"}),
    "note.overwritten_in": frozenset({"name", "file", "line"}),
}


def _is_ours(said: Said) -> bool:
    """Is it a sentence of a worker's, with texts and numbers in its holes? A worker may say anything."""
    arguments = dict(said.arguments)
    return _HOLES.get(said.id) == arguments.keys() and all(isinstance(one, str | int) for one in arguments.values())


def _left_out(what: str, ended: Ended) -> Said:
    """The sentence about a statement or a file over which a worker was ended."""
    match ended:
        case TimedOut(limit=limit, seconds=seconds):
            return say(f"left_out.{what}_{'blocked' if limit == 'blocked' else 'late'}", seconds=seconds)
        case TooMuchOutput(limit=limit):
            return say(f"left_out.{what}_output", mib=limit >> 20)
        case Died(how=how, signal=signal, number=number):
            return say(f"left_out.{what}_{how}", signal=signal, number=number)
