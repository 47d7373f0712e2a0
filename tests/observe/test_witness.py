"""The witness sees every way into autograd that torch has, and nothing else."""

from collections.abc import Callable

import pytest
import torch
from torch.autograd import forward_ad, functional

from grader.probes import witness

POINT = torch.tensor([1.0, 2.0])


def leaf() -> torch.Tensor:
    """A leaf to differentiate."""
    return POINT.clone().requires_grad_(True)


def cube(x: torch.Tensor) -> torch.Tensor:
    """A function of R^n into R."""
    return (x**3).sum()


def dual() -> None:
    """Forward mode."""
    with forward_ad.dual_level():
        cube(forward_ad.make_dual(POINT, torch.ones(2)))


WAYS: dict[str, Callable[[], object]] = {
    "Tensor.backward": lambda: cube(leaf()).backward(),
    "Tensor.backward(gradient)": lambda: (leaf() ** 3).backward(torch.ones(2)),
    "autograd.backward": lambda: torch.autograd.backward(cube(leaf())),
    "autograd.grad": lambda: torch.autograd.grad(cube(x := leaf()), x),
    "functional.jacobian": lambda: functional.jacobian(cube, POINT),
    "functional.hessian": lambda: functional.hessian(cube, POINT),
    "functional.vjp": lambda: functional.vjp(cube, POINT),
    "functional.jvp": lambda: functional.jvp(cube, POINT, torch.ones(2)),
    "functional.vhp": lambda: functional.vhp(cube, POINT, torch.ones(2)),
    "func.grad": lambda: torch.func.grad(cube)(POINT),
    "func.vjp": lambda: torch.func.vjp(cube, POINT)[1](torch.tensor(1.0)),
    "func.jvp": lambda: torch.func.jvp(cube, (POINT,), (torch.ones(2),)),
    "func.jacrev": lambda: torch.func.jacrev(cube)(POINT),
    "func.jacfwd": lambda: torch.func.jacfwd(cube)(POINT),
    "func.hessian": lambda: torch.func.hessian(cube)(POINT),
    "forward_ad": dual,
}
SHORTCUTS = {"functional.jacobian", "functional.hessian", "func.jacrev", "func.jacfwd", "func.hessian"}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> witness.Witness:
    """A witness beside torch, which is put back afterwards."""
    for module, name in (*witness._ENGINE, *witness._WHOLE_JACOBIANS):
        monkeypatch.setattr(module, name, getattr(module, name))
    one = witness.Witness()
    one.install()
    return one


@pytest.mark.parametrize("way", WAYS)
def test_every_way_into_autograd_is_seen(way: str, installed: witness.Witness) -> None:
    """Whichever of torch's entries is used, autograd is seen to run."""
    WAYS[way]()
    assert installed.autograd_runs > 0


@pytest.mark.parametrize("way", WAYS)
def test_whole_jacobians_are_named(way: str, installed: witness.Witness) -> None:
    """A function that gives a whole Jacobian is named, any other is not."""
    WAYS[way]()
    assert bool(installed.shortcuts) == (way in SHORTCUTS)


def test_arithmetic_is_not_autograd(installed: witness.Witness) -> None:
    """Building a graph, and small differences, run no autograd."""
    cube(leaf())
    (cube(POINT + 1e-6) - cube(POINT)) / 1e-6
    assert installed.autograd_runs == 0


def test_every_pass_is_counted(installed: witness.Witness) -> None:
    """Two backward passes are two runs; a new question starts from none."""
    y = cube(leaf())
    y.backward(retain_graph=True)
    y.backward()
    assert installed.autograd_runs == 2
    installed.reset()
    assert installed.autograd_runs == 0
