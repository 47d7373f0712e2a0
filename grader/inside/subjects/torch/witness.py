"""Counts what torch was asked to do while a submitted function runs.

The counters sit beside the submission's code and could be forged. Checks that rest on them are called witnessed, and
are paid only where the numbers are right.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch
import torch.autograd.forward_ad
import torch.autograd.functional
import torch.func
from torch._C._functorch import get_unwrapped, is_functorch_wrapped_tensor

# Where `Tensor.backward`, `torch.autograd.grad`, `functional.*` and `torch.func.*` all end, and where forward mode
# hands out what it found. A test of the kit holds that every way into autograd is seen.
_REVERSE = (torch.autograd, "_engine_run_backward")
_FORWARD = (torch.autograd.forward_ad, "unpack_dual")
# Its batches are run by an older kind of `vmap`, in which a tensor tells nothing of the other rows.
_BATCHED = (torch.autograd, "grad")
# A gradient on the way may be looked at, as well as one at a leaf; it is there when a run has followed.
_LOOKS = ("register_hook", "retain_grad")
_PLACE_OF_BATCHED = list(inspect.signature(torch.autograd.grad).parameters).index("is_grads_batched")
# More of a graph than any exercise has: walking a larger one would cost more than it tells.
_MAX_NODES = 10_000
# More passes than any exercise asks for: each one is held against all others.
_MAX_WALKS = 20

_WHOLE_JACOBIANS = (
    (torch.autograd.functional, "jacobian"),
    (torch.autograd.functional, "hessian"),
    (torch.func, "jacrev"),
    (torch.func, "jacfwd"),
    (torch.func, "hessian"),
)
SHORTCUTS = tuple(f"{module.__name__}.{name}" for module, name in _WHOLE_JACOBIANS)
"""torch's functions that give a whole matrix of derivatives at once; some exercises ask to do without."""


