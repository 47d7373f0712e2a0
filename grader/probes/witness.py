"""Counts what torch was asked to do while a submitted function runs.

The counters sit beside the submission's code and could be forged: what rests on them is called witnessed, and is paid
only where the numbers are right.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
import torch.autograd.forward_ad
import torch.autograd.functional
import torch.func

# `Tensor.backward`, `torch.autograd.grad`, `functional.*` and `torch.func.*` all end in the first; forward mode in the
# second. A test of the kit holds that every way into autograd is seen.
_ENGINE = ((torch.autograd, "_engine_run_backward"), (torch.autograd.forward_ad, "make_dual"))

_WHOLE_JACOBIANS = (
    (torch.autograd.functional, "jacobian"),
    (torch.autograd.functional, "hessian"),
    (torch.func, "jacrev"),
    (torch.func, "jacfwd"),
    (torch.func, "hessian"),
)


class Witness:
    """Counters since the last `reset`: runs of autograd, and whole-Jacobian functions called, by name."""

    def __init__(self) -> None:
        self.autograd_runs = 0
        self.shortcuts: list[str] = []

    def reset(self) -> None:
        """Start a new question."""
        self.autograd_runs = 0
        self.shortcuts = []

    def install(self) -> None:
        """Wrap torch's entries, once in a process, before any submission's code is imported."""
        for module, name in _ENGINE:
            setattr(module, name, self._counting(getattr(module, name)))
        for module, name in _WHOLE_JACOBIANS:
            label = f"{module.__name__}.{name}"
            setattr(module, name, self._naming(getattr(module, name), label))

    # Any: the wrappers pass on whatever torch's own functions take and return.
    def _counting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.autograd_runs += 1
            return function(*args, **kwargs)

        return counted

    def _naming(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def named(*args: Any, **kwargs: Any) -> Any:
            self.shortcuts.append(label)
            return function(*args, **kwargs)

        return named


WITNESS = Witness()
