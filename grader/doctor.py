"""The text of `grader doctor`: which layers of confinement work here, why one does not, how to get it. Pure."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.inside.layers import Layer
from grader.sandbox.layers import LAYERS


def render_doctor(layers: Sequence[Layer], missing: Sequence[Layer], *, width: int, colour: bool) -> str:
    """Every layer with what it does; of one that is not active, why, and how to get it. `missing` stop a batch."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, force_terminal=colour, highlight=False)
    console.print("What confines a submission of `grader batch` on this machine:\n")
    table = Table.grid(padding=(0, 1, 0, 0))
    for layer in layers:
        about = LAYERS[layer.name]
        mark = "[green]✓[/]" if layer.active else "[red]✗[/]"
        table.add_row(f"  {mark}", f"[bold]{layer.name}[/]", about.does)
        if not layer.active:
            table.add_row("", "without it", about.without)
            table.add_row("", "why not", escape(layer.why_not))
            table.add_row("", "to get it", escape(about.get))
    console.print(table)
    console.print()
    if missing:
        names = ", ".join(layer.name for layer in missing)
        console.print(f"`grader batch` refuses to start without: {names} (but with --allow-unconfined).")
    else:
        console.print("`grader batch` can grade the work of strangers here.")
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())