class Witness:
    """Counters since the last `reset`: numbers that autograd gave, and whole-Jacobian functions called, by name.

    Numbers are counted, not calls: one run may find two gradients, from two roots, at two leaves or as rows of a batch.

    It can also let autograd give so many `times` as much, from its roots on. Then leaves and hooks have as much, and so
    has all that is computed from them. A derivative of a derivative has it twice.
    """

    def __init__(self) -> None:
        self.autograd_numbers = 0
        self.times = 1.0
        self.shortcuts: list[str] = []
        self._looks: list[torch.Tensor] = []
        self._walked: list[set[Any]] = []
        self._again = 0

    def reset(self, times: float = 1.0) -> None:
        """Start a new question."""
        self.autograd_numbers = 0
        self.times = times
        self.shortcuts = []
        self._looks = []
        self._walked = []
        self._again = 0

    @property
    def passes_over_one_graph(self) -> int:
        """How often autograd walked the graph that it walked most: passes that share a step belong to one graph.

        Further rows of a batch are passes as well. Only the first runs are looked at.
        """
        shared = (sum(not one.isdisjoint(other) for other in self._walked) for one in self._walked)
        return max(shared, default=0) + self._again

    def install(self) -> None:
        """Wrap torch's entries, once in a process, before any submission's code is imported."""
        _replace(_REVERSE, self._enlarged_reverse)
        _replace(_FORWARD, self._enlarged_forward)
        _wrap(_REVERSE, self._after_reverse)
        _wrap(_BATCHED, self._after_batch)
        _wrap(_FORWARD, lambda dual, *_, **__: self._count((dual.tangent,)))
        for name in _LOOKS:
            _wrap((torch.Tensor, name), lambda _, tensor, *__, **___: self._looks.append(tensor))
        for module, name in _WHOLE_JACOBIANS:
            _replace((module, name), functools.partial(self._naming, label=f"{module.__name__}.{name}"))

    # Any: these wrappers pass on whatever torch's own functions take and return.
    def _enlarged_reverse(self, run: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(run)
        def enlarged(roots: Any, weights: Sequence[torch.Tensor | None], *args: Any, **kwargs: Any) -> Any:
            if self.times != 1:
                weights = tuple(one if one is None else one * self.times for one in weights)
            return run(roots, weights, *args, **kwargs)

        return enlarged

    def _enlarged_forward(self, unpack: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(unpack)
        def enlarged(*args: Any, **kwargs: Any) -> Any:
            dual = unpack(*args, **kwargs)
            if self.times == 1 or dual.tangent is None:
                return dual
            return dual._replace(tangent=dual.tangent * self.times)

        return enlarged

    def _after_reverse(
        self,
        found: Sequence[torch.Tensor | None],
        roots: Sequence[object],
        _weights: object,
        _retain: object,
        _create: object,
        inputs: Sequence[object],
        *_: object,
        accumulate_grad: bool,
        **__: object,
    ) -> None:
        """The numbers that one run gave: each root counts, and where gradients were stored, every leaf reached."""
        given = (inputs or _leaves(roots)) if accumulate_grad else found
        self._count(given, times=len(roots))
        # No leaf: it belongs to every graph that begins there. Kept, so that no other step gets the place of one.
        for root in roots[: _MAX_WALKS - len(self._walked)]:
            self._walked.append({step for step in _steps([root]) if not hasattr(step, "variable")})
        self._count(tensor for tensor in self._looks if not tensor.is_leaf)
        self._looks = []

    def _after_batch(
        self,
        found: Sequence[torch.Tensor | None],
        *arguments: object,
        is_grads_batched: bool = False,
        **_: object,
    ) -> None:
        """The rows of a batch beside the one that was counted while it ran."""
        if is_grads_batched or any(arguments[_PLACE_OF_BATCHED : _PLACE_OF_BATCHED + 1]):
            self._count(rows[1:] for rows in found if rows is not None)
            self._again += max((len(rows) - 1 for rows in found if rows is not None), default=0)

    def _count(self, tensors: Iterable[object], times: int = 1) -> None:
        self.autograd_numbers += times * sum(_size(tensor) for tensor in tensors if isinstance(tensor, torch.Tensor))

    def _naming(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def named(*args: Any, **kwargs: Any) -> Any:
            self.shortcuts.append(label)
            return function(*args, **kwargs)

        return named


# Any: as above.
def _replace(place: tuple[Any, str], wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put a wrapper in the place of a function of torch's."""
    setattr(*place, wrapped(getattr(*place)))


# Any: as above, and `seen` is told of it.
def _wrap(place: tuple[Any, str], seen: Callable[..., None]) -> None:
    """Let `seen` know what a function of torch's returned, and for which arguments."""
    function = getattr(*place)

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        seen(result, *args, **kwargs)
        return result

    setattr(*place, wrapped)


def _size(tensor: torch.Tensor) -> int:
    """How many numbers a tensor holds, all rows of a batch together: inside `vmap` a tensor looks like one row."""
    while is_functorch_wrapped_tensor(tensor):
        tensor = get_unwrapped(tensor)
    return tensor.numel()


def _leaves(roots: Iterable[object]) -> Iterator[torch.Tensor]:
    """The leaves that a backward from these roots reaches."""
    for step in _steps(roots):
        if isinstance(leaf := getattr(step, "variable", None), torch.Tensor):
            yield leaf


def origins_of(tensor: torch.Tensor) -> Sequence[torch.Tensor]:
    """The leaves from which a tensor was computed; none of a leaf."""
    return [] if tensor.is_leaf else list(_leaves([tensor]))


# Any: torch's nodes have no type of their own.
def _steps(roots: Iterable[object]) -> Iterator[Any]:
    """The steps of the graph that a backward from these roots takes."""
    waiting = [node for root in roots if (node := _node(root)) is not None]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        yield node
        for below, _ in node.next_functions:
            if below is not None and below not in seen and len(seen) < _MAX_NODES:
                seen.add(below)
                waiting.append(below)


def _node(root: object) -> Any:
    """Where a root stands in the graph; a leaf may be its own root."""
    edge = torch.autograd.graph.get_gradient_edge(root) if isinstance(root, torch.Tensor) else root
    return getattr(edge, "node", None)


WITNESS = Witness()
