"""The command line: `grader check`, `grader batch`, `grader list`, `grader doctor`.

Standard output carries documents only; everything for people goes to standard error. What takes time to import is
imported by the command that needs it: `grader list` and wrong usage answer at once, and a check imports the rest while
its zygote gets ready.
"""

import contextlib
import os
import secrets
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.exceptions import NoArgsIsHelpError
from msgspec.structs import replace

from grader import __version__
from grader.catalog import exercises_folder, load_catalog
from grader.errors import EnvironmentFault, ExerciseError, GraderError, SubmissionError, UsageError
from grader.files import write_whole
from grader.loading import checks_of
from grader.model import Layer, Limits
from grader.report import Audience, Report, for_audience
from grader.report.json import render_json
from grader.sandbox import Launcher, confined_launcher, missing_layers, quick_launcher
from grader.submission import read_submission

if TYPE_CHECKING:
    from grader.batch import BatchResult, Entry

REPORT_FILE = "report.json"


class Code(IntEnum):
    """What the exit code says."""

    COMPLETE = 0
    INCOMPLETE = 1
    USAGE = 2
    OUR_FAULT = 3
    INTERRUPTED = 130
    STOPPED = 143


# Any: click decorates functions of any signature.
_Command = Callable[..., Any]


_audience_option = click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.INSTRUCTOR.value,
    show_default=True,
    help="For a student, nothing about hidden questions is in the report.",
)


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
        _audience_option,
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
    """Grade one submission: a folder, a .py, .ipynb, .zip or .tar.gz file. Without PATH, this kit's exercises.

    Exit code: 0 full marks, 1 below full marks, 2 wrong usage, 3 the grader's own fault.
    """
    if output is not None and not output.parent.is_dir():
        raise UsageError(f"{output} cannot be written: there is no folder {output.parent}")
    catalog = load_catalog().select(only)
    tree = read_submission(exercises_folder() if path is None else path)
    # Somebody waits for it, so what does not end is given up sooner than in a class.
    limits = replace(_limits(timeout), import_seconds=6.0, lost_factor=1.3)
    with contextlib.closing(quick_launcher(limits)) as launcher:
        from grader.engine import Engine

        if missing := missing_layers(launcher):
            click.echo(_unconfined(missing), err=True)
        engine = Engine(catalog, _seed(seed), limits, launcher)
        report = for_audience(engine.session(lambda grading: grading.grade(tree).report), Audience(audience))
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
@click.option(
    "--jobs",
    type=click.IntRange(min=1, max=256),
    metavar="N",
    help="How many submissions are graded at once.  [default: one for each core]",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Grade on the Dask cluster with this scheduler; `local` starts one here, of N processes.",
)
@click.option("--resume", is_flag=True, help="Grade only what is new or changed since the finished batch in OUT.")
@click.option("--allow-unconfined", is_flag=True, help="Grade also where this machine cannot confine strangers' code.")
def batch(
    folder: Path,
    out: Path,
    only: tuple[str, ...],
    seed: str | None,
    timeout: float | None,
    audience: str,
    jobs: int | None,
    cluster: str | None,
    resume: bool,
    allow_unconfined: bool,
) -> Code:
    """Grade a class: every sub-folder, .py, .ipynb, .zip and .tar.gz of DIR is a submission.

    Writes OUT/reports/<submission>.json, OUT/summary.csv and OUT/summary.json. After an interruption the same command
    goes on where it was. Exit code: 0 everything was graded, 2 wrong usage, 3 something could not be graded.
    """
    from grader.batch import Output, find_submissions, grade_all, grade_batch, open_journal, plan_batch
    from grader.batch.cluster import Cluster, grade_on_cluster
    from grader.engine import Engine

    catalog = load_catalog().select(only)
    submissions = find_submissions(folder, out)
    limits = _limits(timeout)
    with open_journal(out) as journal:
        plan = plan_batch(journal.history, only, limits.question_seconds, seed, resume=resume)

        def grade(left: Mapping[str, Path], done: Callable[["Entry"], None]) -> None:
            if cluster is not None:
                where = Cluster(address=cluster, jobs=jobs or _cores(), allow_unconfined=allow_unconfined)
                grade_on_cluster(where, plan.settings, left, done)
                return
            with contextlib.closing(confined_launcher(limits)) as launcher:
                if not allow_unconfined:
                    _require_confinement(launcher)
                engine = Engine(catalog, plan.settings.seed, limits, launcher)
                grade_all(engine, launcher, jobs or _cores(), left, done)

        result = grade_batch(submissions, Output(folder=out, audience=Audience(audience)), journal, plan, grade)
    click.echo(_last_line(result, out), err=True)
    return Code.OUR_FAULT if result.needs_review else Code.COMPLETE


