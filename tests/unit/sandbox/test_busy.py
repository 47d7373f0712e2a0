"""How long a process was at work, as the system tells it."""

import sys
from pathlib import Path

import pytest

from grader.sandbox.busy import Busy

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


def thread(tasks: Path, name: str, state: str, computed: float, queued: float) -> None:
    """What the system says of a thread."""
    folder = tasks / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stat").write_text(f"{name} (a) name) {state} 1 1")
    (folder / "schedstat").write_text(f"{int(computed * 1e9)} {int(queued * 1e9)} 7\n")


@pytest.fixture
def busy(tmp_path: Path) -> Busy:
    """Of a process of which the test tells."""
    one = Busy(1)
    one._tasks = tmp_path
    return one


def test_computing_and_the_queue_count_and_waiting_does_not(busy: Busy, tmp_path: Path) -> None:
    """Of all threads, and of those that are gone what was seen of them."""
    thread(tmp_path, "1", "S", 1.0, 2.0)
    thread(tmp_path, "2", "D", 0.5, 0.0)
    assert busy.seconds() == 3.5
    (tmp_path / "2" / "stat").unlink()
    thread(tmp_path, "1", "S", 1.5, 2.0)
    assert busy.seconds() == 4.0


def test_in_the_middle_of_a_turn_nobody_knows(busy: Busy, tmp_path: Path) -> None:
    """The queue is counted when it is over. Until then there is no figure, which is another thing than no system."""
    thread(tmp_path, "1", "S", 1.0, 0.0)
    thread(tmp_path, "2", "R", 1.0, 0.0)
    assert busy.seconds() is None
    assert busy.is_told()


def test_of_a_process_that_is_gone_nothing_is_told(busy: Busy, tmp_path: Path) -> None:
    """Nor of any process where the system has no such figures: then other clocks have to count."""
    assert busy.seconds() is None
    assert not busy.is_told()
    thread(tmp_path, "1", "S", 1.0, 0.0)
    assert busy.seconds() == 1.0
    assert busy.is_told()
    (tmp_path / "1" / "schedstat").unlink()
    assert busy.seconds() is None
    assert not busy.is_told()
