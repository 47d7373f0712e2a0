"""Grades on a Dask cluster (the extra `cluster`): tasks of some submissions each, whose entries come back one by one.

A task holds the submissions themselves, so that nothing but the kit has to be there where it runs. Dask gives it to
another worker when one dies. Which machines there are, and how they were started, is Dask's affair.
"""

import contextlib
import functools
import itertools
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.batch.entry import Entry, kit_digest, make_entry
from grader.batch.find import Handed, read
from grader.course import Course
from grader.errors import EnvironmentFault, UsageError
from grader.exam import Exam, read_exam, recorded
from grader.grading import Began, Grader, not_graded
from grader.inside.said import say
from grader.inside.values import Record
from grader.kit import own_course
from grader.records import Limits
from grader.sandbox import Launcher, confined_launcher, missing_layers
from grader.submission import SourceTree

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
_TASK_SIZE = 20
# How often a task may see its worker die before it is given up.
_TRIES = 3
_ENTRIES = msgspec.msgpack.Decoder(Entry)


class Task(Record):
    """The submissions that a worker of the cluster grades at a time.

    `course` is the folder of the course, or empty for the kit's own. `kit` is the digest that its own kit must have.
    """

    course: str
    limits: Limits
    kit: str
    allow_unconfined: bool
    submissions: tuple[tuple[str, SourceTree], ...]


class Cluster(Record):
    """Where to grade: the address of a scheduler, or `local` for one of `jobs` processes that lasts for this batch."""

    address: str
    jobs: int
    allow_unconfined: bool


def graded_on_cluster(
    cluster: Cluster, exam: Exam, limits: Limits, submissions: Mapping[str, Handed]
) -> Generator[Entry]:
    """The entry of every submission, as soon as it is there. The workers are given the exam, and find out nothing."""
    tasks = list(_tasks(exam.course, limits, cluster.allow_unconfined, submissions))
    with _client(cluster) as client:
        from distributed import KilledWorker, as_completed

        # With every task, beside which it is small: what only workers hold is lost when they die.
        data = recorded(exam)
        futures = {
            client.submit(_graded, data, msgspec.msgpack.encode(task), pure=False, retries=_TRIES): task
            for task in tasks
        }
        for future in as_completed(futures):
            try:
                yield from map(_ENTRIES.decode, future.result())
            except KilledWorker:
                yield from _given_up(exam, futures[future])


def _tasks(course: Course, limits: Limits, allow_unconfined: bool, submissions: Mapping[str, Handed]) -> Iterator[Task]:
    waiting = iter(submissions.items())
    while chunk := tuple(itertools.islice(waiting, _TASK_SIZE)):
        yield Task(
            course="" if course.folder == own_course().resolve() else str(course.folder),
            limits=limits,
            kit=kit_digest(course),
            allow_unconfined=allow_unconfined,
            submissions=tuple((identity, read(path)) for identity, path in chunk),
        )


@contextlib.contextmanager
def _client(where: Cluster) -> "Iterator[Client]":
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise EnvironmentFault(say("fault.no_dask")) from error
    if where.address == LOCAL:
        with (
            LocalCluster(
                n_workers=where.jobs, threads_per_worker=1, dashboard_address=None, silence_logs=50
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(where.address, timeout="10s")
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(say("usage.no_scheduler", address=str(where.address), error=str(error))) from error
    with client:
        yield client


def _graded(exam: bytes, data: bytes) -> list[bytes]:
    """Runs on the cluster: the entries of a task, encoded."""
    task = msgspec.msgpack.decode(data, type=Task)
    course = _course(task.course)
    if task.kit != kit_digest(course):
        raise EnvironmentFault(say("fault.other_version"))
    launcher = _launcher(task.course, task.limits)
    if not task.allow_unconfined and (missing := missing_layers(launcher)):
        names = ", ".join(layer.name for layer in missing)
        raise EnvironmentFault(say("fault.cluster_not_confined", names=str(names)))
    with Grader(_exam(task.course, exam), launcher, task.limits) as grader:
        return [
            msgspec.msgpack.encode(make_entry(course, identity, grader.grade(tree)))
            for identity, tree in task.submissions
        ]


@functools.cache
def _course(folder: str) -> Course:
    """The course as it lies on this machine: the kit's own is wherever the kit is here."""
    return Course.open(Path(folder) if folder else own_course())


@functools.cache
def _launcher(course: str, limits: Limits) -> Launcher:
    """The launcher of a cluster's worker, which it keeps; its zygote ends with it."""
    return confined_launcher(limits, _course(course).equipment, warm=True)


@functools.lru_cache(maxsize=1)
def _exam(course: str, data: bytes) -> Exam:
    """The exam, which is read once."""
    return read_exam(_course(course), data)


def _given_up(exam: Exam, task: Task) -> Generator[Entry]:
    """Entries of a task at which one worker after the other died. That counts as our fault."""
    fault = EnvironmentFault(say("fault.cluster_died", tries=str(_TRIES)))
    for identity, tree in task.submissions:
        yield make_entry(exam.course, identity, not_graded(exam, tree, fault, Began.now()))
