"""What a confined worker cannot do, in whatever spelling."""

import sys
from collections.abc import Iterator

import pytest

from grader.inside.answers import Answered
from grader.inside.values import Items
from grader.observing.observer import Observer
from grader.records import Limits, Question
from grader.sandbox import Launcher, confined_launcher
from tests.observe.conftest import source_tree
from tests.support import COURSE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement is for Linux")
LIMITS = Limits()


@pytest.fixture(scope="module")
def confined() -> Iterator[Launcher]:
    """Workers as a batch has them."""
    one = confined_launcher(LIMITS, COURSE.equipment)
    yield one
    one.close()


# Each line does something that is forbidden and returns whether it was possible.
ATTEMPTS = """
import contextlib, ctypes, fcntl, os, resource, signal

def succeeds(attempt):
    try:
        return attempt() != -1
    except OSError:
        return False

def gradient(f, x):
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.argtypes = [ctypes.c_long] * 7
    prctl = {"x86_64": 157}.get(os.uname().machine, 167)
    number = {"x86_64": 72}.get(os.uname().machine, 25)
    reader, writer = os.pipe()
    return [
        succeeds(lambda: call(prctl, 1, 0, 0, 0, 0, 0)),
        succeeds(lambda: call(prctl, 1 | 1 << 32, 0, 0, 0, 0, 0)),
        succeeds(lambda: fcntl.fcntl(reader, fcntl.F_SETOWN, os.getppid())),
        succeeds(lambda: call(number, reader, fcntl.F_SETOWN | 1 << 32, os.getppid(), 0, 0, 0)),
        succeeds(lambda: os.kill(os.getppid(), 0)),
        succeeds(lambda: os.kill(-1, 0)),
        succeeds(lambda: os.kill(0, 0)),
        resource.getrlimit(resource.RLIMIT_NPROC)[1] == resource.RLIM_INFINITY,
    ]
"""


def test_what_is_forbidden_is_so_in_every_spelling(confined: Launcher) -> None:
    """Signals to others, by kill or a descriptor's owner, and outliving the zygote.

    Also where only the lower half of an argument says so, which is all that the kernel looks at.
    """
    if not all(layer.active for layer in confined.layers if layer.name in {"limits", "seccomp"}):
        pytest.skip("not to be had here")
    question = Question(exercise="gradient", inputs=(("f", None), ("x", None)))
    with Observer(source_tree(mine=ATTEMPTS), COURSE, confined, LIMITS) as observer:
        [row] = observer.observe([question]).values()
    assert isinstance(row.observation, Answered), row
    assert dict(row.observation.facts)["returned"] == Items(kind="list", items=(False,) * 8)
