"""`grader export`: make what a classroom needs to grade."""

import contextlib
from pathlib import Path

import click

from grader.bundle import require_free, write_folder, write_tar, write_zip
from grader.errors import UsageError
from grader.export import CLASSROOMS
from grader.inside.said import say
from grader.options import Code, course_option, limits_of, only_option, open_course
from grader.sandbox import confined_launcher
from grader.terminal import say_to_person

# What the classroom takes, beside the folder.
_ARCHIVES = {"classroom50": ".tar.gz", "gradescope": ".zip"}


@click.command()
@click.argument("classroom", type=click.Choice(CLASSROOMS))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder that is written."
)
@only_option
@click.option("--private", is_flag=True, help="Classroom 50: no handout in the bundle; the runner has the kit.")
@click.option("--with-solutions", is_flag=True, help="Classroom 50: the whole kit in the public bundle.")
@course_option
def command(
    classroom: str,
    out: Path,
    only: tuple[str, ...],
    private: bool,
    with_solutions: bool,
    course_folder: Path | None,
) -> Code:
    """Make what a classroom needs to grade with this kit; docs/classrooms/ says where its parts go.

    Exit code: 0, 2 wrong usage, 3 the grader's own fault.
    """
    if (private or with_solutions) and classroom != "classroom50":
        raise UsageError(say("export.only_classroom50"))
    if private and with_solutions:
        raise UsageError(say("export.private_or_all"))
    course = open_course(course_folder)
    only = course.catalog.ids_of(only)
    suffix = _ARCHIVES.get(classroom)
    archive = None if suffix is None else out.with_name(out.name + suffix)
    require_free(out, *([] if archive is None else [archive]))
    limits = limits_of(None)
    with contextlib.closing(confined_launcher(limits, course.equipment)) as launcher:
        from grader.exam import LiveExam
        from grader.export import export

        exam = LiveExam(course, "0", only, launcher, limits)
        bundle = export(classroom, exam, out.resolve().name, private=private, with_solutions=with_solutions)
    if archive is not None:
        if suffix == ".zip":
            write_zip(bundle, archive, flat=True)
        else:
            write_tar(bundle, archive)
        say_to_person(say("handout.written_file", path=str(archive)))
    write_folder(bundle, out)
    say_to_person(say("handout.written", path=str(out), count=len(bundle.files)))
    if with_solutions:
        say_to_person(say("export.public"))
    return Code.COMPLETE
