"""Reads what a student handed in: bytes that nobody trusts become a `SourceTree`."""

from grader.submission.read import SourceTree, read_submission

__all__ = ["SourceTree", "read_submission"]
