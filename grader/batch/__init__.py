"""Grades a class: one report for each submission, and a table of them all."""

from grader.batch.run import BatchResult, find_submissions, grade_batch

__all__ = ["BatchResult", "find_submissions", "grade_batch"]
