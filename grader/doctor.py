"""The text of `grader doctor`: which layers of confinement work here, why one does not, how to get it. Pure."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.inside.layers import Layer
from grader.inside.said import Listed, Said, say
from grader.words import own_language


def render_doctor(layers: Sequence[Layer], missing: Sequence[Layer], *, width: int, colour: bool) -> str:
    """Every layer with what it does; of one that is not active, why, and how to get it. `missing` stop a batch."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, force_terminal=colour, highlight=False)
    console.print(_words(say("doctor.begin")) + "\n")
    table = Table.grid(padding=(0, 1, 0, 0))
    for layer in layers:
        mark = "[green]✓[/]" if layer.active else "[red]✗[/]"
        table.add_row(f"  {mark}", f"[bold]{layer.name}[/]", _words(say(f"layer.{layer.name}.does")))
        if not layer.active:
            table.add_row("", _words(say("doctor.without")), _words(say(f"layer.{layer.name}.without")))
            table.add_row("", _words(say("doctor.why_not")), escape(layer.why_not))
            table.add_row("", _words(say("doctor.get")), _words(say(f"layer.{layer.name}.get")))
    console.print(table)
    console.print()
    if missing:
        names = Listed(things=tuple(layer.name.value for layer in missing))
        console.print(_words(say("doctor.refuses", layers=names)))
    else:
        console.print(_words(say("doctor.can")))
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())


def _words(said: Said) -> str:
    return escape(own_language().say(said))
