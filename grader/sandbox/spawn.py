"""Workers that are processes of their own, started one by one (macOS, Windows)."""

import contextlib
import io
import shutil
import subprocess
import tempfile
from typing import BinaryIO, cast

import psutil

from grader.errors import EnvironmentFault
from grader.inside.commands import Equipment
from grader.inside.layers import Layer, LayerName
from grader.inside.said import say
from grader.inside.wire import read_frame
from grader.sandbox.busy import Busy
from grader.sandbox.launcher import Streams, clean_environment, python_running
from grader.words import own_language


class SpawnedProcess:
    """A worker with pipes on its standard streams."""

    def __init__(self, equipment: Equipment) -> None:
        self._folder = tempfile.mkdtemp(prefix="gradlings-")
        self._process = subprocess.Popen(
            python_running("grader.inside.worker.__main__", equipment.subject, equipment.probes),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder,
            env=clean_environment(),
            start_new_session=True,
        )
        self._watched = psutil.Process(self._process.pid)
        self._cpu_seconds = 0.0
        self._busy = Busy(self._process.pid)
        # Its clocks start when it has imported torch.
        ready = None
        try:
            ready = read_frame(self.streams.reports)
        finally:
            if ready is None:
                self.end()
                self.streams.close()
        if ready is None:
            raise EnvironmentFault(say("fault.no_worker"))

    @property
    def streams(self) -> Streams:
        """The three streams."""
        orders, reports, output = self._process.stdin, self._process.stdout, self._process.stderr
        return Streams(
            orders=cast(BinaryIO, orders), reports=cast(BinaryIO, reports), output=cast(io.BufferedReader, output)
        )

    def cpu_seconds(self) -> float:
        """CPU time used so far; the last known figure once it has ended."""
        with contextlib.suppress(psutil.Error):
            times = self._watched.cpu_times()
            self._cpu_seconds = times.user + times.system
        return self._cpu_seconds

    def busy_seconds(self) -> float | None:
        """Time so far on a core or in the queue for one; None where that is not to be had at this moment."""
        return self._busy.seconds()

    def tells_waiting(self) -> bool:
        """Are these seconds to be had at all, by the last look at them?"""
        return self._busy.is_told()

    def threads(self) -> int:
        """How many threads it has now; none once it has ended."""
        with contextlib.suppress(psutil.Error):
            return self._watched.num_threads()
        return 0

    def end(self) -> int:
        """Kill it and those of its children that can still be found; return its exit status."""
        family = [self._watched]
        with contextlib.suppress(psutil.Error):
            family += self._watched.children(recursive=True)
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        status = self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        return status


class SpawnLauncher:
    """Starts a Python for every worker."""

    layers: tuple[Layer, ...] = (
        Layer(name=LayerName.PROCESS, active=True),
        *(
            Layer(name=name, active=False, why_not=own_language().say(say("doctor.only_linux")))
            for name in LayerName
            if name is not LayerName.PROCESS
        ),
    )

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment

    def start(self) -> SpawnedProcess:
        """A new worker, ready for its first order."""
        return SpawnedProcess(self._equipment)

    def shared(self) -> "SpawnLauncher":
        """There is nothing to share."""
        return self

    def close(self) -> None:
        """Nothing is kept running."""
