"""Handouts for students: copies of public files, and a recorded exam in the place of the solutions."""

from grader.handout.build import build_handout
from grader.handout.explain import explained_solutions

__all__ = ["build_handout", "explained_solutions"]
