"""What a session makes of a worker that does not keep to the protocol. The worker is played by the test."""

import io
import os
import struct
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from grader.inside.answers import Answered
from grader.inside.layers import Layer
from grader.inside.wire import MAX_REPORT_BYTES, Entered, Load, Ready, Reply, Wanted, WorkerReport, write_frame
from grader.records import Died, Ending, Limits, TimedOut, TooMuchOutput
from grader.sandbox import Cancelled, Ended, Patience, Session
from grader.sandbox import session as session_module
from grader.sandbox.launcher import Streams


class Played:
    """A worker that has said what it will say, and is silent after it or gone; what it prints, the test decides."""

    def __init__(self, said: bytes, *, stays: bool) -> None:
        orders_in, orders_out = os.pipe()
        reports_in, reports_out = os.pipe()
        output_in, output_out = os.pipe()
        os.write(reports_out, said)
        self._open = [orders_in, output_out]
        if stays:
            self._open.insert(0, reports_out)
        else:
            os.close(reports_out)
        self.started = 1
        self.busy: list[float | None] = [None]
        self.used = 0.0
        self.tells = False
        self.streams = Streams(
            orders=os.fdopen(orders_out, "wb"),
            reports=os.fdopen(reports_in, "rb"),
            output=os.fdopen(output_in, "rb"),
        )

    def print(self, text: str) -> None:
        """Print something."""
        os.write(self._open[-1], text.encode())

    def cpu_seconds(self) -> float:
        """As many as the test says."""
        return self.used

    def busy_seconds(self) -> float | None:
        """As many as the test says, one after the other; the last one for ever."""
        return self.busy.pop(0) if len(self.busy) > 1 else self.busy[0]

    def tells_waiting(self) -> bool:
        """As the test says."""
        return self.tells

    def threads(self) -> int:
        """As many as the test says."""
        return self.started

    def end(self) -> int:
        """It has ended well."""
        for descriptor in self._open:
            os.close(descriptor)
        return 0


class Player:
    """Starts one played worker."""

    layers: tuple[Layer, ...] = ()

    def __init__(self, said: bytes = b"", *, stays: bool = False) -> None:
        self.worker = Played(said, stays=stays)

    def start(self) -> Played:
        """The worker."""
        return self.worker

    def shared(self) -> "Player":
        """There is one."""
        return self

    def close(self) -> None:
        """Nothing is kept running."""


def frame(body: bytes) -> bytes:
    """A frame around any bytes."""
    return struct.pack(">I", len(body)) + body


def frames(*reports: WorkerReport) -> bytes:
    """Reports as a worker sends them."""
    said = io.BytesIO()
    for report in reports:
        write_frame(said, report)
    return said.getvalue()


def reply(number: int) -> Reply:
    """An answer to a question."""
    return Reply(number=number, observation=Answered(facts=()))


def answer(session: Session, seconds: float = 5) -> WorkerReport | Ended:
    """What comes while the answer to any question is awaited."""
    return session.answer(seconds, lambda report: isinstance(report, Reply))


ENDED_WELL = Died(how=Ending.EXITED, number=0)


@pytest.mark.parametrize(
    "said",
    [frame(b"no message"), frame(b""), b"\x00", frame(b"\x81")[:-1], struct.pack(">I", MAX_REPORT_BYTES + 1)],
)
def test_what_is_no_report_ends_the_conversation(said: bytes) -> None:
    """Garbage, a cut frame and an announced giant are told as such, and nothing is raised."""
    session = Session(Player(said), Limits())
    assert answer(session) == session.end() == Died(how=Ending.NO_ANSWER)


def test_silence_is_an_end() -> None:
    """A stream that ends cleanly says nothing more; the worker is as it was when it ended."""
    session = Session(Player(), Limits())
    assert answer(session) == session.end() == ENDED_WELL


def test_reports_come_in_order() -> None:
    """Every report that came before the end is still read."""
    session = Session(Player(frames(reply(1), reply(2))), Limits())
    assert [answer(session) for _ in range(3)] == [reply(1), reply(2), ENDED_WELL]


