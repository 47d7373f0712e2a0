"""Chooses how workers are started: with all the confinement that the machine has, or as fast as can be."""

import functools
import sys

from grader.errors import EnvironmentFault
from grader.inside.commands import Equipment
from grader.inside.layers import Layer, LayerName
from grader.inside.said import say
from grader.records import Limits
from grader.sandbox.launcher import Launcher, clean_environment
from grader.sandbox.layers import MINIMUM_LAYERS
from grader.sandbox.memory import CONFINED_BYTES, QUICK_BYTES, memory_here, within
from grader.sandbox.namespaces import wrapped
from grader.sandbox.spawn import SpawnLauncher
from grader.sandbox.start import fork, start_program
from grader.sandbox.zygote import ZygoteLauncher
from grader.words import own_language

_ZYGOTE = (Layer(name=LayerName.PROCESS, active=True), Layer(name=LayerName.SUBREAPER, active=True))


def confined_launcher(limits: Limits, equipment: Equipment, jobs: int = 1, *, warm: bool = False) -> Launcher:
    """For the work of strangers: every layer that this machine has, and memory for so many workers at a time.

    `warm` takes seconds to make ready what workers share, and pays where many are started.
    """
    if sys.platform != "linux":
        return SpawnLauncher(equipment)
    limits = within(memory_here(), limits, jobs, CONFINED_BYTES)
    environment = clean_environment()
    try:
        prefix = wrapped(environment, equipment)
        namespaces = Layer(name=LayerName.NAMESPACES, active=True)
    except EnvironmentFault as fault:
        prefix = []
        namespaces = Layer(name=LayerName.NAMESPACES, active=False, why_not=str(fault))
    start = functools.partial(start_program, prefix=prefix, environment=environment)
    return ZygoteLauncher(start, limits, equipment, (*_ZYGOTE, namespaces), warm=warm)


def quick_launcher(limits: Limits, equipment: Equipment) -> Launcher:
    """For one's own work: the confinement that can be had without a second import of torch.

    On Linux this forks: call it before anything secret is loaded and before a thread is started.
    """
    if sys.platform != "linux":
        return SpawnLauncher(equipment)
    limits = within(memory_here(), limits, 1, QUICK_BYTES)
    why_not = own_language().say(say("doctor.second_import"))
    layers = (*_ZYGOTE, Layer(name=LayerName.NAMESPACES, active=False, why_not=why_not))
    return ZygoteLauncher(functools.partial(fork, equipment=equipment), limits, equipment, layers, warm=False)


def missing_layers(launcher: Launcher) -> tuple[Layer, ...]:
    """The layers of the minimum that are not active; one that the launcher does not know is none that holds."""
    known = {layer.name: layer for layer in launcher.layers}
    needed = (known.get(name, Layer(name=name, active=False)) for name in LayerName if name in MINIMUM_LAYERS)
    return tuple(layer for layer in needed if not layer.active)
