"""In a notebook: `from grader.notebook import check`, and `check("gradient")` below the function's cell."""

from grader.notebook.kernel import check

__all__ = ["check"]
