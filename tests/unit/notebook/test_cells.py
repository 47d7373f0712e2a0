"""Which cells of a notebook count, in which order, and with which source."""

import pytest

from grader.notebook.cells import RanCell, in_order

F1, F2, STUB = "def f():\n    return 1", "def f():\n    return 2", "def f():\n    raise NotImplementedError"
IMPORTS = "import torch"


def runs(*ran: tuple[str | None, str]) -> list[RanCell]:
    """Runs of cells, one after the other, each with its id and its source."""
    return [RanCell(number=number, cell_id=cell, source=source) for number, (cell, source) in enumerate(ran, start=1)]


@pytest.mark.parametrize(
    ("ran", "sources"),
    [
        pytest.param([("a", IMPORTS), ("b", F1), ("b", F2)], [IMPORTS, F2], id="edited and run again"),
        pytest.param([("a", IMPORTS), ("b", F1), ("a", IMPORTS)], [IMPORTS, F1], id="imports run again stay first"),
        pytest.param([("b", F1), ("b", STUB)], [STUB], id="taken back"),
        pytest.param([("b", F1), ("b", "n = 1")], ["n = 1"], id="the function was taken out of its cell"),
        pytest.param([("a", F1), ("b", F2), ("a", F1)], [F2, F1], id="of two cells the one that ran last is last"),
        pytest.param([("a", "n += 1")] * 3, ["n += 1"], id="a cell that was run thrice counts once"),
        pytest.param([(None, F1), (None, IMPORTS), (None, F2)], [F2, IMPORTS], id="without ids, by what is defined"),
        pytest.param([(None, F1), (None, "def f(:")], ["def f(:"], id="without ids, also where it is no Python"),
        pytest.param([(None, "n = 1"), (None, "n = 1")], ["n = 1"], id="without ids, the same source is one cell"),
        pytest.param([(None, F1), ("b", F2)], [F1, F2], id="run before ids were known, and after"),
    ],
)
def test_each_cell_counts_once_as_it_was_run_last(ran: list[tuple[str | None, str]], sources: list[str]) -> None:
    """In the place of its first run. So what an older text of a cell has done helps nobody."""
    assert [cell.source for cell in in_order(runs(*ran), ["f"])] == sources


def test_a_cell_is_named_as_jupyter_numbers_it() -> None:
    """By its last run: that number stands beside it."""
    (cell,) = in_order(runs(("a", F1), ("a", F2)), ["f"])
    assert cell.cell.file == "cell [2]"
