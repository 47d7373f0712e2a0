"""A conversation with one worker, under limits.

Threads serve the worker's three streams, so that it can never block the grader nor be blocked by its own output. The
grader sends orders, ahead if it likes, and awaits the answer to each in turn. `Session.answer` is the one place that
tells apart what may happen instead:

    what happens while an answer is awaited         what is returned
    ---------------------------------------         ----------------
    the report that is awaited comes                it, and the worker lives on
    another report comes                            Died, out of turn
    bytes come that are no report                   Died, no answer
    the stream ends                                 Died, as the process ended: by a signal, or with a status
    its clocks run out: computing, waiting, wall    TimedOut, with the limit that it met
    it has printed more than it may                 TooMuchOutput
    it has more threads than it may                 Died, threads

In all cases but the first one the worker has been ended, with all that it started. Nothing that a submission prints
decides anything. A note about its files comes with the report that they have run; it is no ending.
"""

import collections
import contextlib
import io
import queue
import secrets
import signal
import threading
import time
from collections.abc import Callable

from grader.inside.values import Record
from grader.inside.wire import Order, WireError, WorkerReport, decode_report, read_frame, write_frame
from grader.records import Died, Ending, Limits, TimedOut, TooMuchOutput
from grader.sandbox.launcher import Launcher

_POLL_SECONDS = 0.02
_MARK_BYTES = 8
# To ask the system for randomness takes as long, however much it is.
_MARKS_AT_ONCE = 64
# A mark is written before the report that is waited for, so it has only our own thread still to pass.
_MARK_SECONDS = 1.0
_ALL_MARKS_SECONDS = 5.0
# More than a worker has to say before it is listened to; one that says more waits. Each may be as large as a frame.
_MAX_WAITING_REPORTS = 8
# The machine has only so many for all. No memory limit counts them: a thread needs next to none.
MAX_THREADS = 200
# Beside a thread that computes, the answer to almost any question takes longer, and without one almost none.
_SLOW_SECONDS = 0.1


class Cancelled(Exception):
    """Another thread wants no answer any more."""


class Closed(Record):
    """The worker sends no more reports; `because` is set where that is for another reason than its end."""

    because: Died | None = None


Ended = Died | TimedOut | TooMuchOutput
"""What has happened to a worker that was ended."""


class Patience:
    """How long the ends of outputs are waited for, in all sessions of a submission together: it may never send one."""

    def __init__(self) -> None:
        self._left = _ALL_MARKS_SECONDS

    def wait(self, complete: threading.Event) -> bool:
        """Wait for one; did it come?"""
        begin = time.monotonic()
        came = complete.wait(max(0.0, min(_MARK_SECONDS, self._left)))
        self._left -= 0.0 if came else time.monotonic() - begin
        return came