@pytest.mark.parametrize("said", [(Entered(file="a.py", line=1),), (Ready(),), (reply(2),)], ids=str)
def test_what_is_not_awaited_ends_the_worker(said: tuple[WorkerReport, ...]) -> None:
    """A report about something else, or the answer to another question: who sends it is not listened to any more."""
    player = Player(frames(*said, reply(1)), stays=True)
    session = Session(player, Limits())
    ended = session.answer(5, lambda report: report == reply(1))
    assert ended == session.end() == Died(how=Ending.OUT_OF_TURN)
    assert player.worker.streams.orders.closed


def test_what_is_awaited_leaves_the_worker() -> None:
    """It lives on, and may be asked again."""
    player = Player(frames(reply(1)), stays=True)
    session = Session(player, Limits())
    assert answer(session) == reply(1)
    assert not player.worker.streams.orders.closed
    session.end()


def test_a_limit_ends_the_worker() -> None:
    """Of time, of output or of threads: what it met is told, and nothing of it is left."""
    late, loud, many = (Player(stays=True) for _ in range(3))
    many.worker.started = 1000
    limits = Limits(output_bytes=10, wall_factor=1.0)
    sessions = [Session(player, limits) for player in (late, loud, many)]
    sessions[1].new_mark()
    loud.worker.print("x" * 1000)
    assert answer(sessions[0], 0.1) == TimedOut(limit="wall", seconds=0.1)
    assert answer(sessions[1]) == TooMuchOutput(limit=10)
    assert answer(sessions[2]) == sessions[2].end() == Died(how=Ending.THREADS, number=200)
    assert all(player.worker.streams.orders.closed for player in (late, loud, many))


def test_whom_nobody_waits_for_any_more_is_not_listened_to() -> None:
    """Where another thread has cancelled it, also an answer that is there is none."""
    cancelled = threading.Event()
    session = Session(Player(frames(reply(1))), Limits(), cancelled=cancelled)
    cancelled.set()
    with pytest.raises(Cancelled):
        answer(session)
    session.end()


def test_a_worker_that_does_not_read_is_late() -> None:
    """Orders that nobody reads fill the pipe; for an answer the grader waits as long as for any other, no longer."""
    player = Player(stays=True)
    session = Session(player, Limits(wall_factor=1.0))
    for _ in range(3):
        session.send(Load(files=(), wanted=(Wanted(name="x" * 100_000),)))
    assert answer(session, 0.1) == TimedOut(limit="wall", seconds=0.1)


def test_too_many_threads_end_the_conversation() -> None:
    """A machine has only so many for everybody, and no limit of memory keeps a worker from taking them."""
    player = Player(frames(reply(1)), stays=True)
    session = Session(player, Limits())
    player.worker.started = 1000
    assert answer(session) == reply(1)  # what was said before the end is still heard
    assert answer(session) == Died(how=Ending.THREADS, number=200)


def test_threads_of_the_next_answer_are_not_this_ones() -> None:
    """Orders are sent ahead. An answer that is there was given before those threads, however late it is read."""
    player = Player(frames(reply(1)), stays=True)
    session = Session(player, Limits(wall_factor=1e9))
    player.worker.started = 1000
    assert answer(session, 1e-6) == reply(1)
    session.end()


@pytest.mark.parametrize(
    ("busy", "late"),
    [([0.0], True), ([None], False), ([1e9 * number for number in range(1000)], False)],
    ids=["waits", "unknown", "computes or queues"],
)
def test_who_waits_is_late_sooner(busy: list[float | None], late: bool) -> None:
    """Time in which nothing was computed, and no core was waited for, is over when a question's seconds are.

    Where the system does not tell, or a thread is at work, only the other clocks count.
    """
    player = Player()
    player.worker.busy = busy
    session = Session(player, Limits(question_seconds=0.0))
    looks = [session._late(1000.0) for _ in range(3)]
    session.end()
    assert looks[0] is None
    assert (looks[-1] == TimedOut(limit="blocked", seconds=0.0)) is late


