"""Does the work in several processes, and shows how far it is."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing.util import Finalize
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from audit.grading import LIMITS, Graders, open_course
from grader.sandbox import confined_launcher

Task = TypeVar("Task")
Result = TypeVar("Result")

# What this process grades with, if it is one of a pool.
_GRADERS: list[Graders] = []


class Pool:
    """Processes that each keep their graders warm."""

    def __init__(self, executor: ProcessPoolExecutor) -> None:
        self._executor = executor

    def each(self, label: str, function: Callable[[Graders, Task], Result], tasks: Sequence[Task]) -> list[Result]:
        """The result for every task, in their order. The function has a name, so that a process can find it."""
        futures = {self._executor.submit(_run, function, task): place for place, task in enumerate(tasks)}
        results: dict[int, Result] = {}
        with _progress() as progress:
            shown = progress.add_task(label, total=len(tasks))
            for future in as_completed(futures):
                results[futures[future]] = future.result()
                progress.advance(shown)
        return [results[place] for place in range(len(tasks))]


@contextmanager
def open_pool(jobs: int | None = None) -> Iterator[Pool]:
    """A pool of as many processes as there are cores, or as are asked for."""
    # A fork of this process would know its checks.
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=context, initializer=_begin)
    try:
        yield Pool(executor)
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    course = open_course()
    launcher = confined_launcher(LIMITS, course.equipment, warm=True)
    Finalize(None, launcher.close, exitpriority=0)
    _GRADERS.append(Graders(launcher, course))


def _end_with_parent() -> None:
    """A parent that is killed ends nothing itself, and its processes would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(function: Callable[[Graders, Task], Result], task: Task) -> Result:
    return function(_GRADERS[0], task)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:>10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
    )
