"""What a worker can see of the kit."""

import grimp

from grader.sandbox.paths import _PUBLIC

INSIDE = ("functions", "probes", "worker")


def test_a_worker_sees_what_it_imports_and_nothing_else() -> None:
    """Of the kit, only what its process may import is shown to it, so nothing is there without need."""
    graph = grimp.build_graph("grader", cache_dir=None)
    ours = {module for module in graph.modules if module.split(".")[1:2] and module.split(".")[1] in INSIDE}
    needed = ours.union(*(graph.find_upstream_modules(module) for module in ours))
    assert {name.removesuffix(".py") for name in _PUBLIC} == {"__init__", *(module.split(".")[1] for module in needed)}
