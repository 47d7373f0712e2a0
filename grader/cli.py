"""The command line of `grader`: each command is one function, and `main` turns how it ended into an exit code.

Standard output carries documents only; everything for people goes to standard error. Each command imports what it needs
and what takes time: so `grader list` and wrong usage answer at once. A check imports the rest while its zygote gets
ready.
"""

import contextlib
import errno
import os
import secrets
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click
import msgspec
from click.exceptions import NoArgsIsHelpError
from msgspec.structs import replace

from grader import __version__
from grader.course import Course
from grader.errors import EnvironmentFault, ExerciseError, GraderError, SubmissionError, UsageError
from grader.files import write_whole
from grader.inside.layers import Layer
from grader.inside.said import Listed, Said, say
from grader.kit import own_course
from grader.records import Limits
from grader.report import Audience, Report, for_audience
from grader.report.formats import DOCUMENTS
from grader.report.json import parse_json, render_json
from grader.sandbox import Launcher, confined_launcher, missing_layers, quick_launcher
from grader.submission import read_submission
from grader.words import own_language
from grader.words.plain import encodable, printable

if TYPE_CHECKING:
    from grader.batch import BatchResult, Entry, Handed

REPORT_FILE = "report.json"
TEXT = "text"
# How many submissions the last lines of a batch name.
_SAID = 10

# No room on a disk or for this user, or a standard stream that was closed by whoever started this.
_UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EBADF)

_T = TypeVar("_T")


class Code(IntEnum):
    """The exit codes."""

    COMPLETE = 0
    INCOMPLETE = 1
    USAGE = 2
    OUR_FAULT = 3
    INTERRUPTED = 130
    STOPPED = 143


# Any: click decorates functions of any signature.
_Command = Callable[..., Any]


def _course_option(command: _Command) -> _Command:
    """The option of every command that reads a course."""
    return click.option(
        "--course",
        "course_folder",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="GRADER_COURSE",
        metavar="DIR",
        help="The folder of the course, if it is not this kit's own.",
    )(command)


def _course(folder: Path | None) -> Course:
    return Course.open(own_course() if folder is None else folder)


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
    )
    for option in reversed(options):
        command = option(command)
    return _course_option(command)


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
    type=click.Choice([*DOCUMENTS, TEXT]),
    help="What standard output carries.  [default: json in a pipe; on a terminal, the report goes to report.json]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write the JSON report to this file, too; `-` is standard output.",
)
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.INSTRUCTOR.value,
    show_default=True,
    help="For a student, nothing about hidden questions is in the report, and the code runs fully confined.",
)
def check(
    path: Path | None,
    course_folder: Path | None,
    only: tuple[str, ...],
    seed: str | None,
    timeout: float | None,
    form: str | None,
    output: Path | None,
    audience: str,
) -> Code:
    """Grade one submission: a folder, a .py, .ipynb, .zip or .tar.gz file. Without PATH, this kit's exercises.

    Exit code: 0 full marks, 1 below full marks, 2 wrong usage, 3 the grader's own fault.
    """
    destination = _destination(form, output)
    view = Audience(audience)
    course = _course(course_folder)
    only = course.catalog.ids_of(only)
    tree = read_submission(course.stubs if path is None else path)
    limits = limits_of_check(timeout)
    # What a student gets must not tell of this machine, nor of hidden questions: only a confined worker knows neither.
    start = confined_launcher if view is Audience.STUDENT else quick_launcher
    with contextlib.closing(start(limits, course.equipment)) as launcher:
        from grader.exam import LiveExam
        from grader.grading import Grader

        if missing := missing_layers(launcher):
            _say(_unconfined(missing, view))
        exam = LiveExam(course, _seed(seed), only, launcher, limits)
        with Grader(exam, launcher, limits) as grader:
            report = for_audience(grader.grade(tree).report, view, course.folder)
    _show(report, to_stdout=destination.stdout == TEXT)
    if destination.file is not None:
        write_whole(destination.file, render_json(report))
        _say(say("command.full_report", file=str(destination.file)))
    if destination.stdout is not None and destination.stdout != TEXT:
        _put_out(report, destination.stdout)
    return _code(report)