class Session:
    """One worker from its start to its end; `end` is always called last.

    Orders may be sent ahead. For each, in turn, `start_clocks`, `receive` its answer and then `take_output`.
    """

    def __init__(
        self,
        launcher: Launcher,
        limits: Limits,
        patience: Patience | None = None,
        cancelled: threading.Event | None = None,
    ) -> None:
        self._limits = limits
        self._cancelled = cancelled or threading.Event()
        self._reports: queue.Queue[WorkerReport | Closed] = queue.Queue(_MAX_WAITING_REPORTS)
        self._ended = threading.Event()
        # A worker may leave its orders unread, and the pipe full.
        self._orders: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._died: Died | None = None
        self._random = b""
        self._threads_at_rest = 1
        self._process = launcher.start()
        try:
            self._output = _Output(self._process.streams.output, limits, patience or Patience())
            self._threads = [threading.Thread(target=self._read_reports, daemon=True)]
            self._threads += [threading.Thread(target=self._write_orders, daemon=True)]
            for thread in self._threads:
                thread.start()
            self.start_clocks()
        except BaseException:  # such as a machine without another thread for us
            self._process.end()
            self._process.streams.close()
            raise

    def new_mark(self) -> str:
        """A text that no submission can know beforehand, to end a call's output with."""
        if len(self._random) < _MARK_BYTES:
            self._random = secrets.token_bytes(_MARK_BYTES * _MARKS_AT_ONCE)
        mark, self._random = self._random[:_MARK_BYTES], self._random[_MARK_BYTES:]
        return self._output.expect(f"\n[{mark.hex()}]\n")

    def send(self, order: Order) -> int:
        """Send an order; return its size in bytes.

        A worker that is gone, or does not read, shows when it is listened to.
        """
        frame = io.BytesIO()
        size = write_frame(frame, order)
        self._orders.put(frame.getvalue())
        return size

    def start_clocks(self) -> None:
        """Start the clocks of the answer that is waited for."""
        self._wall_start = time.monotonic()
        self._cpu_start: float | None = None
        self._waited_seconds = 0.0
        self._last_look: tuple[float, float, float] | None = None

    def receive(self, seconds: float) -> WorkerReport | Closed | TimedOut | TooMuchOutput:
        """The next report, or that there is none within `seconds` of the worker's own since the clocks were started.

        Its own seconds are those in which it computes, and those in which it waits by its own doing. Raises `Cancelled`
        where nobody wants to know any more.
        """
        while True:
            if self._cancelled.is_set():
                raise Cancelled
            report = None
            with contextlib.suppress(queue.Empty):
                report = self._reports.get(timeout=_POLL_SECONDS)
            # Reading the clocks costs more than an answer, and most answers come long before any limit.
            if report is None or time.monotonic() - self._wall_start > seconds:
                if late := self._late(seconds):
                    return late
                if self._output.flooded:
                    return TooMuchOutput(limit=self._limits.output_bytes)
                if report is None and self._process.threads() > MAX_THREADS:
                    # Or this answer has just come, and they are of the order after it, which was sent ahead.
                    with contextlib.suppress(queue.Empty):
                        return self._reports.get_nowait()
                    return Closed(because=Died(how=Ending.THREADS, number=MAX_THREADS))
            if report is not None:
                return report

    def answer(self, seconds: float, is_awaited: Callable[[WorkerReport], bool]) -> WorkerReport | Ended:
        """The report that is awaited. Anything else that happens ends the worker, and is returned: see the table."""
        match self.receive(seconds):
            case Closed(because=because):
                return self.end(because)
            case TimedOut() | TooMuchOutput() as limit:
                self.end()
                return limit
            case report if is_awaited(report):
                return report
            case _:
                return self.end(Died(how=Ending.OUT_OF_TURN))

    def _late(self, seconds: float) -> TimedOut | None:
        used = self._process.cpu_seconds()
        if self._cpu_start is None:  # the first look at this clock, a moment after the beginning
            self._cpu_start = used
        computed, waited = used - self._cpu_start, self._waited(used)
        if computed + waited > seconds:
            return TimedOut(limit="cpu" if computed > waited else "blocked", seconds=seconds)
        if waited > self._limits.question_seconds:
            return TimedOut(limit="blocked", seconds=self._limits.question_seconds)
        wall_seconds = seconds * self._limits.wall_factor
        if not self._process.tells_waiting() and time.monotonic() - self._wall_start > wall_seconds:
            return TimedOut(limit="wall", seconds=wall_seconds)
        return None

    def _waited(self, used: float) -> float:
        """How long the worker has waited by its own doing, since the clocks were started.

        The time of threads that have come and gone is in its CPU time only.
        """
        if (busy := self._process.busy_seconds()) is not None:
            now = time.monotonic()
            if self._last_look is not None:
                then, busy_then, used_then = self._last_look
                self._waited_seconds += max(0.0, (now - then) - max(busy - busy_then, used - used_then))
            self._last_look = now, busy, used
        return self._waited_seconds

    def mark_loaded(self) -> None:
        """The submission's files have been run: threads that begin from here on belong to answers."""
        self._threads_at_rest = self._process.threads()

    def is_slowed(self) -> bool:
        """Did this answer take long in a worker with threads that an answer has left running?"""
        is_slow = time.monotonic() - self._wall_start > _SLOW_SECONDS
        return is_slow and self._process.threads() > self._threads_at_rest

    def take_output(self) -> str:
        """The printed text of the order that is next in turn, cut at the limit."""
        return self._output.take()

    def end(self, because: Died | None = None) -> Died:
        """Kill the worker with all that it started; say how it had ended. To end it twice changes nothing."""
        if self._died is None:
            self._died = because or Died(how=Ending.ENDED)  # also where what follows is interrupted
            status = self._process.end()
            self._ended.set()
            self._orders.put(None)
            for thread in self._threads:
                thread.join()
            self._output.join()
            self._process.streams.close()
            self._died = because or _ending(status)
        return self._died

    def _write_orders(self) -> None:
        stream = self._process.streams.orders
        with contextlib.suppress(OSError):
            while (frame := self._orders.get()) is not None:
                stream.write(frame)
                stream.flush()

    def _read_reports(self) -> None:
        try:
            while (body := read_frame(self._process.streams.reports)) is not None:
                self._put(decode_report(body))
        except WireError:
            self._put(Closed(because=Died(how=Ending.NO_ANSWER)))
        except (OSError, ValueError):
            pass
        self._put(Closed())

    def _put(self, report: WorkerReport | Closed) -> None:
        """Hand over a report, or drop it when nobody will listen any more."""
        while not self._ended.is_set():
            with contextlib.suppress(queue.Full):
                self._reports.put(report, timeout=_POLL_SECONDS)
                return


