"""The workload as users of other graders would write it. Each peer has an environment of its own."""

from benchmarks.peers.base import Peer, Spent, Unavailable
from benchmarks.peers.files import GRADESCOPE, PYTEST, PYTEST_ALLCLOSE
from benchmarks.peers.nbgrader import NBGRADER
from benchmarks.peers.otter import OTTER

PEERS: tuple[Peer, ...] = (PYTEST, PYTEST_ALLCLOSE, GRADESCOPE, OTTER, NBGRADER)

__all__ = ["PEERS", "Peer", "Spent", "Unavailable"]
