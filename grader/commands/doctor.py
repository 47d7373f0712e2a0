"""`grader doctor`: which layers of confinement this machine has."""

import contextlib
import sys

import click

from grader.options import Code, open_course
from grader.records import Limits
from grader.sandbox import confined_launcher, missing_layers
from grader.terminal import has_colour, print_text, width


@click.command()
def command() -> Code:
    """Say which layers of confinement work on this machine, why one does not, and how to get it.

    Exit code: 0 where `grader batch` can grade the work of strangers, 1 where it refuses to.
    """
    from grader.doctor import render_doctor

    with contextlib.closing(confined_launcher(Limits(), open_course(None).equipment)) as launcher:
        layers, missing = launcher.layers, missing_layers(launcher)
    print_text(render_doctor(layers, missing, width=width(), colour=has_colour(sys.stdout)), sys.stdout)
    return Code.INCOMPLETE if missing else Code.COMPLETE
