"""The part that runs in a notebook: `check` grades functions of the notebook that it is called in."""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.course import Course
from grader.course.catalog import Catalog
from grader.errors import GraderError, UsageError
from grader.inside.said import Listed, say
from grader.inside.wire import SourceFile
from grader.kit import own_course
from grader.notebook.cells import RanCell, Runs, in_order
from grader.notebook.helper import Helper, Marked, Refused, Wish
from grader.notebook.memory import differences, file_of, is_known
from grader.notebook.page import Page
from grader.report import Report
from grader.submission import SourceTree
from grader.submission.names import bare, shown

_NAME = "notebook.ipynb"


class _Check:
    """The things that a kernel keeps from one check to the next."""

    # Any: IPython is the notebook's, and no dependency of the grader's.
    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._runs = Runs(shell)
        self._course = Path(os.environ.get("GRADER_COURSE") or own_course())
        self._helper = Helper(str(self._course))

    def page(self, names: Sequence[str]) -> Page:
        """The report on some exercises, or on all of the chapters that have been begun; raises `GraderError`."""
        catalog = Course.open(self._course).catalog
        cells = in_order(self._runs.all(), catalog.exercise_ids)
        wanted = catalog.select(names) if names else _begun(catalog, cells)
        namespace: Mapping[str, object] = self._shell.user_ns
        here = [one for one in wanted.exercise_ids if is_known(one, cells, namespace)]
        others = tuple(one for one in wanted.exercise_ids if one not in here)
        notes = [say("notebook.not_run", functions=Listed(things=others))] if others else []
        if not here:
            return Page(notes)
        for name in here:
            notes += differences(name, catalog.exercise(name).given, cells, namespace)
        return Page(notes, self._report(_tree(cells, namespace), tuple(here)))

    def _report(self, tree: SourceTree, exercises: tuple[str, ...]) -> Report:
        match self._helper.grade(Wish(tree=tree, exercises=exercises)):
            case Marked(report=report):
                return report
            case Refused(said=said):
                raise GraderError(said)


def _begun(catalog: Catalog, cells: Sequence[RanCell]) -> Catalog:
    """The chapters of which a cell defines an exercise."""
    defined = {name for cell in cells for name in cell.defined}
    begun = [chapter.id for chapter in catalog.chapter if any(one.id in defined for one in chapter.exercise)]
    if not begun:
        raise UsageError(say("notebook.nothing_run"))
    return catalog.select(begun)


def _tree(cells: Sequence[RanCell], namespace: Mapping[str, object]) -> SourceTree:
    """The cells as a notebook that was handed in."""
    path = file_of(namespace)
    name = shown(path.name) if path else _NAME
    file = SourceFile(path=name, stem=bare(name), cells=tuple(one.cell for one in cells))
    digest = hashlib.sha256("\0".join(cell.source for cell in file.cells).encode()).hexdigest()
    return SourceTree(name=name, digest=digest, files=(file,), notes=())


def _here() -> _Check | None:
    """The notebook that runs this; None where it is no notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return _Check(shell) if shell else None


# Made when the notebook imports `check`: from then on it listens which cells are run.
_HERE = _here()


def check(*exercises: str | Callable[..., object]) -> Page:
    """Grade these exercises of the notebook, by their names; without any, all of its chapter that have been run."""
    names = [one if isinstance(one, str) else getattr(one, "__name__", repr(one)) for one in exercises]
    try:
        if _HERE is None:
            raise UsageError(say("notebook.none"))
        return _HERE.page(names)
    except GraderError as error:
        return Page([say("command.error", error=error.said)])
