"""Our reader of notebooks against nbformat, which wrote the format down."""

from typing import Any

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v3, v4

from grader.submission.decode import harmless
from grader.submission.notebook import read_notebook

SOURCES = st.text(max_size=30) | st.lists(st.text(max_size=9), max_size=4).map("\n".join)
OUTPUTS = st.lists(
    st.builds(v4.new_output, st.just("stream"), text=SOURCES)
    | st.builds(v4.new_output, st.just("execute_result"), data=st.builds(dict, **{"text/plain": SOURCES})),
    max_size=2,
)
CELLS = st.lists(
    st.builds(v4.new_code_cell, SOURCES, outputs=OUTPUTS)
    | st.builds(v4.new_markdown_cell, SOURCES)
    | st.builds(v4.new_raw_cell, SOURCES),
    max_size=6,
)
# In the old format, nbformat does not read what it has written where lines end in any other way than with \n and \r.
OLD_SOURCES = SOURCES.filter(lambda source: not any(end in source for end in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"))
OLD_CELLS = st.lists(
    st.builds(v3.new_code_cell, OLD_SOURCES) | st.builds(v3.new_text_cell, st.just("markdown"), OLD_SOURCES),
    max_size=4,
)
VALID = st.builds(v4.new_notebook, cells=CELLS) | st.builds(
    v3.new_notebook, worksheets=st.lists(st.builds(v3.new_worksheet, cells=OLD_CELLS), max_size=2)
)


@settings(deadline=None)
@given(VALID, st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
# Any: nbformat has no types.
def test_every_valid_notebook_has_the_code_cells_that_nbformat_reads(notebook: Any, split: bool, encoding: str) -> None:
    """In every format that may be handed in, with outputs and other cells, with sources as text or as lines."""
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT, split_lines=split)
    theirs = nbformat.reads(text, as_version=4)
    ours = read_notebook("a.ipynb", text.encode(encoding))
    assert [cell.source for cell in ours.cells] == [
        harmless(cell.source) for cell in theirs.cells if cell.cell_type == "code"
    ]
