"""A worker that has run a submission's files: started when it is needed, again after every end.

A statement that hangs or kills its worker is left out in the next worker, so that the files' other definitions are
there.
"""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from grader.model import Died, Limits, TimedOut, TooMuchOutput
from grader.sandbox import Closed, Launcher, Patience, Session
from grader.submission import SourceTree
from grader.wire import Entered, Load, Loaded, Note, Ready, Reply, Wanted

# Each loss costs a whole time limit.
MAX_LOST_OF_A_FILE = 3
_MAX_LOST = 8


class ImportedWorker:
    """At most one worker at a time.

    `notes` and `output` tell of the import; both are complete after the first `get`.
    """

    def __init__(self, tree: SourceTree, wanted: Sequence[Wanted], launcher: Launcher, limits: Limits) -> None:
        self._tree = tree
        self._wanted = tuple(wanted)
        self._launcher = launcher
        self._limits = limits
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
            session = Session(self._launcher, self._limits, self._patience)
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
        return self._current

    def end(self, reason: str | None = None) -> Died:
        """End the worker, if there is one, and say how it had ended."""
        current, self._current = self._current, None
        return current[0].end(reason) if current else Died(reason="had ended before")

    def _import(self, session: Session) -> Loaded | Note:
        """Have a new worker run the files. A note names the statement that ended the worker, if one did."""
        session.start_clocks()
        session.send(self._order(session.new_mark()))
        last = Entered(file=".", line=0)
        while True:
            report = session.receive(self._seconds)
            match report:
                case Entered(file=file):
                    last = report if file in self._places else last
                case Loaded():
                    return self._of_this_tree(report)
                case TimedOut() | TooMuchOutput() | Closed() | Ready() | Reply():
                    if isinstance(report, TimedOut):
                        self._seconds /= 2  # so that however many statements hang, they cost twice the time at most
                    what = "the statement that begins here" if last.line else "the reading of this file"
                    text = f"{what} {_how_it_ended(session, report)}; it was left out"
                    return Note(file=last.file, line=last.line or None, text=text, failed=True)

    def _of_this_tree(self, loaded: Loaded) -> Loaded:
        """Without definitions in files that were not handed in: a worker may say anything."""
        paths = {file.path for file in self._tree.files}
        return replace(loaded, definitions=tuple(one for one in loaded.definitions if one.file in paths))

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


def _how_it_ended(session: Session, report: TimedOut | TooMuchOutput | Closed | Ready | Reply) -> str:
    """End a worker that did not get through the import, and say in words what had happened."""
    match report:
        case TimedOut(limit="blocked", seconds=seconds):
            session.end()
            return f"waited for {seconds:g} s without computing"
        case TimedOut(seconds=seconds):
            session.end()
            return f"was running when the import's {seconds:g} s were used up"
        case TooMuchOutput(limit=limit):
            session.end()
            return f"was running when over {limit >> 20} MiB had been printed"
        case Closed(reason=reason):
            return session.end(reason).reason
        case Ready() | Reply():
            return session.end("answered out of turn").reason
