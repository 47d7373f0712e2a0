"""Handouts for students: copies of public files, and a recorded exam in the place of the solutions."""

from grader.handout.build import Handout, build_handout
from grader.handout.explain import explained_solutions
from grader.handout.write import write_folder, write_wheel, write_zip

__all__ = ["Handout", "build_handout", "explained_solutions", "write_folder", "write_wheel", "write_zip"]
