"""`grader notebooks`: each chapter as a notebook, or notebooks as chapters again."""

from collections.abc import Mapping
from pathlib import Path

import click

from grader.errors import UsageError
from grader.files import make_folder, read_whole, write_whole
from grader.inside.said import Listed, say
from grader.options import Code, course_option, only_option, open_course
from grader.terminal import say_to_person


@click.command()
@click.argument("notebooks", metavar="[NOTEBOOK]...", type=click.Path(path_type=Path, dir_okay=False), nargs=-1)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder that is written to."
)
@only_option
@click.option("--wheel", metavar="URL", help="The address of the wheel that Colab installs.")
@click.option(
    "--base-url",
    metavar="URL",
    help="The folder on GitHub where the notebooks will be, for a badge that opens them in Colab.",
)
@course_option
def command(
    notebooks: tuple[Path, ...],
    out: Path,
    only: tuple[str, ...],
    wheel: str | None,
    base_url: str | None,
    course_folder: Path | None,
) -> Code:
    """Write each chapter as a notebook, with a check below each stub; with NOTEBOOK, the chapters of these notebooks.

    No file is replaced by another one. Exit code: 0, or 2 for wrong usage.
    """
    from grader.notebook.chapters import Links, notebook_of, script_of

    if notebooks:
        files = {f"{path.stem}.py": script_of(path, _text(path)) for path in notebooks}
    else:
        course = open_course(course_folder)
        catalog = course.catalog
        if course.exam_file.exists():  # of a handout of a part
            from grader.exam import read_exam

            catalog = read_exam(course, course.exam_file.read_bytes()).catalog
        links = Links(wheel=wheel, folder=base_url)
        files = {
            f"{chapter.id}.ipynb": notebook_of(chapter, _text(course.stubs / f"{chapter.id}.py"), links)
            for chapter in catalog.select(only).chapter
        }
    _write(out, files)
    say_to_person(say("notebook.written", files=Listed(things=tuple(files)), out=str(out)))
    return Code.COMPLETE


def _text(path: Path) -> str:
    """The text of a file; raises `UsageError` where that is not to be had."""
    try:
        return read_whole(path).decode()
    except UnicodeDecodeError as error:
        raise UsageError(say("usage.unreadable", path=str(path), strerror=error.reason)) from error


def _write(out: Path, files: Mapping[str, str]) -> None:
    """Write the files, or none of them where one would take the place of another; raises `UsageError`."""
    make_folder(out)
    for name, text in files.items():
        path = out / name
        if path.exists() and (not path.is_file() or path.read_bytes() != text.encode()):
            raise UsageError(say("notebook.exists", path=str(path)))
    for name, text in files.items():
        write_whole(out / name, text)
