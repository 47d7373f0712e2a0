"""Reads what a student handed in: bytes that nobody trusts become a `SourceTree`."""

from grader.submission.names import identity_of, is_submission
from grader.submission.read import SourceTree, read_submission, unread

__all__ = ["SourceTree", "identity_of", "is_submission", "read_submission", "unread"]
