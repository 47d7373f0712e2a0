"""How long a process was at work (Linux): on a core, or in the queue for one. The rest of the time, it waited.

A machine that has no core free makes a process wait, too, and that is not the process's doing.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

_NANOSECONDS = 1e9


class Busy:
    """Adds up the time of all threads of a process, also of those that come and go."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._by_thread: dict[str, float] = {}
        self._seconds = 0.0

    def seconds(self) -> float | None:
        """The time up to now; None where the system does not tell, or a thread is at work at this moment.

        The kernel adds a turn in the queue only when it is over, so in the middle of one nobody knows.
        """
        threads = dict(self._threads())
        for thread, (seconds, _) in threads.items():
            self._seconds += max(0.0, seconds - self._by_thread.get(thread, 0.0))
        self._by_thread = {thread: seconds for thread, (seconds, _) in threads.items()}
        at_work = any(state == "R" for _, state in threads.values())
        return self._seconds if threads and not at_work else None

    def is_told(self) -> bool:
        """Did the last look find anything? It does not where the system does not tell, nor after the process's end."""
        return bool(self._by_thread)

    def _threads(self) -> Iterator[tuple[str, tuple[float, str]]]:
        """Every thread with its seconds and its state; a thread may end while we look."""
        with contextlib.suppress(OSError):
            for task in self._tasks.iterdir():
                with contextlib.suppress(OSError, ValueError):
                    state = (task / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
                    computed, queued, _ = (task / "schedstat").read_text().split()
                    yield task.name, ((int(computed) + int(queued)) / _NANOSECONDS, state)