def _put_out(report: Report, form: str) -> None:
    # A document is UTF-8, whatever this terminal's code page is.
    click.echo(DOCUMENTS[form](report).encode(), nl=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Destination:
    """Where the parts of a report go."""

    stdout: str | None
    file: Path | None


def _destination(form: str | None, output: Path | None) -> _Destination:
    """The destination that `--format` and `--output` ask for; raises `UsageError` where that cannot be."""
    if output == Path("-"):
        if form not in {None, "json"}:
            raise UsageError(say("usage.two_on_stdout", form=form))
        return _Destination(stdout="json", file=None)
    if output is not None and not output.parent.is_dir():
        raise UsageError(say("usage.no_folder_for", output=str(output), parent=str(output.parent)))
    match form:
        case str():
            return _Destination(stdout=form, file=output)
        case _ if output is not None:
            return _Destination(stdout=None, file=output)
        case _ if sys.stdout.isatty():
            return _Destination(stdout=None, file=Path(REPORT_FILE))
        case _:
            return _Destination(stdout="json", file=None)


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
    course_folder: Path | None,
    out: Path,
    only: tuple[str, ...],
    seed: str | None,
    timeout: float | None,
    jobs: int | None,
    cluster: str | None,
    resume: bool,
    allow_unconfined: bool,
) -> Code:
    """Grade a class: every entry of DIR is a submission, or a file of one where an LMS put all into one folder.

    Writes OUT/reports/<submission>.json, OUT/summary.csv and OUT/summary.json for the instructor, and
    OUT/student/reports/<submission>.json to be handed on. After an interruption the same command goes on where it was.
    Exit code: 0 everything was graded, 2 wrong usage, 3 something could not be graded or read.
    """
    from grader.batch import find_submissions, grade_batch, open_journal, plan_batch

    course = _course(course_folder)
    only = course.catalog.ids_of(only)
    room = find_submissions(folder, out)
    limits = _limits(timeout)
    with open_journal(out) as journal:
        plan = plan_batch(journal.history, only, limits.question_seconds, seed, resume=resume)

        def grade(left: "Mapping[str, Handed]") -> "Generator[Entry]":
            from grader.batch import Grading, graded
            from grader.batch.cluster import Cluster, graded_on_cluster
            from grader.exam import LiveExam

            with contextlib.closing(confined_launcher(limits, course.equipment)) as launcher:
                exam = LiveExam(course, plan.settings.seed, only, launcher, limits)
                if cluster is not None:
                    where = Cluster(address=cluster, jobs=jobs or _cores(), allow_unconfined=allow_unconfined)
                    yield from graded_on_cluster(where, exam, limits, left)
                    return
                if not allow_unconfined:
                    _require_confinement(launcher)
                grading = Grading(exam=exam, launcher=launcher, limits=limits)
                with contextlib.closing(graded(grading, jobs or _cores(), left)) as entries:
                    yield from entries

        result = grade_batch(course, room, journal, plan, grade)
    _say_results(result, out)
    return Code.OUR_FAULT if result.needs_review else Code.COMPLETE


@cli.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@_course_option
def regrade(out: Path, course_folder: Path | None) -> Code:
    """Judge the answers that a batch has stored in OUT again, after points, tolerances or messages have changed.

    No code of a submission runs. Reports and tables are written anew. Exit code: as of `grader batch`.
    """
    from grader.batch import load_batch, observed_of, regrade_batch
    from grader.exam import LiveExam
    from grader.grading import Grader

    course = _course(course_folder)
    with load_batch(out) as history:
        limits = _limits(history.settings.question_seconds)
        with contextlib.closing(confined_launcher(limits, course.equipment)) as launcher:
            exam = LiveExam(course, history.settings.seed, history.settings.only, launcher, limits)
            with Grader(exam, launcher, limits) as grader:
                result = regrade_batch(course, history, out, lambda entry: grader.regrade(observed_of(entry)))
    _say_results(result, out)
    return Code.OUR_FAULT if result.needs_review else Code.COMPLETE


