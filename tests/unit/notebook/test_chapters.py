"""Chapters as notebooks, and back: jupytext, which reads the same format, is the judge."""

import ast
import re
from typing import Any

import jupytext
import nbformat
import pytest
from msgspec.structs import replace

from grader.course.catalog import Chapter
from grader.errors import ExerciseError, UsageError
from grader.notebook.chapters import Links, notebook_of, script_of
from tests.support import CATALOG, COURSE

CHAPTERS = pytest.mark.parametrize("chapter", CATALOG.chapter, ids=lambda chapter: chapter.id)
LINKS = Links(
    wheel="https://example.org/course-1.0-py3-none-any.whl", folder="https://github.com/acme/course/tree/main/nb"
)
FIRST = CATALOG.chapter[0]

# Any: nbformat's nodes.
Node = Any


def source_of(chapter: Chapter) -> str:
    """A chapter's file as it is in the course."""
    return (COURSE.stubs / f"{chapter.id}.py").read_text(encoding="utf-8")


def read(text: str) -> Node:
    """A notebook as nbformat reads it, which complains of what is none."""
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return notebook


def is_added(cell: Node) -> bool:
    """Does the cell say that its chapter has none like it?"""
    return "gradlings" in cell.metadata


@CHAPTERS
@pytest.mark.parametrize("links", [Links(), LINKS], ids=["bare", "linked"])
def test_there_and_back_nothing_is_lost(chapter: Chapter, links: Links) -> None:
    """Byte for byte, whatever was added on the way."""
    source = source_of(chapter)
    assert script_of(COURSE.stubs, notebook_of(chapter, source, links)) == source


@CHAPTERS
def test_jupytext_sees_the_same_cells(chapter: Chapter) -> None:
    """Without the cells that were added, it is the notebook that jupytext makes, and jupytext writes it back."""
    source = source_of(chapter)
    ours = read(notebook_of(chapter, source, LINKS))
    theirs = jupytext.reads(source, fmt="py:percent")
    ours.cells = [cell for cell in ours.cells if not is_added(cell)]
    assert [(cell.cell_type, cell.source) for cell in ours.cells] == [
        (cell.cell_type, cell.source) for cell in theirs.cells
    ]
    assert jupytext.writes(ours, fmt="py:percent") == source


@CHAPTERS
def test_a_second_run_writes_the_same(chapter: Chapter) -> None:
    """Ids tell what a cell is, or its place: nothing of a clock or of chance is in a notebook."""
    first, second = (notebook_of(chapter, source_of(chapter), LINKS) for _ in range(2))
    assert first == second
    notebook = read(first)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


@CHAPTERS
def test_below_each_stub_is_its_check(chapter: Chapter) -> None:
    """A stub has a cell to itself, and the next cell checks it; the last cell checks the chapter."""
    cells = read(notebook_of(chapter, source_of(chapter), Links())).cells
    for exercise in chapter.exercise:
        (place,) = (number for number, cell in enumerate(cells) if cell.id == f"stub-{exercise.id}")
        (stub,) = ast.parse(cells[place].source).body
        assert isinstance(stub, ast.FunctionDef)
        assert stub.name == exercise.id
        assert cells[place + 1].source == f'check("{exercise.id}")'
        assert is_added(cells[place + 1])
    assert cells[-1].source == "check()"


def test_the_ids_of_stubs_stay_where_a_lesson_grows() -> None:
    """A program that merges two versions of a notebook finds them again."""
    source = source_of(FIRST)
    longer = source.replace("# %%\n", "# %%\nmore = 1\n\n# %%\n", 1)
    before, after = ({cell.id for cell in read(notebook_of(FIRST, one, Links())).cells} for one in (source, longer))
    assert {one for one in before if not re.search(r"\d$", one)} <= after


def test_a_notebook_that_was_worked_in_gives_its_code() -> None:
    """Answers and cells of the student's come back; outputs, counts and what a front end notes do not."""
    notebook = read(notebook_of(FIRST, source_of(FIRST), LINKS))
    stub = next(cell for cell in notebook.cells if cell.id == f"stub-{FIRST.exercise[0].id}")
    stub.source += "\n# my answer"
    stub.outputs = [nbformat.v4.new_output("stream", text="printed")]
    stub.execution_count = 7
    stub.metadata["id"] = "colabs-own"
    notebook.cells.append(nbformat.v4.new_code_cell("mine = 1"))
    notebook.metadata = nbformat.from_dict({"colab": {"provenance": []}})
    script = script_of(COURSE.stubs, nbformat.writes(notebook))
    chapter, _, more = script.replace("\n# my answer", "").rpartition("# %%\n")
    assert (chapter.rstrip("\n"), more) == (source_of(FIRST).rstrip("\n"), "mine = 1\n")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"nbformat": 9}', "not JSON", '{"nbformat": 4, "cells": [{}]}'])
def test_what_is_no_notebook_is_refused(text: str) -> None:
    """With one sentence that names the file."""
    with pytest.raises(UsageError, match="is no notebook that can be read"):
        script_of(COURSE.stubs / "odd.ipynb", text)


def test_a_stub_that_is_lacking_is_the_authors_mistake() -> None:
    """Nobody is handed a notebook without a check."""
    more = replace(FIRST, exercise=(*FIRST.exercise, replace(FIRST.exercise[0], id="elsewhere")))
    with pytest.raises(ExerciseError, match="elsewhere"):
        notebook_of(more, source_of(FIRST), Links())


@pytest.mark.parametrize(
    "folder",
    [
        "https://github.com/acme/course/tree/main/nb",
        "https://github.com/acme/course/blob/main/nb/",
        "https://colab.research.google.com/github/acme/course/blob/main/nb",
    ],
)
def test_the_badge_opens_the_notebook_in_colab(folder: str) -> None:
    """At the address that Colab has for a file on GitHub; without a folder there is no badge."""
    address = f"https://colab.research.google.com/github/acme/course/blob/main/nb/{FIRST.id}.ipynb"
    cell = read(notebook_of(FIRST, source_of(FIRST), Links(folder=folder))).cells[0]
    assert (cell.cell_type, is_added(cell)) == ("markdown", True)
    assert cell.source.endswith(f"]({address})")
    assert "badge" not in {cell.id for cell in read(notebook_of(FIRST, source_of(FIRST), Links())).cells}


@pytest.mark.parametrize(
    "folder",
    [
        "",
        "notebooks",
        "https://example.org/a/b/tree/main/nb",
        "https://github.com/acme/course/tree/main/a b",
        "https://github.com/acme/course/tree/main/)[x](y",
    ],
)
def test_what_is_no_folder_on_github_is_refused(folder: str) -> None:
    """It would make a badge that leads nowhere."""
    with pytest.raises(UsageError, match="is no folder on GitHub"):
        Links(folder=folder)


@pytest.mark.parametrize(
    "wheel", ["", "torch", "https://example.org/a b.whl", 'x".whl; import os', "a.whl\n--index-url=x.whl"]
)
def test_what_is_no_wheel_is_refused(wheel: str) -> None:
    """It would make a cell that installs something else."""
    with pytest.raises(UsageError, match="is no address of a wheel"):
        Links(wheel=wheel)