class _Segment:
    """The printed text of one order: its beginning up to a limit. `complete` is set when the order's mark came."""

    def __init__(self, mark: str, limit: int) -> None:
        self.mark = mark.encode()
        self.complete = threading.Event()
        self._limit = limit
        self._kept = bytearray()
        self._cut = False

    def keep(self, data: bytes) -> None:
        """Add printed bytes."""
        room = self._limit - len(self._kept)
        self._cut = self._cut or len(data) > room
        self._kept += data[:room]

    def text(self) -> str:
        """The text that was kept."""
        text = bytes(self._kept).decode(errors="replace")
        return text + "\n[... cut]" if self._cut else text


class _Output:
    """Reads what a worker prints, and splits it at the marks that end each order's output."""

    def __init__(self, stream: io.BufferedReader, limits: Limits, patience: Patience) -> None:
        self._stream = stream
        self._limit = limits.output_characters
        self._room = limits.output_bytes
        self._untaken: collections.deque[_Segment] = collections.deque()
        self._pending: collections.deque[_Segment] = collections.deque()
        self._tail = b""
        self._ended = False
        self._lock = threading.Lock()
        self._patience = patience
        self._loses_marks = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def flooded(self) -> bool:
        """Was more printed than a worker may print in all?"""
        return self._room < 0

    def expect(self, mark: str) -> str:
        """Begin a new segment, which this mark will end."""
        with self._lock:
            segment = _Segment(mark, self._limit)
            self._untaken.append(segment)
            if self._ended:
                segment.complete.set()
            else:
                self._pending.append(segment)
        return mark

    def take(self) -> str:
        """The text of the next segment; the part that has come so far, if its mark does not arrive."""
        if not self._untaken:
            return ""
        segment = self._untaken.popleft()
        if not self._loses_marks and not self._patience.wait(segment.complete):
            self._loses_marks = True  # a submission has closed or moved its output: none of the next marks will come
        with self._lock:
            return segment.text()

    def join(self) -> None:
        """Wait for the stream's end."""
        self._thread.join()

    def _read(self) -> None:
        while chunk := self._chunk():
            with self._lock:
                self._room -= len(chunk)
                self._add(chunk)
        with self._lock:
            self._ended = True
            for segment in self._pending:
                segment.keep(self._tail)
                self._tail = b""
                segment.complete.set()

    def _chunk(self) -> bytes:
        with contextlib.suppress(OSError, ValueError):
            return self._stream.read1(1 << 16)
        return b""

    def _add(self, chunk: bytes) -> None:
        data = self._tail + chunk
        while self._pending:
            segment = self._pending[0]
            before, found, after = data.partition(segment.mark)
            if not found:
                # The mark may come in two chunks, so its possible beginning is held back.
                held = max(0, len(data) - len(segment.mark))
                segment.keep(data[:held])
                self._tail = data[held:]
                return
            segment.keep(before)
            segment.complete.set()
            self._pending.popleft()
            data = after
        # Between two orders nobody listens.
        self._tail = b""


def _ending(status: int) -> Died:
    """How a process ended, by its exit status as `subprocess` counts."""
    if status >= 0:
        return Died(how=Ending.EXITED, number=status)
    try:
        return Died(how=Ending.SIGNAL, signal=signal.Signals(-status).name)
    except ValueError:
        return Died(how=Ending.NUMBER, number=-status)
