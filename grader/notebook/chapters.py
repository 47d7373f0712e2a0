"""Chapters as notebooks, and back. The files are in jupytext's percent format, so jupytext reads and writes them.

A notebook has cells that its chapter has not: a badge, the set-up, and a check below each stub. Their metadata says so,
and the way back leaves them out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader.course.catalog import Chapter
from grader.errors import ExerciseError, UsageError
from grader.inside.said import say
from grader.words import own_language

# Any: a node of nbformat's is a dictionary whose keys are attributes, too.
_Node = Any

_FORMAT = "py:percent"
_ADDED = "gradlings"
_SET_UP = Path(__file__).with_name("set_up.txt")
_FUNCTION = re.compile(r"^def (\w+)", re.MULTILINE)
_FOLDER = re.compile(
    r"https://(?:github\.com|colab\.research\.google\.com/github)/(?P<repository>[\w.-]+/[\w.-]+)"
    r"/(?:tree|blob)/(?P<place>[\w.%+/-]*[\w.%+-])/?",
    re.ASCII,
)
_COLAB = "https://colab.research.google.com"
_WHEEL = re.compile(r"\S+\.whl", re.ASCII)
_METADATA = {
    # What jupytext needs for a file without a header, and with its cells' metadata left here.
    "jupytext": {"cell_metadata_filter": "-all", "main_language": "python", "notebook_metadata_filter": "-all"},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a notebook's first cells lead: the wheel that Colab installs, and the folder on GitHub that it opens from.

    Raises `UsageError` for what cannot be such an address.
    """

    wheel: str | None = None
    folder: str | None = None

    def __post_init__(self) -> None:
        if self.wheel is not None and not _WHEEL.fullmatch(self.wheel):
            raise UsageError(say("notebook.no_wheel", address=repr(self.wheel)))
        if self.folder is not None and not _FOLDER.fullmatch(self.folder):
            raise UsageError(say("notebook.no_folder", address=repr(self.folder)))

    def colab(self, name: str) -> str | None:
        """The address at which Colab opens a notebook of this name."""
        found = _FOLDER.fullmatch(self.folder or "")
        return found and f"{_COLAB}/github/{found['repository']}/blob/{found['place']}/{name}"


def notebook_of(chapter: Chapter, source: str, links: Links) -> str:
    """A chapter's file as a notebook, with a check below the stub of each of its exercises.

    The same file gives the same text. Raises `ExerciseError` where the file lacks a stub.
    """
    notebook = jupytext.reads(source, fmt=_FORMAT)
    cells = [*_first(chapter, links), *_with_checks(chapter, notebook.cells)]
    notebook.metadata = nbformat.from_dict(_METADATA)
    notebook.cells = [*cells, _added(new_code_cell("check()", id="check-chapter"))]
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return text + "\n"


def script_of(path: Path, notebook: str) -> str:
    """The chapter's file that a notebook was made from; raises `UsageError` where the notebook's text is none."""
    try:
        read: _Node = nbformat.reads(notebook, as_version=4)
    except Exception as error:  # of a file that anybody may have written
        raise UsageError(say("notebook.unreadable", path=str(path), error=type(error).__name__)) from error
    read.cells = [cell for cell in read.cells if _ADDED not in cell.metadata]
    # Colab writes its own there.
    read.metadata = nbformat.from_dict(_METADATA)
    text: str = jupytext.writes(read, fmt=_FORMAT)
    return text


def _first(chapter: Chapter, links: Links) -> Iterator[_Node]:
    """The cells above the lesson."""
    language = own_language()
    if address := links.colab(f"{chapter.id}.ipynb"):
        badge = f"[![{language.say(say('notebook.badge'))}]({_COLAB}/assets/colab-badge.svg)]({address})"
        yield _added(new_markdown_cell(badge, id="badge"))
    set_up = Template(_SET_UP.read_text(encoding="utf-8")).substitute(
        note=language.say(say("notebook.set_up_note")),
        about=language.say(say("notebook.set_up_wheel")),
        advice=json.dumps(language.say(say("notebook.set_up"))),
        wheel=json.dumps(links.wheel or ""),
    )
    yield _added(new_code_cell(set_up.rstrip("\n"), id="set-up"))


def _with_checks(chapter: Chapter, cells: list[_Node]) -> Iterator[_Node]:
    """The cells of a chapter, with a check below each stub. Ids tell what a cell is, or its place."""
    lacking = {exercise.id for exercise in chapter.exercise}
    for number, cell in enumerate(cells, start=1):
        found = _FUNCTION.findall(cell.source) if cell.cell_type == "code" else []
        stubs = [name for name in found if name in lacking]
        cell.id = f"stub-{stubs[0]}" if stubs else f"{cell.cell_type}-{number}"
        yield cell
        for name in stubs:
            yield _added(new_code_cell(f'check("{name}")', id=f"check-{name}"))
        lacking -= set(stubs)
    if lacking:
        raise ExerciseError(say("author.no_function", name=f"{chapter.id}.py", function=min(lacking)))


def _added(cell: _Node) -> _Node:
    cell.metadata[_ADDED] = {"added": True}
    return cell
