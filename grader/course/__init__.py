"""A course: the content of one folder, which is all that is particular to what is taught."""

from grader.course.course import Course

__all__ = ["Course"]
