"""The teacher's second hand-out, for afterwards: a reference for each exercise, and what often goes wrong there."""

import ast
from collections.abc import Iterator

from grader.bundle import Bundle
from grader.course import Course
from grader.course.catalog import Chapter, Exercise
from grader.exam import Exam
from grader.inside.said import say


def explained_solutions(exam: Exam, name: str) -> Bundle:
    """For each chapter of an exam its references as a file, and a page that explains them."""
    files: dict[str, bytes] = {}
    for chapter in exam.catalog.chapter:
        source = exam.course.reference(chapter.id).read_text(encoding="utf-8")
        files[f"{chapter.id}.py"] = source.encode()
        files[f"{chapter.id}.md"] = ("\n".join(_page(exam.course, chapter, source)) + "\n").encode()
    return Bundle(name, files)


def _page(course: Course, chapter: Chapter, source: str) -> Iterator[str]:
    module = ast.parse(source)
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    yield f"# {chapter.title}"
    for exercise in chapter.exercise:
        yield f"\n## `{exercise.id}`: {exercise.title}\n"
        if (function := functions.get(exercise.id)) is not None:
            yield f"```python\n{ast.get_source_segment(source, function)}\n```\n"
        yield course.language.say(say("handout.read_on", page=exercise.docs)) + "\n"
        yield from _mistakes(course, chapter, exercise)


def _mistakes(course: Course, chapter: Chapter, exercise: Exercise) -> Iterator[str]:
    misconceptions = [one for one in course.misconceptions(chapter.id) if one.exercise == exercise.id]
    if misconceptions:
        yield course.language.say(say("handout.mistakes")) + "\n"
    for one in misconceptions:
        yield f"- *{one.belief}* {one.hint}"