@cli.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@_audience_option
def regrade(out: Path, audience: str) -> Code:
    """Judge the answers that a batch has stored in OUT again, after points, tolerances or messages have changed.

    No code of a submission runs. Reports and tables are written anew. Exit code: as of `grader batch`.
    """
    from grader.batch import Output, load_batch, observed_of, regrade_batch
    from grader.engine import Engine

    with load_batch(out) as history:
        catalog = load_catalog().select(history.settings.only)
        limits = _limits(history.settings.question_seconds)
        with contextlib.closing(confined_launcher(limits)) as launcher:
            engine = Engine(catalog, history.settings.seed, limits, launcher)
            output = Output(folder=out, audience=Audience(audience))
            result = engine.session(
                lambda grading: regrade_batch(history, output, lambda entry: grading.regrade(observed_of(entry)))
            )
    click.echo(_last_line(result, out), err=True)
    return Code.OUR_FAULT if result.needs_review else Code.COMPLETE


@cli.command()
def doctor() -> Code:
    """Say which layers of confinement work on this machine, why one does not, and how to get it.

    Exit code: 0 where `grader batch` can grade the work of strangers, 1 where it refuses to.
    """
    from grader.doctor import render_doctor

    with contextlib.closing(confined_launcher(Limits())) as launcher:
        layers, missing = launcher.layers, missing_layers(launcher)
    click.echo(render_doctor(layers, missing, width=_width(), colour=_colour(sys.stdout)), nl=False)
    return Code.INCOMPLETE if missing else Code.COMPLETE


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


class _Stopped(KeyboardInterrupt):
    """The process was told to end; raised where it is, as Ctrl-C is, so that everything is left in order."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows lacks the second
        if number and signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` wants it
            signal.signal(number, _stop)
    code = int(_run(arguments))
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Everything is closed and written. To take torch apart object by object takes Python longer than to grade.
    os._exit(code)


def _stop(*_: object) -> None:
    raise _Stopped


def _run(arguments: list[str] | None) -> int:
    try:
        return int(cli.main(arguments, prog_name="grader", standalone_mode=False) or 0)
    except NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Code.USAGE
    except click.ClickException as error:
        error.show()
        return Code.USAGE
    except GraderError as error:
        return _refused(error)
    except (click.Abort, KeyboardInterrupt) as error:
        stopped = isinstance(error, _Stopped) or isinstance(error.__cause__, _Stopped)  # click makes an Abort of both
        click.echo("Stopped." if stopped else "Interrupted.", err=True)
        return Code.STOPPED if stopped else Code.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has stopped; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.OUR_FAULT
    except Exception:  # a bug of ours keeps its traceback, and its exit code
        traceback.print_exc()
        return Code.OUR_FAULT


def _refused(error: GraderError) -> Code:
    """Say in one sentence what was wrong; the type of the error says who can fix it."""
    said = "The kit itself is at fault" if isinstance(error, ExerciseError) else "Error"
    click.echo(f"{said}: {error}", err=True)
    return Code.USAGE if isinstance(error, UsageError | SubmissionError) else Code.OUR_FAULT


def _limits(timeout: float | None) -> Limits:
    return Limits() if timeout is None else Limits(question_seconds=timeout)


def _seed(given: str | None) -> str:
    """Drawn only when workers can be forked already: a zygote that is a fork of this process must not hold it."""
    return str(secrets.randbelow(1 << 32)) if given is None else given


def _unconfined(missing: Sequence[Layer]) -> str:
    names = ", ".join(layer.name for layer in missing)
    return (
        f"Note: your code runs with little confinement here (not active: {names}), as it does when you run it yourself."
    )


def _require_confinement(launcher: Launcher) -> None:
    if missing := missing_layers(launcher):
        reasons = "; ".join(f"{layer.name}: {layer.why_not}" for layer in missing)
        raise EnvironmentFault(
            f"the code of strangers cannot be confined on this machine ({reasons}). `grader doctor` says how to get"
            " there; --allow-unconfined grades all the same"
        )


def _show(report: Report, *, to_stdout: bool) -> None:
    from grader.report.text import render_text

    stream = sys.stdout if to_stdout else sys.stderr
    # click drops what the stream's encoding lacks only on request; an old Windows console must not end the run.
    encoding = stream.encoding or "utf-8"
    text = (
        render_text(report, width=_width(), colour=_colour(stream)).encode(encoding, errors="replace").decode(encoding)
    )
    click.echo(text, nl=False, err=not to_stdout)


def _width() -> int:
    return min(100, shutil.get_terminal_size((100, 24)).columns)


def _colour(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ


def _code(report: Report) -> Code:
    if report.needs_review:
        return Code.OUR_FAULT
    return Code.COMPLETE if report.points == report.max_points else Code.INCOMPLETE


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _last_line(result: "BatchResult", out: Path) -> str:
    parts = [f"{result.graded} graded" + (f" ({result.kept} of them before)" if result.kept else "")]
    if result.needs_review:
        names = ", ".join(result.needs_review[:10]) + (", ..." if len(result.needs_review) > 10 else "")
        parts.append(f"{len(result.needs_review)} need review ({names})")
    return f"{'; '.join(parts)}. Results are in {out}: summary.csv, summary.json and reports/."
