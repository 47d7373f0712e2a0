"""`grader update`: bring a newer handout into the folder of an older one."""

from datetime import datetime
from pathlib import Path

import click

from grader.errors import SubmissionError, UsageError
from grader.inside.said import say
from grader.kit import own_course
from grader.options import Code
from grader.terminal import say_to_person
from grader.update.apply import apply_plan, read_files, settle
from grader.update.incoming import decode_manifest, read_handout
from grader.update.manifest import MANIFEST, Manifest
from grader.update.plan import paths_of, plan_update


@click.command()
@click.argument("handout", type=click.Path(path_type=Path, exists=True))
def command(handout: Path) -> Code:
    """Bring a newer handout, a zip file or a folder, into this folder. Everything that you wrote stays.

    Lessons are merged around your functions and experiments. A file that is changed is kept in a backup as it was.
    Exit code: 0, or 2 where it cannot be done and nothing was changed.
    """
    new = read_handout(handout)
    home = _home()
    old = _manifest(home)
    settle(home)
    plan = plan_update(old, read_files(home, paths_of(old, new)), new)
    if not plan.writes:
        say_to_person(say("update.nothing"))
        return Code.COMPLETE
    backup = apply_plan(plan, home, datetime.now().astimezone())
    for said in plan.told:
        say_to_person(said)
    say_to_person(say("update.done", count=len(plan.writes)))
    if backup is not None:
        say_to_person(say("update.backup", folder=backup))
    return Code.COMPLETE


def _home() -> Path:
    """This folder, or else where this grader lies: a student may be in `exercises`."""
    return Path.cwd() if Path(MANIFEST).exists() else own_course()


def _manifest(home: Path) -> Manifest:
    if not (home / MANIFEST).exists():
        raise UsageError(say("update.no_home", folder=str(home), file=MANIFEST))
    try:
        return decode_manifest(read_files(home, [MANIFEST])[MANIFEST])
    except SubmissionError as error:
        raise UsageError(say("update.in_the_way", file=MANIFEST, reason=error.said)) from error
