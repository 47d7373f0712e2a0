"""The command line of `grader`: finds a command's module, and turns how the command ended into an exit code."""

import contextlib
import errno
import importlib
import os
import pkgutil
import signal
import sys
import traceback

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

from grader import __version__, commands
from grader.errors import EnvironmentFault, ExerciseError, GraderError, SubmissionError, UsageError
from grader.inside.said import say
from grader.options import Code
from grader.terminal import say_to_person

# No room on a disk or for this user, or a standard stream that was closed by whoever started this.
_UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EBADF)


class _Commands(click.Group):
    """The modules of `grader.commands`, each imported when its command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # the signature is click's
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{commands.__name__}.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:  # click looks for a near name among commands that it holds itself
            raise NoSuchCommand(error.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade exercises about PyTorch gradients."""


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
        say_to_person(say("command.stopped" if stopped else "command.interrupted"))
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
    say_to_person(say("command.own_fault" if ours else "command.error", error=str(error)))
    return Code.USAGE if isinstance(error, UsageError | SubmissionError) else Code.OUR_FAULT


def _open_closed_streams() -> None:
    """Take the places of standard streams that the caller has closed, or the next file that is opened would."""
    while (number := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(number)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # it stays open
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # it stays open
