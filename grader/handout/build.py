"""Puts a handout together: files by their paths, each a whole copy of a public one. Nothing is cut out of a file.

In the place of the solutions it has a recorded exam. That is data: the visible questions, what is right for them, and
what each misconception answers.
"""

import ast
from collections.abc import Iterator

from grader import __version__
from grader.bundle import Bundle, static_files
from grader.course import Course
from grader.course.catalog import Chapter, Exercise
from grader.course.course import EXAM_FILE
from grader.errors import UsageError
from grader.exam import Exam, recorded
from grader.handout.parts import STATIC, package, support
from grader.inside.said import say
from grader.notebook.chapters import Links, notebook_of
from grader.update.manifest import LESSONS, MANIFEST, OWN_FOLDER, encode_manifest


def build_handout(exam: Exam, name: str) -> Bundle:
    """The handout of an exam's exercises.

    Raises `UsageError` where a lesson is not as it is to be handed out, because somebody has solved it in place.
    """
    files = dict(_content(exam))
    lessons = {path: data for path, data in files.items() if path.startswith(LESSONS)}
    files |= {f"{OWN_FOLDER}{path}": data for path, data in lessons.items()}
    files[MANIFEST] = encode_manifest(name, __version__, exam.catalog.exercise_ids, files)
    return Bundle(name, dict(sorted(files.items())))


def _content(exam: Exam) -> Iterator[tuple[str, bytes]]:
    yield from package()
    yield from static_files(STATIC).items()
    yield from support()
    yield from _course(exam)
    for chapter in exam.catalog.chapter:
        lesson = (exam.course.stubs / f"{chapter.id}.py").read_text(encoding="utf-8")
        yield f"notebooks/{chapter.id}.ipynb", notebook_of(chapter, lesson, Links()).encode()
    yield EXAM_FILE, recorded(exam, visible_only=True)


def _course(exam: Exam) -> Iterator[tuple[str, bytes]]:
    """The public files of the course, as far as they belong to chapters of the exam."""
    course = exam.course
    for chapter in exam.catalog.chapter:
        _require_untouched(course, course.catalog.chapter_of(chapter.exercise[0].id))
    names = ["catalog.toml", "phrasebook.toml", "checks/en.toml", "probes/functions.py"]
    names += [
        f"{part}/{chapter.id}.py" for part in ("exercises", "checks", "probes") for chapter in exam.catalog.chapter
    ]
    for name in names:
        path = course.folder / name
        if path.exists():
            yield name, path.read_bytes()


def _require_untouched(course: Course, chapter: Chapter) -> None:
    path = course.stubs / f"{chapter.id}.py"
    module = ast.parse(path.read_bytes())
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    for exercise in chapter.exercise:
        if exercise.id not in functions or not _is_untouched(functions[exercise.id], exercise):
            raise UsageError(say("handout.solved", exercise=exercise.id, file=f"exercises/{path.name}"))


def _is_untouched(function: ast.FunctionDef, exercise: Exercise) -> bool:
    """Is this a docstring, the lines that are given, and the stub's own end, and nothing else?"""
    given = ast.parse(exercise.given).body
    body = [*function.body[1:]] if ast.get_docstring(function) is not None else function.body
    return ast.dump(ast.Module([*given, *ast.parse("raise NotImplementedError").body], [])) == ast.dump(
        ast.Module(body, [])
    )