FOR_EVER = 1e6
LOOKS = {
    "computes": ([(0, 0, 0), (5.1, 5.1, 5.1)], True, "cpu"),
    "computes, and is never seen at rest": ([(0, 0, None), (5.1, 5.1, None)], True, "cpu"),
    "waits": ([(0, 0, 0), (5.1, 0, 0)], True, "blocked"),
    "does both, and computes more": ([(0, 0, 0), (5.1, 3, 3)], True, "cpu"),
    "does both, and waits more": ([(0, 0, 0), (4, 0, 0), (6, 2, 2)], True, "blocked"),
    "is in the queue": ([(0, 0, 0), (FOR_EVER, 4, FOR_EVER - 0.5)], True, None),
    "is still in the queue": ([(0, 0, None), (FOR_EVER, 4, None)], True, None),
    "computes in threads that are gone": ([(0, 0, 0), (4.5, 4.5, 0)], True, None),
    "computes in two threads": ([(0, 0, 0), (2, 4, 4), (4, 4.5, 4.5)], True, "cpu"),
    "nobody tells, soon": ([(0, 0, None), (19, 0, None)], False, None),
    "nobody tells, late": ([(0, 0, None), (20.1, 0, None)], False, "wall"),
}


@pytest.mark.parametrize(("looks", "tells", "limit"), LOOKS.values(), ids=LOOKS)
def test_a_workers_own_time_is_limited(
    looks: Sequence[tuple[float, float, float | None]],
    tells: bool,
    limit: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Computing and waiting count together, and the queue for a core does not.

    Only where nobody tells them apart, the wall clock counts, and shows four times as much. A look is what that clock
    shows, the CPU time, and the time at work or in the queue.
    """
    player = Player()
    player.worker.tells = tells
    session = Session(player, Limits())
    now = 0.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(session_module, "time", clock)
    session.start_clocks()
    late = None
    for now, player.worker.used, busy in looks:  # noqa: B007  # the clock shows it
        player.worker.busy = [busy]
        assert late is None
        late = session._late(5.0)
    monkeypatch.undo()
    session.end()
    assert (late and late.limit) == limit


def test_a_session_that_cannot_begin_ends_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as on a machine that has no thread left for us."""

    def refused(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    player = Player()
    ended: list[int] = []
    monkeypatch.setattr(player.worker, "end", lambda: ended.append(1))
    monkeypatch.setattr(threading.Thread, "start", refused)
    with pytest.raises(RuntimeError, match="new thread"):
        Session(player, Limits())
    assert ended == [1]
    assert player.worker.streams.orders.closed


class Never:
    """An event that never comes; how long it is waited for, is noted."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def wait(self, seconds: float) -> bool:
        """Make time pass."""
        self.waited.append(seconds)
        return False


def test_marks_that_never_come_are_waited_for_in_all_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission may lose the end of every output, in every worker: all of them together cost a few seconds."""
    never = Never()
    monkeypatch.setattr(session_module, "time", SimpleNamespace(monotonic=lambda: sum(never.waited)))
    patience = Patience()
    for _ in range(20):
        assert not patience.wait(cast(threading.Event, never))
    assert sum(never.waited) == 5.0
    assert max(never.waited) == 1.0


def test_output_is_cut_at_the_limit() -> None:
    """What is printed for an order is kept up to the limit, and says that it was cut."""
    player = Player()
    session = Session(player, Limits(output_characters=100))
    player.worker.print("x" * 500 + session.new_mark())
    text = session.take_output()
    session.end()
    assert text == "x" * 100 + "\n[... cut]"


def test_output_belongs_to_the_order_whose_mark_follows() -> None:
    """Marks split the output, also when orders are sent ahead; it is taken in their turn, and no mark is shown."""
    player = Player()
    session = Session(player, Limits())
    first, second = session.new_mark(), session.new_mark()
    player.worker.print("one" + first)
    player.worker.print("two" + second[:5])
    player.worker.print(second[5:] + "between")
    assert [session.take_output(), session.take_output()] == ["one", "two"]
    third = session.new_mark()
    player.worker.print("three" + third)
    assert session.take_output() == "three"
    assert session.take_output() == ""
    session.end()


def test_a_flood_of_reports_meets_the_limit_of_time() -> None:
    """A worker that never stops reporting is late like one that is silent, and fills no memory meanwhile."""
    flood = frames(*(Entered(file="a.py", line=line) for line in range(500)))
    session = Session(Player(flood), Limits(wall_factor=1.0))
    session.start_clocks()
    assert isinstance(session.answer(-1.0, lambda report: isinstance(report, Entered)), TimedOut)
    assert session._reports.qsize() <= 64


def test_output_of_a_worker_that_died_is_kept() -> None:
    """Where the mark never came, what was printed before the end is the output."""
    player = Player()
    session = Session(player, Limits())
    session.new_mark()
    player.worker.print("last words")
    session.end()
    assert session.take_output() == "last words"
