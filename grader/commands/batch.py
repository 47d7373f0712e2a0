"""`grader batch`: grade a class."""

import contextlib
import os
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.errors import EnvironmentFault
from grader.inside.said import Listed, say
from grader.options import Code, cores, grading_options, limits_of, open_course
from grader.report.formats import FORMATS
from grader.sandbox import Launcher, confined_launcher, jobs_that_fit, memory_here, missing_layers
from grader.terminal import say_to_person

if TYPE_CHECKING:
    from grader.batch import Entry, Handed


# To warm up costs as much as it saves in so many submissions.
_MANY = 5


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where reports are written.",
)
@grading_options
@click.option(
    "--jobs",
    type=click.IntRange(min=1, max=256),
    metavar="N",
    help="How many submissions are graded at once.  [default: one for each core, or fewer where memory is little]",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Grade on the Dask cluster with this scheduler; `local` starts one here, of N processes.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    help="Write each submission's document in this format, too; repeatable.",
)
@click.option("--resume", is_flag=True, help="Grade only what is new or changed since the finished batch in OUT.")
@click.option("--allow-unconfined", is_flag=True, help="Grade also where this machine cannot confine strangers' code.")
def command(
    folder: Path,
    course_folder: Path | None,
    out: Path,
    only: tuple[str, ...],
    seed: str | None,
    timeout: float | None,
    jobs: int | None,
    cluster: str | None,
    formats: tuple[str, ...],
    resume: bool,
    allow_unconfined: bool,
) -> Code:
    """Grade a class: every entry of DIR is a submission, or a file of one where an LMS put all into one folder.

    Writes OUT/reports/<submission>.json, OUT/pages/<submission>.html and two summaries for the instructor, and the same
    reports and pages in OUT/student to be handed on. With --format each gets a document in OUT/student/FORMAT, too, and
    in OUT/FORMAT unless that is for a client that shows it to the student. After an interruption the same command goes
    on where it was.
    Exit code: 0 everything was graded, 2 wrong usage, 3 something could not be graded or read.
    """
    from grader.batch import Documents, find_submissions, grade_batch, open_journal, plan_batch
    from grader.results import say_results

    course = open_course(course_folder)
    only = course.catalog.ids_of(only)
    room = find_submissions(folder, out)
    limits = limits_of(timeout)
    with open_journal(out) as journal:
        # Documents that are there stay as new as the reports.
        before = journal.history.formats if journal.history else ()
        documents = Documents(out, course, (*before, *formats), os.environ)
        plan = plan_batch(journal.history, only, limits.question_seconds, seed, resume=resume)

        def grade(left: "Mapping[str, Handed]") -> "Generator[Entry]":
            from grader.batch import Grading, graded
            from grader.batch.cluster import Cluster, graded_on_cluster
            from grader.exam import LiveExam

            at_once = _at_once(jobs, len(left)) if cluster is None else 1
            warm = cluster is None and len(left) >= _MANY
            with contextlib.closing(confined_launcher(limits, course.equipment, at_once, warm=warm)) as launcher:
                exam = LiveExam(course, plan.settings.seed, only, launcher, limits)
                if cluster is not None:
                    where = Cluster(address=cluster, jobs=jobs or cores(), allow_unconfined=allow_unconfined)
                    yield from graded_on_cluster(where, exam, limits, left)
                    return
                if not allow_unconfined:
                    _require_confinement(launcher)
                if refused := [layer.name.value for layer in launcher.layers if not layer.active]:
                    say_to_person(say("command.refused_layers", layers=Listed(things=tuple(refused))))
                grading = Grading(exam=exam, launcher=launcher, limits=limits)
                with contextlib.closing(graded(grading, at_once, left)) as entries:
                    yield from entries

        result = grade_batch(room, journal, plan, documents, grade)
    say_results(result, out)
    return Code.OUR_FAULT if result.needs_review else Code.COMPLETE


def _at_once(jobs: int | None, submissions: int) -> int:
    """How many submissions are graded at once: as many as there are, as asked for, or as the machine has room for."""
    return max(1, min(jobs or jobs_that_fit(memory_here(), cores()), submissions))


def _require_confinement(launcher: Launcher) -> None:
    if missing := missing_layers(launcher):
        reasons = "; ".join(f"{layer.name}: {layer.why_not}" for layer in missing)
        raise EnvironmentFault(say("fault.not_confined", reasons=str(reasons)))
