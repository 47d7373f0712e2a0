"""Which elements two tensors have in common."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from grader.inside.subjects.torch import memory
from grader.inside.subjects.torch.memory import memory_of, overlap
from grader.inside.values import MAX_ELEMENTS

Pair = tuple[torch.Tensor, torch.Tensor]


def in_common(pair: Pair) -> bool:
    """Do two tensors share an element?"""
    one, other = map(memory_of, pair)
    return one is not None and other is not None and overlap(one, other)


def base() -> torch.Tensor:
    """A new matrix of shape (4, 6)."""
    return torch.arange(24.0).reshape(4, 6)


def from_numpy() -> Pair:
    """Two tensors that numpy has made of one array, each with a storage of its own."""
    array = np.arange(6.0)
    return torch.from_numpy(array), torch.from_numpy(array[3:])


APART: dict[str, Callable[[], Pair]] = {
    "tensors of their own": lambda: (base(), base()),
    "rows": lambda: ((x := base())[0], x[1]),
    "columns": lambda: ((x := base())[:, 0], x[:, 1]),
    "unbind": lambda: base().unbind()[:2],  # type: ignore[dict-item,return-value]  # it is a pair
    "split": lambda: base().split(2),
    "even and odd": lambda: ((x := base())[:, ::2], x[:, 1::2]),
    "diagonal and the row above it": lambda: ((x := base()).diagonal(), x.diagonal(1)),
    "nothing": lambda: ((x := base())[:0], x),
}
TOGETHER: dict[str, Callable[[], Pair]] = {
    "the same": lambda: (x := base(), x),
    "a view": lambda: (x := base(), x.view(-1)),
    "a row": lambda: (x := base(), x[2]),
    "a row and a column": lambda: ((x := base())[2], x[:, 5]),
    "overlapping slices": lambda: ((x := base().view(-1))[:5], x[4:]),
    "every second and every third": lambda: ((x := base().view(-1))[1::2], x[::3]),
    "an expanded element": lambda: (torch.as_strided(x := base(), (4, 6), (0, 0)), x),
    "another dtype": lambda: ((x := base()).view(torch.int32), x),
    "half of an element": lambda: ((x := base()).view(torch.int16)[:, ::2], x),
    "detached": lambda: ((x := base().requires_grad_()).detach(), x),
    "a negative view": lambda: (torch._neg_view(x := base()), x),
    "numpy": from_numpy,
}


@pytest.mark.parametrize("name", APART)
def test_views_that_do_not_meet_share_nothing(name: str) -> None:
    """Elements decide, not the storage: parts of one memory may lie beside or between one another."""
    assert not in_common(APART[name]())


@pytest.mark.parametrize("name", TOGETHER)
def test_one_common_element_is_shared(name: str) -> None:
    """Whatever the views are, a change of one would show in the other."""
    assert in_common(TOGETHER[name]())


def test_hostile_strides_are_decided_by_looking_at_every_address() -> None:
    """Where the strides are too odd to be compared as such, the answer is exact all the same."""
    strides = (18805, 47303, 14135, 26716, 17727, 42468, 59870, 39457, 40949)
    others = (52702, 34878, 23759, 16151, 41972, 11857, 35546, 38361, 49809)
    room = torch.zeros(1 << 20, dtype=torch.uint8)
    one, other = memory_of(room.as_strided((3,) * 9, strides)), memory_of(room.as_strided((3,) * 9, others, 99914))
    assert one is not None
    assert other is not None
    with pytest.raises(np.exceptions.TooHardError):
        np.shares_memory(one, other, max_work=memory._WORK)  # type: ignore[arg-type]  # numpy names two numbers
    assert overlap(one, other)


def resized() -> torch.Tensor:
    """A tensor without anything behind its shape."""
    x = torch.ones(5)
    x.untyped_storage().resize_(0)
    return x


WITHOUT: dict[str, Callable[[], torch.Tensor]] = {
    "resized to nothing": resized,
    "sparse": lambda: torch.eye(2).to_sparse(),
    "on no device": lambda: torch.ones(2, device="meta"),
    "more than is ever compared": lambda: torch.zeros(1).expand(MAX_ELEMENTS + 1),
    "of very many dimensions": lambda: torch.zeros((1,) * 40),
    "empty": lambda: torch.ones(0),
    "of a dtype without a name in numpy": lambda: torch.ones(2, dtype=torch.bfloat16),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_what_is_not_compared_shares_nothing(name: str) -> None:
    """A tensor without ordinary memory, or too large to be right, is no crash and no finding."""
    x = WITHOUT[name]()
    assert not in_common((x, x))


def test_inside_a_transformation_nothing_is_asked() -> None:
    """A tensor that torch.func has wrapped has no memory to look at."""
    seen: list[object] = []

    def inner(x: torch.Tensor) -> torch.Tensor:
        seen.append(memory_of(x))
        return x.sum()

    torch.func.grad(inner)(torch.ones(2))
    assert seen == [None]
