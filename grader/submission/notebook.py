"""The code cells of a Jupyter notebook."""

import nbformat
from nbformat.reader import NotJSONError

from grader.errors import SubmissionError
from grader.wire import Cell


def read_notebook(path: str, data: bytes) -> tuple[Cell, ...]:
    """The code cells in order, each named after its place; raises `SubmissionError` for what is no notebook."""
    try:
        notebook = nbformat.reads(data.decode("utf-8-sig"), as_version=4)  # type: ignore[no-untyped-call]
        sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    except NotJSONError as error:
        raise SubmissionError(f"{path} is not a notebook: its JSON is broken") from error
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{path} is not a notebook: it is not UTF-8") from error
    except RecursionError as error:
        raise SubmissionError(f"{path} is not a notebook: it is nested too deeply") from error
    except Exception as error:  # nbformat's readers fail in many ways on what only looks like a notebook
        raise SubmissionError(f"{path} is not a notebook: it lacks what a notebook has") from error
    return tuple(
        Cell(file=f"{path}[cell {number}]", source=str(source)) for number, source in enumerate(sources, start=1)
    )
