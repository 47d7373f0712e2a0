"""A worker of its own: frames on standard input and output, which are moved out of the submission's reach first."""

import os
import sys

from grader.inside.commands import Equipment
from grader.inside.wire import Ready, write_frame
from grader.inside.worker.serve import prepare, serve


def main() -> None:
    """Serve until the grader hangs up. The arguments are the subject's name and the folder of the probes."""
    orders = os.fdopen(os.dup(0), "rb")
    reports = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    _, subject, probes = sys.argv
    setting = prepare(Equipment(subject=subject, probes=probes))
    write_frame(reports, Ready())
    serve(orders, reports, setting)


if __name__ == "__main__":
    main()
