"""The cells of a notebook as its kernel knows them: not as they stand on the screen, but as they were run."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.inside.source.bindings import Binding, top_level
from grader.inside.source.statements import Statement, statements
from grader.inside.wire import Cell
from grader.submission.decode import harmless

_DEFINITION = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RanCell:
    """A run of a cell: its number (as in `In [3]`) and source, and where that is known, the cell's id and the time."""

    number: int
    source: str
    cell_id: str | None = None
    began: float | None = None

    @property
    def defined(self) -> frozenset[str]:
        """The functions and classes that it defines at the left margin, also where it is no Python."""
        return frozenset(_DEFINITION.findall(self.source))

    @property
    def identity(self) -> object:
        """It tells the cell from others: its id, or what it defines, or its source."""
        return self.cell_id or self.defined or self.source

    @property
    def cell(self) -> Cell:
        """The cell to be graded, by the number that Jupyter shows beside it."""
        return Cell(file=f"cell [{self.number}]", source=harmless(self.source))

    def bindings(self, name: str) -> list[Binding]:
        """Where it binds a name at its top level."""
        if name not in self.source:
            return []
        parts = statements(self.cell, notebook=True)
        found = (one for part in parts if isinstance(part, Statement) for one in top_level(part.node))
        return [one for one in found if one.name == name]


def in_order(runs: Iterable[RanCell], names: Iterable[str]) -> list[RanCell]:
    """Each cell once: in the place of its first run, with the source of its last one.

    Where several cells define one of the names, the cell that was run last comes after the others.
    """
    cells: dict[object, RanCell] = {}
    for run in runs:
        cells[run.identity] = run
    ordered = list(cells.values())
    for name in names:
        holders = [one for one in ordered if name in one.defined]
        latest = max(holders, key=lambda one: one.number, default=None)
        if latest is not None and latest is not holders[-1]:
            ordered.remove(latest)
            ordered.insert(ordered.index(holders[-1]) + 1, latest)
    return ordered


class Runs:
    """Listens to a shell of IPython's: its history has the sources, and no ids and times."""

    # Any: IPython is the notebook's, and no dependency of the grader's.
    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._known: dict[int, tuple[str | None, float]] = {}
        shell.events.register("pre_run_cell", self._begin)

    def all(self) -> Sequence[RanCell]:
        """All runs in their order, the one of the present cell included."""
        sources: list[str] = list(self._shell.history_manager.input_hist_raw)
        return [self._run(number, source) for number, source in enumerate(sources) if number and source.strip()]

    def _run(self, number: int, source: str) -> RanCell:
        cell_id, began = self._known.get(number, (None, None))
        return RanCell(number=number, source=source, cell_id=cell_id, began=began)

    def _begin(self, info: Any) -> None:
        # IPython has counted on already, or has not, by its version; the history has not grown yet.
        number = len(self._shell.history_manager.input_hist_raw)
        self._known[number] = (getattr(info, "cell_id", None), time.time())
