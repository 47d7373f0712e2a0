"""The things that a classroom needs to grade with this kit: one bundle of files for each."""

from grader.export.classrooms import CLASSROOMS, export

__all__ = ["CLASSROOMS", "export"]
