"""Grades on a Dask cluster (the extra `cluster`): tasks of some submissions each, whose entries come back one by one.

A task holds the submissions themselves, so that nothing but the kit has to be there where it runs. Dask gives it to
another worker when one dies. Which machines there are, and how they were started, is Dask's affair.
"""

import contextlib
import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from grader.batch.entry import Entry, Settings, kit_digest, make_entry
from grader.batch.find import Handed, read
from grader.batch.jobs import Done
from grader.catalog import load_catalog
from grader.engine import Began, Engine
from grader.errors import EnvironmentFault, UsageError
from grader.model import Limits, Record
from grader.sandbox import confined_launcher, missing_layers
from grader.sandbox.spawn import SpawnLauncher
from grader.submission import SourceTree

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
_TASK_SIZE = 20
# How often a task may see its worker die before it is given up.
_TRIES = 3


class Task(Record):
    """The submissions that a worker of the cluster grades at a time. `kit` is the digest that its own kit must have."""

    settings: Settings
    kit: str
    allow_unconfined: bool
    submissions: tuple[tuple[str, SourceTree], ...]


class Cluster(Record):
    """Where to grade: the address of a scheduler, or `local` for one of `jobs` processes that lasts for this batch."""

    address: str
    jobs: int
    allow_unconfined: bool


def grade_on_cluster(cluster: Cluster, settings: Settings, submissions: Mapping[str, Handed], done: Done) -> None:
    """Grade every submission; `submissions` are paths by identity."""
    tasks = list(_tasks(settings, cluster.allow_unconfined, submissions))
    with _client(cluster) as client:
        from distributed import KilledWorker, as_completed

        futures = {
            client.submit(_grade, msgspec.msgpack.encode(task), pure=False, retries=_TRIES): task for task in tasks
        }
        for future in as_completed(futures):
            try:
                entries = future.result()
            except KilledWorker:
                entries = _given_up(futures[future])
            for entry in entries:
                done(msgspec.msgpack.decode(entry, type=Entry))


def _tasks(settings: Settings, allow_unconfined: bool, submissions: Mapping[str, Handed]) -> Iterator[Task]:
    waiting = iter(submissions.items())
    while chunk := tuple(itertools.islice(waiting, _TASK_SIZE)):
        yield Task(
            settings=settings,
            kit=kit_digest(),
            allow_unconfined=allow_unconfined,
            submissions=tuple((identity, read(path)) for identity, path in chunk),
        )


@contextlib.contextmanager
def _client(where: Cluster) -> "Iterator[Client]":
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise EnvironmentFault(
            "--cluster needs Dask: install the kit with its extra, `pip install .[cluster]`"
        ) from error
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
        raise UsageError(f"there is no Dask scheduler at {where.address} ({error})") from error
    with client:
        yield client


def _grade(data: bytes) -> list[bytes]:
    """Runs on the cluster: the entries of a task, encoded."""
    task = msgspec.msgpack.decode(data, type=Task)
    if task.kit != kit_digest():
        raise EnvironmentFault("a worker of the cluster has another version of the kit, of torch or of Python")
    engine = _engine(task.settings, task.allow_unconfined)
    return engine.session(
        lambda grading: [
            msgspec.msgpack.encode(make_entry(identity, grading.grade(tree))) for identity, tree in task.submissions
        ]
    )


@functools.cache
def _engine(settings: Settings, allow_unconfined: bool) -> Engine:
    """The engine of a cluster's worker, which it keeps; its zygote ends with it."""
    limits = Limits(question_seconds=settings.question_seconds)
    launcher = confined_launcher(limits)
    if not allow_unconfined and (missing := missing_layers(launcher)):
        names = ", ".join(layer.name for layer in missing)
        raise EnvironmentFault(f"a worker of the cluster cannot confine the code of strangers (not active: {names})")
    return Engine(load_catalog().select(settings.only), settings.seed, limits, launcher)


def _given_up(task: Task) -> list[bytes]:
    """Entries of a task at which one worker after the other died. That counts as our fault."""
    fault = EnvironmentFault(f"{_TRIES} workers of the cluster died while they had this submission")
    settings = task.settings
    limits = Limits(question_seconds=settings.question_seconds)
    engine = Engine(load_catalog().select(settings.only), settings.seed, limits, SpawnLauncher())
    return [
        msgspec.msgpack.encode(make_entry(identity, engine.failed(tree, fault, Began.now())))
        for identity, tree in task.submissions
    ]
