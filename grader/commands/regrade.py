"""`grader regrade`: judge the stored answers of a batch again."""

import contextlib
from pathlib import Path

import click

from grader.options import Code, course_option, limits_of, open_course
from grader.sandbox import confined_launcher


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@course_option
def command(out: Path, course_folder: Path | None) -> Code:
    """Judge the answers that a batch has stored in OUT again, after points, tolerances or messages have changed.

    No code of a submission runs. Reports and tables are written anew. Exit code: as of `grader batch`.
    """
    from grader.batch import load_batch, observed_of, regrade_batch
    from grader.exam import LiveExam
    from grader.grading import Grader
    from grader.results import say_results

    course = open_course(course_folder)
    with load_batch(out) as history:
        limits = limits_of(history.settings.question_seconds)
        with contextlib.closing(confined_launcher(limits, course.equipment)) as launcher:
            exam = LiveExam(course, history.settings.seed, history.settings.only, launcher, limits)
            with Grader(exam, launcher, limits) as grader:
                result = regrade_batch(course, history, out, lambda entry: grader.regrade(observed_of(entry)))
    say_results(result, out)
    return Code.OUR_FAULT if result.needs_review else Code.COMPLETE
