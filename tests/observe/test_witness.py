"""The witness sees every way into autograd that torch has, and nothing else."""

from collections.abc import Callable
from typing import cast

import pytest
import torch
from torch.autograd import forward_ad, functional

from grader.inside.subjects.torch import witness

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
        forward_ad.unpack_dual(cube(forward_ad.make_dual(POINT, torch.ones(2))))


WAYS: dict[str, Callable[[], object]] = {
    "Tensor.backward": lambda: cube(leaf()).backward(),
    "Tensor.backward(gradient)": lambda: (leaf() ** 3).backward(torch.ones(2)),
    "autograd.backward": lambda: torch.autograd.backward(cube(leaf())),
    "autograd.grad": lambda: torch.autograd.grad(cube(x := leaf()), x),
    "functional.jacobian": lambda: functional.jacobian(cube, POINT),
    "functional.jacobian(vectorize)": lambda: functional.jacobian(lambda x: x**3, POINT, vectorize=True),
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
SHORTCUTS = {
    "functional.jacobian",
    "functional.jacobian(vectorize)",
    "functional.hessian",
    "func.jacrev",
    "func.jacfwd",
    "func.hessian",
}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> witness.Witness:
    """A witness beside torch, which is put back afterwards."""
    looks = ((torch.Tensor, name) for name in witness._LOOKS)
    for module, name in (witness._REVERSE, witness._FORWARD, witness._BATCHED, *looks, *witness._WHOLE_JACOBIANS):
        monkeypatch.setattr(module, name, getattr(module, name))
    one = witness.Witness()
    one.install()
    return one


@pytest.mark.parametrize("way", WAYS)
def test_every_way_into_autograd_is_seen(way: str, installed: witness.Witness) -> None:
    """Whichever of torch's entries is used, autograd is seen to run."""
    WAYS[way]()
    assert installed.autograd_numbers > 0


@pytest.mark.parametrize("way", WAYS)
def test_whole_jacobians_are_named(way: str, installed: witness.Witness) -> None:
    """A function that gives a whole Jacobian is named, any other is not."""
    WAYS[way]()
    assert bool(installed.shortcuts) == (way in SHORTCUTS)


def stored(backward: Callable[[torch.Tensor], object], old: torch.Tensor | None = None) -> object:
    """The gradient that a leaf then has."""
    x = leaf()
    x.grad = old
    backward(x)
    return x.grad


def seen_by_a_hook() -> object:
    """The gradient on its way to the leaf."""
    seen: list[torch.Tensor] = []
    x = leaf()
    (y := x * 1).register_hook(lambda grad: seen.append(grad.clone()))
    cube(y).backward()
    return seen[0]


LARGER: dict[str, Callable[[], object]] = {
    "backward": lambda: stored(lambda x: cube(x).backward()),
    "into a gradient that is there": lambda: stored(lambda x: cube(x).backward(), torch.zeros(2)),
    "backward(gradient)": lambda: stored(lambda x: (x**3).backward(torch.ones(2))),
    "two roots": lambda: stored(lambda x: torch.autograd.backward([x[0] ** 3, x[1] ** 3])),
    "grad": lambda: torch.autograd.grad(cube(x := leaf()), x)[0],
    "grad with a graph": lambda: torch.autograd.grad(cube(x := leaf()), x, create_graph=True)[0].detach(),
    "rows of a batch": lambda: sum(torch.autograd.grad((x := leaf()) ** 3, x, torch.eye(2), is_grads_batched=True)[0]),
    "a hook": seen_by_a_hook,
    "functional.jacobian": lambda: functional.jacobian(cube, POINT),
    "functional.jacobian(vectorize)": lambda: functional.jacobian(lambda x: x**3, POINT, vectorize=True).sum(0),
    "functional.jacobian(forward)": lambda: functional.jacobian(
        lambda x: x**3, POINT, vectorize=True, strategy="forward-mode"
    ).sum(0),
    "functional.vjp": lambda: functional.vjp(cube, POINT)[1],
    "func.grad": lambda: torch.func.grad(cube)(POINT),
    "func.vjp": lambda: torch.func.vjp(cube, POINT)[1](torch.tensor(1.0))[0],
    "func.jvp": lambda: torch.func.jvp(lambda x: x**3, (POINT,), (torch.ones(2),))[1],
    "func.jacrev": lambda: torch.func.jacrev(cube)(POINT),
    "func.jacfwd": lambda: torch.func.jacfwd(cube)(POINT),
    "func.linearize": lambda: torch.func.linearize(lambda x: x**3, POINT)[1](torch.ones(2)),
    "vmap": lambda: torch.vmap(torch.func.grad(lambda x: x**3))(POINT),
}


@pytest.mark.filterwarnings("ignore:Attempted to insert a get_attr Node")  # torch, of its own linearize
@pytest.mark.parametrize("way", LARGER)
def test_a_gradient_can_be_made_larger_in_every_way(way: str, installed: witness.Witness) -> None:
    """Wherever it is taken from, there is so many times as much of it, once; afterwards it is as it was."""
    plain = torch.tensor([3.0, 12.0])
    installed.reset(4.0)
    assert torch.equal(cast(torch.Tensor, LARGER[way]()), 4 * plain)
    installed.reset()
    assert torch.equal(cast(torch.Tensor, LARGER[way]()), plain)


def test_a_derivative_of_a_derivative_is_larger_twice(installed: witness.Witness) -> None:
    """A push that is made of two pull-backs, and a second derivative."""
    installed.reset(4.0)
    assert torch.equal(functional.jvp(lambda x: x**3, POINT, torch.ones(2))[1], 16 * torch.tensor([3.0, 12.0]))
    assert torch.equal(torch.func.hessian(cube)(POINT), 16 * torch.diag(6 * POINT))


def test_arithmetic_is_not_autograd(installed: witness.Witness) -> None:
    """Building a graph, and small differences, run no autograd."""
    cube(leaf())
    (cube(POINT + 1e-6) - cube(POINT)) / 1e-6
    assert installed.autograd_numbers == 0


def test_every_pass_is_counted(installed: witness.Witness) -> None:
    """Two backward passes give twice the numbers of one; a new question starts from none."""
    y = cube(leaf())
    y.backward(retain_graph=True)
    y.backward()
    assert installed.autograd_numbers == 4
    installed.reset()
    assert installed.autograd_numbers == 0


def two_leaves() -> tuple[torch.Tensor, torch.Tensor]:
    """Two leaves of two elements each."""
    return leaf(), leaf()


def hooked() -> None:
    """One root and one leaf; the gradients are read on the way."""
    x = leaf()
    for part in (x * 1, x * 2):
        part.register_hook(lambda _: None)
    cube(x).backward()


def retained() -> None:
    """One root and one leaf; the gradients are kept on the way."""
    x = leaf()
    parts = (x * 1, x * 2)
    for part in parts:
        part.retain_grad()
    (cube(parts[0]) + cube(parts[1])).backward()


def batched() -> None:
    """Two rows of weights in one call."""
    x = leaf()
    torch.autograd.grad(x**3, x, torch.eye(2), is_grads_batched=True)


def mapped() -> None:
    """A function that differentiates, applied to two rows at once."""
    torch.vmap(torch.func.vjp(lambda x: x**3, POINT)[1])(torch.eye(2))


def stacked() -> None:
    """One leaf that holds both points."""
    x = torch.stack([POINT, POINT]).requires_grad_(True)
    cube(x).backward()


IN_ONE_RUN: dict[str, Callable[[], object]] = {
    "two roots, two leaves": lambda: torch.autograd.backward([cube(leaf()), cube(leaf())]),
    "one root, two leaves": lambda: (cube((pair := two_leaves())[0]) + cube(pair[1])).backward(),
    "one root, two leaves named": lambda: torch.autograd.backward(
        cube((pair := two_leaves())[0]) + cube(pair[1]), inputs=pair
    ),
    "grad of two leaves": lambda: torch.autograd.grad(cube((pair := two_leaves())[0]) + cube(pair[1]), pair),
    "two roots, one leaf": lambda: torch.autograd.backward([cube(x := leaf()), x.sum()]),
    "batched": batched,
    "batched by position": lambda: torch.autograd.grad(
        (x := leaf()) ** 3, x, torch.eye(2), None, False, True, None, True
    ),
    "mapped": mapped,
    "stacked": stacked,
    "jacrev": lambda: torch.func.jacrev(lambda x: torch.stack([cube(x), x.sum()]))(POINT),
    "jacfwd": lambda: torch.func.jacfwd(lambda x: torch.stack([cube(x), x.sum()]))(POINT),
    "func.grad of both": lambda: torch.func.grad(lambda a, b: cube(a) + cube(b), argnums=(0, 1))(POINT, POINT),
    "hooks": hooked,
    "retained": retained,
}


@pytest.mark.parametrize("way", IN_ONE_RUN)
def test_one_run_may_find_two_gradients(way: str, installed: witness.Witness) -> None:
    """Roots, leaves and rows of a batch are counted, not calls: here are two gradients of two elements each."""
    IN_ONE_RUN[way]()
    assert installed.autograd_numbers >= 4


ONE_GRADIENT: dict[str, Callable[[], object]] = {
    "a batch of one": lambda: torch.autograd.grad((x := leaf()) ** 3, x, torch.ones(1, 2), is_grads_batched=True),
    "backward": lambda: cube(leaf()).backward(),
    "weighted": lambda: torch.autograd.backward(2 * cube(leaf())),
    "with a branch that is cut": lambda: torch.autograd.backward(cube(leaf()) + cube(leaf()).detach()),
    "func.grad": lambda: torch.func.grad(cube)(POINT),
    "func.jvp": lambda: torch.func.jvp(lambda x: x**3, (POINT,), (torch.ones(2),)),
}


@pytest.mark.parametrize("way", ONE_GRADIENT)
def test_one_gradient_is_not_two(way: str, installed: witness.Witness) -> None:
    """A gradient that is scaled, or has a constant beside it, is one gradient."""
    ONE_GRADIENT[way]()
    assert installed.autograd_numbers == 2


def test_looking_alone_is_no_run(installed: witness.Witness) -> None:
    """A hook that no backward reaches has seen nothing, and one at a leaf sees what is counted there."""
    x = leaf()
    (x * 1).register_hook(lambda _: None)
    x.register_hook(lambda _: None)
    assert installed.autograd_numbers == 0
    installed.reset()
    y = leaf()
    y.register_hook(lambda _: None)
    cube(y).backward()
    assert installed.autograd_numbers == 2


def test_a_graph_without_end_is_not_walked_to_its_end(installed: witness.Witness) -> None:
    """What is counted costs little, however large a graph a submission builds."""
    y = x = leaf()
    for _ in range(witness._MAX_NODES * 2):
        y = y * 1
    (y.sum() + x.sum()).backward()
    assert 0 < installed.autograd_numbers <= 4


def again_over_one() -> None:
    """Two passes over one graph."""
    y = cube(leaf())
    y.backward(retain_graph=True)
    y.backward()


def shared_part() -> None:
    """Two results of one forward."""
    z = leaf() ** 2
    z.sum().backward(retain_graph=True)
    (2 * z).sum().backward()


def two_graphs() -> None:
    """Two forwards from one leaf."""
    x = leaf()
    cube(x).backward()
    cube(x).backward()


def two_roots() -> None:
    """One run from two results of one forward."""
    z = leaf() ** 2
    torch.autograd.backward([z.sum(), (2 * z).sum()])


def rows_of_a_batch() -> None:
    """One run for two rows."""
    x = leaf()
    torch.autograd.grad(x**3, x, torch.eye(2), is_grads_batched=True)


@pytest.mark.parametrize(
    ("way", "passes"), [(again_over_one, 2), (shared_part, 2), (two_graphs, 1), (two_roots, 2), (rows_of_a_batch, 2)]
)
def test_passes_over_one_graph_are_told_from_passes_over_two(
    way: Callable[[], None], passes: int, installed: witness.Witness
) -> None:
    """A step that both take makes them one graph; a common leaf does not."""
    way()
    assert installed.passes_over_one_graph == passes
    installed.reset()
    assert installed.passes_over_one_graph == 0


def test_only_the_first_passes_are_looked_at(installed: witness.Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop may ask for thousands of gradients, and each pass would be held against all others."""
    walked: list[object] = []
    steps = witness._steps

    def counted(roots: list[object]) -> object:
        walked.append(roots)
        return steps(roots)

    monkeypatch.setattr(witness, "_steps", counted)
    for _ in range(witness._MAX_WALKS + 5):
        torch.autograd.grad(cube(x := leaf()), x)
    assert len(walked) == witness._MAX_WALKS
    assert installed.passes_over_one_graph == 1
