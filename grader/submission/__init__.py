"""Reads what a student handed in: bytes that nobody trusts become a `SourceTree`."""

from grader.submission.read import SourceTree, names_in, read_own, read_submission, read_together, unread

__all__ = ["SourceTree", "names_in", "read_own", "read_submission", "read_together", "unread"]