@cli.command()
@click.argument("reports", metavar="REPORT...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice([*DOCUMENTS, TEXT]), default=TEXT, show_default=True, help="How.")
@click.option("--audience", type=click.Choice([audience.value for audience in Audience]), help="For whom.")
@_course_option
def render(reports: tuple[Path, ...], form: str, audience: str | None, course_folder: Path | None) -> Code:
    """Write stored reports to standard output in another format, as they are or as a student may see them.

    Nothing is graded. Exit code: 0, or 2 where a file is no report, or is not for this audience.
    """
    stored = [_stored(path, audience, _course(course_folder).folder) for path in reports]
    for report in stored:
        if form == TEXT:
            _show(report, to_stdout=True)
        else:
            _put_out(report, form)
    return Code.COMPLETE


def _stored(path: Path, audience: str | None, course: Path) -> Report:
    """A report from its file, for an audience; raises `UsageError` where that is not to be had."""
    try:
        report = parse_json(path.read_bytes())
    except OSError as error:
        raise UsageError(say("usage.unreadable", path=str(path), strerror=error.strerror or "")) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(say("usage.no_report", path=str(path))) from error
    if audience is None or audience == report.audience:
        return report
    if audience == Audience.INSTRUCTOR.value:
        raise UsageError(say("usage.students_report", path=str(path)))
    return for_audience(report, Audience.STUDENT, course)


@cli.command()
def doctor() -> Code:
    """Say which layers of confinement work on this machine, why one does not, and how to get it.

    Exit code: 0 where `grader batch` can grade the work of strangers, 1 where it refuses to.
    """
    from grader.doctor import render_doctor

    with contextlib.closing(confined_launcher(Limits(), _course(None).equipment)) as launcher:
        layers, missing = launcher.layers, missing_layers(launcher)
    _print(render_doctor(layers, missing, width=_width(), colour=_colour(sys.stdout)), sys.stdout)
    return Code.INCOMPLETE if missing else Code.COMPLETE


@cli.command("list")
@_course_option
def list_exercises(course_folder: Path | None) -> Code:
    """List the chapters and exercises with their points."""
    course = _course(course_folder)
    for chapter in course.catalog.chapter:
        _print(f"{chapter.id}: {chapter.title}\n", sys.stdout)
        for exercise in chapter.exercise:
            points = sum(one.points for one in course.checks if one.cases.exercise == exercise.id)
            line = f"  {exercise.id:<26}{points:>3} points  {'*' * exercise.difficulty:<4} {exercise.title}"
            _print(f"{line}\n", sys.stdout)
    return Code.COMPLETE


class _Stopped(KeyboardInterrupt):
    """The process was told to end; raised where it is, as Ctrl-C is, so that everything is left in order."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows lacks the second
        if number and signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` wants it
            signal.signal(number, _stop)
    _open_closed_streams()
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
        _say(say("command.stopped" if stopped else "command.interrupted"))
        return Code.STOPPED if stopped else Code.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has stopped; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.OUR_FAULT
    except OSError as error:
        if error.errno not in _UNWRITTEN:
            traceback.print_exc()
            return Code.OUR_FAULT
        return _refused(EnvironmentFault(say("fault.not_written", strerror=str(error.strerror))))
    except Exception:  # a bug of ours keeps its traceback, and its exit code
        traceback.print_exc()
        return Code.OUR_FAULT


def _refused(error: GraderError) -> Code:
    """Say in one sentence what was wrong; the type of the error says who can fix it."""
    ours = isinstance(error, ExerciseError)
    _say(say("command.own_fault" if ours else "command.error", error=str(error)))
    return Code.USAGE if isinstance(error, UsageError | SubmissionError) else Code.OUR_FAULT


def limits_of_check(timeout: float | None = None) -> Limits:
    """Somebody waits for a check, so what does not end is given up sooner than in a class."""
    return replace(_limits(timeout), import_seconds=6.0, lost_factor=1.3)


def _limits(timeout: float | None) -> Limits:
    return Limits() if timeout is None else Limits(question_seconds=timeout)


def _seed(given: str | None) -> str:
    """Drawn only when workers can be forked already: a zygote that is a fork of this process must not hold it."""
    return str(secrets.randbelow(1 << 32)) if given is None else given


def _unconfined(missing: Sequence[Layer], audience: Audience) -> Said:
    names = Listed(things=tuple(layer.name.value for layer in missing))
    is_student = audience is Audience.STUDENT
    return say("command.unconfined_student" if is_student else "command.unconfined", layers=names)


def _require_confinement(launcher: Launcher) -> None:
    if missing := missing_layers(launcher):
        reasons = "; ".join(f"{layer.name}: {layer.why_not}" for layer in missing)
        raise EnvironmentFault(say("fault.not_confined", reasons=str(reasons)))


def _show(report: Report, *, to_stdout: bool) -> None:
    from grader.report.text import render_text

    stream = sys.stdout if to_stdout else sys.stderr
    _print(render_text(report, width=_width(), colour=_colour(stream)), stream)


def _say(said: Said) -> None:
    """Tell the person at the terminal; a name or a path in it may be anybody's."""
    _print(f"{printable(own_language().say(said))}\n", sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    """Write a text for people in characters that the stream has: an old Windows console must not end the run."""
    try:
        click.echo(encodable(text, stream.encoding or "utf-8"), file=stream, nl=False)
    except BrokenPipeError:
        raise
    except OSError:
        if stream is not sys.stderr:  # of that one nobody can be told, and the report is not lost with it
            raise


def _open_closed_streams() -> None:
    """Take the places of standard streams that the caller has closed, or the next file that is opened would."""
    while (number := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(number)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # it stays open
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # it stays open


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


def _say_results(result: "BatchResult", out: Path) -> None:
    """The last lines of a batch: how many, whom to look at and why, and where everything is."""
    for identity, reason in _first(result.unread):
        _say(say("command.about", name=identity, reason=reason))
    for entry in _first(result.left_out):
        _say(say("command.left_out", name=entry.name, reason=entry.reason))
    parts = [say("command.graded", graded=result.graded)]
    if result.kept:
        parts = [say("command.graded_before", graded=result.graded, kept=result.kept)]
    if count := len(result.needs_review):
        names = Listed(things=result.needs_review[:_SAID])
        parts.append(
            say("command.need_review_more" if count > _SAID else "command.need_review", count=count, names=names)
        )
    if result.left_out:
        parts.append(say("command.entries_left_out", count=len(result.left_out)))
    _say(say("command.results", parts=Listed(things=tuple(parts), kind="pairs"), out=str(out)))


def _first(things: Sequence[_T]) -> Iterator[_T]:
    """The first ones, and a line that tells of the others."""
    yield from things[:_SAID]
    if len(things) > _SAID:
        _say(say("command.more", count=len(things) - _SAID))
