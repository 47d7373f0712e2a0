"""Answers a few questions of our own in the process that workers are forked from, as each of them will.

Python adapts code to its use while it runs, and writes the result beside it. Code that is adapted before the fork is
shared, and not written again into pages of each worker's own.
"""

import io
import linecache
import sys
from dataclasses import replace

from grader.inside.recorder import call
from grader.inside.wire import Ask, Cell, Load, SourceFile, Wanted, write_frame
from grader.inside.worker.serve import Setting, serve

_ROUNDS = 4
_NAME = "rehearsal"


def rehearse(setting: Setting) -> bytes:
    """Serve the little submission of a subject; its answers are returned, and nothing else of it is left."""
    path = f"{_NAME}.py"
    rehearsal = setting.subject.REHEARSAL
    cell = Cell(file=path, source=rehearsal.source)
    orders, reports = io.BytesIO(), io.BytesIO()
    wanted = tuple(Wanted(name=name) for name, _ in rehearsal.questions)
    write_frame(orders, Load(files=(SourceFile(path=path, stem=_NAME, cells=(cell,)),), wanted=wanted))
    for number, (function, inputs) in enumerate(rehearsal.questions * _ROUNDS):
        ask = Ask(
            number=number,
            chapter=_NAME,
            exercise=function,
            file=path,
            function=function,
            inputs=inputs,
            mark="",
            again=True,
        )
        write_frame(orders, ask)
    orders.seek(0)
    finders = list(sys.meta_path)
    try:
        serve(orders, reports, replace(setting, find_probe=lambda *_: call, families=rehearsal.families))
    finally:
        sys.meta_path[:] = finders
        sys.modules.pop(_NAME, None)
        linecache.cache.pop(path, None)
    return reports.getvalue()
