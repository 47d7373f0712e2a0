"""A notebook that a student has worked in is merged like a lesson, cell by cell."""

from typing import Any

import nbformat
import pytest

from grader.errors import UsageError
from grader.notebook.chapters import Links, notebook_of
from grader.update.merge import MergedFile
from grader.update.notebook import merge_notebooks
from tests.support import CATALOG, COURSE

CHAPTER = next(one for one in CATALOG.chapter if one.id == "ch02_first_backward")
LESSON = (COURSE.stubs / f"{CHAPTER.id}.py").read_text(encoding="utf-8")
BETTER = LESSON.replace("# Run the next cell.", "# # More\n#\n# Run it.").replace(
    "computed by autograd.", "by autograd."
)
ANSWER = "def helper(x):\n    return x\n\ndef jacobian_2xtx(x):\n    return helper(x)"
PATH = "notebooks/a.ipynb"

# Any: a node of nbformat's.
Node = Any


def made(lesson: str) -> bytes:
    """The notebook of a lesson."""
    return notebook_of(CHAPTER, lesson, Links()).encode()


def opened(data: bytes) -> Node:
    """A notebook as a program reads it."""
    return nbformat.reads(data.decode(), as_version=4)


def saved(notebook: Node) -> bytes:
    """What an editor writes."""
    text: str = nbformat.writes(notebook)
    return text.encode()


def cell(notebook: Node, begin: str) -> Node:
    """The cell whose source has this in it."""
    return next(one for one in notebook.cells if begin in one.source)


def worked_in() -> Node:
    """A notebook with an answer, its result, a note and an experiment of the student's."""
    notebook = opened(made(LESSON))
    stub = cell(notebook, "def jacobian_2xtx")
    stub.source = ANSWER
    stub.outputs = [nbformat.v4.new_output("stream", text="mine")]
    cell(notebook, 'print("before:"').source += "\n    print('and mine')"
    notebook.cells.insert(notebook.cells.index(stub), nbformat.v4.new_markdown_cell("My note", id="code-9"))
    notebook.metadata.kernelspec.name = "of the student"
    return notebook


def merged(notebook: Node, *, base: bytes = made(LESSON), new: str = BETTER) -> tuple[MergedFile, Node]:
    """The merged file, and what a program reads in it."""
    result = merge_notebooks(PATH, base, saved(notebook), made(new))
    read = opened(result.data)
    nbformat.validate(read)
    return result, read


def test_what_was_written_stays_and_the_rest_is_new() -> None:
    """The answer with its result, the note before it, the experiment in its place, and the kernel."""
    result, notebook = merged(worked_in())
    sources = [one.source for one in notebook.cells]
    new = [one.source for one in opened(made(BETTER)).cells]
    theirs = {ANSWER, "My note", cell(notebook, "and mine").source}
    assert [one for one in sources if one not in theirs] == [
        one for one in new if "def jacobian_2xtx" not in one and 'print("before:"' not in one
    ]
    at = sources.index(ANSWER)
    assert sources[at - 1] == "My note"
    assert sources[at + 1] == 'check("jacobian_2xtx")'
    assert notebook.cells[at].outputs[0].text == "mine"
    assert (
        sources[sources.index("My note") - 1]
        == new[[*new].index(cell(opened(made(BETTER)), "def jacobian_2xtx").source) - 1]
    )
    assert notebook.metadata.kernelspec.name == "of the student"
    assert (result.kept, result.both) == (("jacobian_2xtx",), ("jacobian_2xtx",))


def test_every_cell_has_an_id_of_its_own() -> None:
    """Ids tell places in a lesson, so a student's cell may have that of a new one."""
    _, notebook = merged(worked_in())
    ids = [one.id for one in notebook.cells]
    assert len(ids) == len({*ids})
    assert "stub-jacobian_2xtx" in ids


def test_a_program_may_have_changed_all_ids() -> None:
    """Then a stub is known by the function in it."""
    notebook = worked_in()
    stub = cell(notebook, "def jacobian_2xtx")
    stub.source = "def jacobian_2xtx(x):\n    return x"
    for number, one in enumerate(notebook.cells):
        one.id = f"colab-{number}"
    result, read = merged(notebook)
    assert [one.source for one in read.cells if "def jacobian_2xtx(" in one.source] == [stub.source]
    assert result.both == ("jacobian_2xtx",)


def test_running_cells_is_no_change() -> None:
    """Results and counts are nobody's work; the new lesson is whole."""
    notebook = opened(made(LESSON))
    for one in notebook.cells:
        if one.cell_type == "code":
            one.execution_count = 1
            one.outputs = [nbformat.v4.new_output("stream", text="42")]
    assert merged(notebook)[1].cells == opened(made(BETTER)).cells


def test_a_notebook_that_the_old_handout_lacked_has_nothing_twice() -> None:
    """Somebody who had the new one already keeps what they wrote in it."""
    notebook = opened(made(BETTER))
    cell(notebook, "def jacobian_2xtx").source = ANSWER
    assert [one.source for one in merged(notebook, base=b"")[1].cells] == [one.source for one in notebook.cells]


def test_lines_for_ipython_are_kept() -> None:
    """A cell that is no Python is the student's, too."""
    notebook = opened(made(LESSON))
    notebook.cells.append(nbformat.v4.new_code_cell("%pip install torch\n!ls ("))
    assert merged(notebook)[1].cells[-1].source == "%pip install torch\n!ls ("


def test_an_old_notebook_gets_ids() -> None:
    """Before nbformat 4.5 cells had none."""
    notebook = worked_in()
    notebook.nbformat_minor = 4
    for one in notebook.cells:
        del one["id"]
    assert all(one.id for one in merged(notebook)[1].cells)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"cells": 3}', b"[" * 100_000], ids=lambda one: str(one[:12])
)
def test_what_is_no_notebook_is_refused(data: bytes) -> None:
    """One sentence names it."""
    with pytest.raises(UsageError, match=r"notebooks/a\.ipynb is no notebook that can be read"):
        merge_notebooks(PATH, made(LESSON), data, made(BETTER))
