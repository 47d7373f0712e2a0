"""The two ways to start a zygote (Linux): as a program of its own, or as a fork of this process."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence

from grader.inside.commands import Equipment
from grader.inside.subject import find_subject
from grader.sandbox.forget import forget_environment
from grader.sandbox.launcher import clean_environment, python_running


def start_program(control: socket.socket, prefix: Sequence[str], environment: Mapping[str, str]) -> Callable[[], None]:
    """Start a zygote that imports torch itself; `prefix` runs it confined. Returns how to wait for its end."""
    process = subprocess.Popen(
        [*prefix, *python_running("grader.inside.worker.zygote", str(control.fileno()))],
        pass_fds=[control.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,
    )

    def wait() -> None:
        process.wait()

    return wait


def fork(control: socket.socket, equipment: Equipment) -> Callable[[], None]:
    """Fork a zygote that has the subject's library already, because this process has. Returns how to wait for its end.

    The zygote knows all that this process knows: fork before anything secret is loaded and before a thread is started.
    """
    # Not at the top: whoever starts programs only needs none of it.
    from grader.inside.worker.confine import close_all  # noqa: PLC0415
    from grader.inside.worker.zygote import serve_forks  # noqa: PLC0415

    find_subject(equipment.subject)  # once for both processes: such a library takes longer to import than to use
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setsid()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            _forget_caller()
            close_all(but={0, 1, 2, control.fileno()})
            serve_forks(control)
            status = 0
        finally:
            os._exit(status)

    def wait() -> None:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)

    return wait


def _forget_caller() -> None:
    """Keep nothing of the grader's input, output, environment and folder."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    forget_environment(clean_environment())
    os.chdir("/")
