"""`grader handout`: make what students receive."""

import contextlib
from pathlib import Path

import click

from grader.bundle import require_free, write_folder, write_wheel, write_zip
from grader.errors import UsageError
from grader.inside.said import say
from grader.options import Code, course_option, limits_of, only_option, open_course
from grader.sandbox import confined_launcher
from grader.terminal import say_to_person


@click.command()
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder that is written."
)
@only_option
@click.option("--name", help="What the handout is called, and the folder in its zip file.  [default: the name of OUT]")
@click.option("--zip", "as_zip", is_flag=True, help="Write OUT.zip as well.")
@click.option("--wheel", is_flag=True, help="Build a wheel beside OUT as well, for notebooks; needs pip.")
@click.option(
    "--solutions", is_flag=True, help="Make the second hand-out instead: explained solutions, for afterwards."
)
@course_option
def command(
    out: Path,
    only: tuple[str, ...],
    name: str | None,
    as_zip: bool,
    wheel: bool,
    solutions: bool,
    course_folder: Path | None,
) -> Code:
    """Make what students receive: lessons, checks of visible questions, and what they need to run them; no answers.

    Exit code: 0, 2 wrong usage, 3 the grader's own fault.
    """
    course = open_course(course_folder)
    only = course.catalog.ids_of(only)
    name = out.resolve().name if name is None else name
    if not name or Path(name).name != name:
        raise UsageError(say("handout.name", name=name))
    archive = out.with_name(f"{out.name}.zip")
    require_free(out, *([archive] if as_zip else []))
    limits = limits_of(None)
    with contextlib.closing(confined_launcher(limits, course.equipment)) as launcher:
        from grader.exam import LiveExam
        from grader.handout import build_handout, explained_solutions

        # No hidden question comes into a handout, so any seed will do.
        exam = LiveExam(course, "0", only, launcher, limits)
        handout = explained_solutions(exam, name) if solutions else build_handout(exam, name)
    # First what may fail: without pip, nothing is written.
    if wheel and not solutions:
        say_to_person(say("handout.written_file", path=str(write_wheel(handout, out.parent))))
    if as_zip:
        write_zip(handout, archive)
        say_to_person(say("handout.written_file", path=str(archive)))
    write_folder(handout, out)
    say_to_person(say("handout.written", path=str(out), count=len(handout.files)))
    return Code.COMPLETE
