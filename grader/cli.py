"""The command line: `grader check`, `grader batch`, `grader list`.

Standard output carries documents only; everything for people goes to standard error.
"""

import os
import secrets
import shutil
import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from grader import __version__
from grader.batch import BatchResult, find_submissions, grade_batch
from grader.catalog import Catalog, exercises_folder, load_catalog
from grader.engine import Engine
from grader.errors import ExerciseError, GraderError, SubmissionError, UsageError
from grader.files import write_whole
from grader.loading import checks_of
from grader.model import Limits
from grader.report import Audience, Report, for_audience
from grader.report.json import render_json
from grader.report.text import render_text
from grader.submission import read_submission

REPORT_FILE = "report.json"


class Code(IntEnum):
    """What the exit code says."""

    COMPLETE = 0
    INCOMPLETE = 1
    USAGE = 2
    OUR_FAULT = 3
    INTERRUPTED = 130


# Any: click decorates functions of any signature.
_Command = Callable[..., Any]


def _grading_options(command: _Command) -> _Command:
    """The options that every command shares which grades."""
    options = (
        click.option("--only", multiple=True, metavar="NAME", help="Grade this exercise or chapter only; repeatable."),
        click.option("--seed", metavar="N", help="Draw the same hidden inputs as the report with this seed."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True, max=3600),
            metavar="S",
            help=f"Seconds of CPU time for one question.  [default: {Limits().question_seconds:g}]",
        ),
        click.option(
            "--audience",
            type=click.Choice([audience.value for audience in Audience]),
            default=Audience.INSTRUCTOR.value,
            show_default=True,
            help="For a student, nothing about hidden questions is in the report.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade exercises about PyTorch gradients."""


@cli.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@_grading_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "text"]),
    help="What standard output carries.  [default: json in a pipe; on a terminal, the report goes to report.json]",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the JSON report to this file.")
def check(
    path: Path | None,
    only: tuple[str, ...],
    seed: str | None,
    timeout: float | None,
    audience: str,
    form: str | None,
    output: Path | None,
) -> Code:
    """Grade one submission: a folder, a .py or a .ipynb file. Without PATH, this kit's exercises.

    Exit code: 0 full marks, 1 below full marks, 2 wrong usage, 3 the grader's own fault.
    """
    if output is not None and not output.parent.is_dir():
        raise UsageError(f"{output} cannot be written: there is no folder {output.parent}")
    catalog = load_catalog().select(only)
    tree = read_submission(exercises_folder() if path is None else path)
    with _engine(catalog, seed, timeout) as engine:
        report = for_audience(engine.grade(tree), Audience(audience))
    document = render_json(report)
    if form is None and output is None and sys.stdout.isatty():
        output = Path(REPORT_FILE)
    _show(report, to_stdout=form == "text")
    if output is not None:
        write_whole(output, document)
        click.echo(f"The full report is in {output}.", err=True)
    elif form != "text":
        click.echo(document, nl=False)
    return _code(report)


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where reports are written.",
)
@_grading_options
def batch(
    folder: Path, out: Path, only: tuple[str, ...], seed: str | None, timeout: float | None, audience: str
) -> Code:
    """Grade a class: every sub-folder, .py and .ipynb file of DIR is a submission.

    Writes OUT/reports/<submission>.json and OUT/summary.csv. Exit code: 0 everything was graded, 2 wrong usage,
    3 something could not be graded.
    """
    catalog = load_catalog().select(only)
    submissions = find_submissions(folder)

    def progress(identity: str, outcome: Report | GraderError) -> None:
        said = f"{outcome.points}/{outcome.max_points}" if isinstance(outcome, Report) else f"not graded: {outcome}"
        click.echo(f"{identity:<32} {said}", err=True)

    with _engine(catalog, seed, timeout) as engine:
        result = grade_batch(engine, submissions, out, Audience(audience), progress)
    click.echo(_last_line(result, out), err=True)
    return Code.OUR_FAULT if result.failed or result.needs_review else Code.COMPLETE


@cli.command("list")
def list_exercises() -> Code:
    """List the chapters and exercises with their points."""
    catalog = load_catalog()
    checks = checks_of(catalog)
    for chapter in catalog.chapter:
        click.echo(f"{chapter.id}: {chapter.title}")
        for exercise in chapter.exercise:
            points = sum(one.points for one in checks if one.cases.exercise == exercise.id)
            click.echo(f"  {exercise.id:<26}{points:>3} points  {'*' * exercise.difficulty:<4} {exercise.title}")
    return Code.COMPLETE


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(int(_run(arguments)))


def _run(arguments: list[str] | None) -> int:
    try:
        return int(cli.main(arguments, prog_name="grader", standalone_mode=False) or 0)
    except NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Code.USAGE
    except click.ClickException as error:
        error.show()
        return Code.USAGE
    except (UsageError, SubmissionError) as error:
        click.echo(f"Error: {error}", err=True)
        return Code.USAGE
    except ExerciseError as error:
        click.echo(f"The kit itself is at fault: {error}", err=True)
        return Code.OUR_FAULT
    except GraderError as error:
        click.echo(f"Error: {error}", err=True)
        return Code.OUR_FAULT
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return Code.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has stopped; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.OUR_FAULT
    except Exception:  # a bug of ours keeps its traceback, and its exit code
        traceback.print_exc()
        return Code.OUR_FAULT


def _engine(catalog: Catalog, seed: str | None, timeout: float | None) -> Engine:
    limits = Limits() if timeout is None else Limits(question_seconds=timeout)
    return Engine(catalog, str(secrets.randbelow(1 << 32)) if seed is None else seed, limits)


def _show(report: Report, *, to_stdout: bool) -> None:
    stream = sys.stdout if to_stdout else sys.stderr
    colour = stream.isatty() and "NO_COLOR" not in os.environ
    # click drops what the stream's encoding lacks only on request; an old Windows console must not end the run.
    encoding = stream.encoding or "utf-8"
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    text = render_text(report, width=width, colour=colour).encode(encoding, errors="replace").decode(encoding)
    click.echo(text, nl=False, err=not to_stdout)


def _code(report: Report) -> Code:
    if report.needs_review:
        return Code.OUR_FAULT
    return Code.COMPLETE if report.points == report.max_points else Code.INCOMPLETE


def _last_line(result: BatchResult, out: Path) -> str:
    parts = [f"{result.graded} graded"]
    if result.failed:
        parts.append(f"{len(result.failed)} could not be graded ({', '.join(result.failed)})")
    if result.needs_review:
        parts.append(f"{len(result.needs_review)} need review ({', '.join(result.needs_review)})")
    return f"{'; '.join(parts)}. Results are in {out}: summary.csv and reports/."
