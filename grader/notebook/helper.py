"""The process that grades for a notebook, started at the first check and kept as long as the kernel lives.

The kernel itself cannot grade: it has threads, so it must not fork. It runs the student's code, so nothing in it is to
be relied on, and nothing secret may be loaded there. One line of JSON goes to the process, and one comes back.
"""

import atexit
import contextlib
import subprocess
from typing import BinaryIO, cast

import msgspec

from grader.errors import EnvironmentFault
from grader.inside.said import Said, say
from grader.inside.values import Record
from grader.report import Report
from grader.sandbox.launcher import python_running
from grader.submission import SourceTree


class Wish(Record):
    """Grade these exercises of a submission."""

    tree: SourceTree
    exercises: tuple[str, ...]


class Marked(Record, tag="marked"):
    """The report."""

    report: Report


class Refused(Record, tag="refused"):
    """The reason why nothing can be graded."""

    said: Said


MarkedOrRefused = Marked | Refused

_ANSWERS: msgspec.json.Decoder[MarkedOrRefused] = msgspec.json.Decoder(MarkedOrRefused)


class Helper:
    """Starts the process on first need. A failure ends it, and the next wish starts another one."""

    def __init__(self, course: str) -> None:
        self._course = course
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def grade(self, wish: Wish) -> MarkedOrRefused:
        """The answer to a wish; raises `EnvironmentFault` where there is none."""
        process = self._process = self._process or self._started()
        done = False
        try:
            orders, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
            with contextlib.suppress(BrokenPipeError):  # a process that has refused says why before it ends
                orders.write(msgspec.json.encode(wish) + b"\n")
                orders.flush()
            answer = _ANSWERS.decode(answers.readline())
            done = isinstance(answer, Marked) and not answer.report.needs_review
        except (OSError, msgspec.MsgspecError) as error:
            raise EnvironmentFault(say("fault.helper")) from error
        finally:
            if not done:  # also where the kernel was interrupted: an answer that nobody reads must not stay there
                process.terminate()
                self.close()
        return answer

    def close(self) -> None:
        """End the process, with all that it keeps running."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                cast(BinaryIO, stream).close()
        process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            python_running("grader.notebook.serve", self._course),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # the interrupt is for the cell that is running
        )
