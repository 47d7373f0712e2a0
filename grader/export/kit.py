"""The whole kit with a course, solutions and all, for a grading server that students cannot look into."""

from collections.abc import Iterator
from pathlib import Path

from grader.course import Course
from grader.errors import UsageError
from grader.inside.said import say
from grader.kit import HOME

_SUPPORT = ("LICENSE", "README.md", "constraints.txt", "docs/students.md", "pyproject.toml", "scripts/setup.sh")
_COURSE = ("checks", "exercises", "probes", "solutions")
_COURSE_FILES = ("catalog.toml", "phrasebook.toml")


def whole_kit(course: Course) -> Iterator[tuple[str, bytes]]:
    """Every file that grading needs, by its path; raises `UsageError` where the kit lies without some."""
    for name in _SUPPORT:
        if not (HOME / name).exists():
            raise UsageError(say("handout.no_checkout", file=name))
        yield name, (HOME / name).read_bytes()
    yield from _below(HOME, "grader")
    for name in _COURSE:
        yield from _below(course.folder, name)
    for name in _COURSE_FILES:
        if (course.folder / name).exists():
            yield name, (course.folder / name).read_bytes()


def _below(root: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted((root / folder).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(root).as_posix(), path.read_bytes()
