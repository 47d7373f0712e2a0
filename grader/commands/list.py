"""`grader list`: what there is to solve."""

import sys
from pathlib import Path

import click

from grader.options import Code, course_option, open_course
from grader.terminal import print_text


@click.command("list")
@course_option
def command(course_folder: Path | None) -> Code:
    """List the chapters and exercises with their points."""
    course = open_course(course_folder)
    catalog, checks = course.catalog, course.checks
    if course.exam_file.exists():
        from grader.exam import read_exam

        exam = read_exam(course, course.exam_file.read_bytes())
        catalog, checks = exam.catalog, tuple(exam.questions)
    for chapter in catalog.chapter:
        print_text(f"{chapter.id}: {chapter.title}\n", sys.stdout)
        for exercise in chapter.exercise:
            points = sum(one.points for one in checks if one.cases.exercise == exercise.id)
            line = f"  {exercise.id:<26}{points:>3} points  {'*' * exercise.difficulty:<4} {exercise.title}"
            print_text(f"{line}\n", sys.stdout)
    return Code.COMPLETE
