"""UNTRUSTED side: recipes that call a submitted function and record facts. They hold no answer.

Each chapter has a module, and each exercise a function, both named as everywhere else.
"""

import importlib
from typing import cast

from grader.probes.recorder import Probe, Recorder, record


def find_probe(chapter: str, exercise: str) -> Probe:
    """The probe of an exercise; raises ImportError or AttributeError where the kit lacks it."""
    return cast(Probe, getattr(importlib.import_module(f"grader.probes.{chapter}"), exercise))


__all__ = ["Probe", "Recorder", "find_probe", "record"]
