"""Courses about PyTorch: tensors among arguments and results, autograd watched at its work."""

import os
import tempfile
from pathlib import Path

import torch

from grader.inside import building
from grader.inside.functions import Families
from grader.inside.subjects.torch.recorder import TensorRecorder
from grader.inside.subjects.torch.rehearsal import REHEARSAL
from grader.inside.subjects.torch.switches import modes, reset
from grader.inside.subjects.torch.tensors import to_tensor, to_value
from grader.inside.subjects.torch.warm import warm
from grader.inside.subjects.torch.witness import SHORTCUTS, WITNESS
from grader.inside.values import Value

__all__ = [
    "LIBRARIES",
    "RECORDER",
    "REHEARSAL",
    "SHORTCUTS",
    "build_inputs",
    "modes",
    "prepare",
    "reset",
    "to_value",
    "warm",
]

RECORDER = TensorRecorder
LIBRARIES = ("torch", "functorch")


def prepare() -> None:
    """Watch autograd, and do what would fail or write once a worker is confined."""
    torch.set_num_threads(1)
    # Parts of torch that are imported late ask for these folders, and would look for them by writing.
    tempfile.tempdir = os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(Path.cwd())
    WITNESS.install()
    _ = torch.ones(2, 2) @ torch.ones(2, 2)  # reads facts about the processor, which later may be out of reach


def build_inputs(inputs: tuple[tuple[str, Value], ...], families: Families) -> dict[str, object]:
    """Build a question's inputs, by name, anew."""
    return building.build_inputs(inputs, families, to_tensor)
