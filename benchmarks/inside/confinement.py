"""What it costs a fresh fork to give up what a worker gives up.

It is measured where zygotes run: in bubblewrap's namespaces, with nothing but the public part of the kit in sight. So
this file's own text is handed to a Python there, as a program with arguments.
Usage: python -m benchmarks.inside.confinement
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WARM_UP, _COUNTED = 10, 100


def main() -> None:
    """Print CPU and wall seconds of `confine` in some forks, and the names of the layers that held."""
    from grader.course import Course  # noqa: PLC0415  # not in sight of the other program
    from grader.kit import HOME, own_course  # noqa: PLC0415  # as above
    from grader.sandbox.launcher import clean_environment  # noqa: PLC0415  # as above
    from grader.sandbox.namespaces import wrapped  # noqa: PLC0415  # as above
    from grader.sandbox.paths import readable  # noqa: PLC0415  # as above

    equipment = Course.open(own_course()).equipment
    environment = clean_environment()
    program = [sys.executable, "-I", "-c", Path(__file__).read_text(encoding="utf-8")]
    arguments = [str(HOME), equipment.subject, equipment.probes, json.dumps(readable(equipment))]
    command = [*wrapped(environment, equipment), *program, *arguments]
    subprocess.run(command, env=environment, check=True)


def measure(root: str, subject: str, probes: str, readable: tuple[str, ...]) -> None:
    """As `main` says, inside the namespaces."""
    sys.path.insert(0, root)
    from grader.inside.commands import Bounds, Equipment  # noqa: PLC0415  # only now it can be found
    from grader.inside.worker.confine import confine, try_layers, warm_up  # noqa: PLC0415  # as above
    from grader.inside.worker.serve import prepare  # noqa: PLC0415  # as above

    equipment = Equipment(subject=subject, probes=probes)
    bounds = Bounds(equipment=equipment, readable=readable, memory_bytes=1 << 30, cpu_seconds=60, warm=False)
    warm_up(bounds)
    prepare(equipment)
    tried = _in_a_fork(lambda: [[layer.name, layer.active] for layer in try_layers(bounds)])
    layers = tuple(_layer(name, active=active) for name, active in tried)

    def enter() -> list[float]:
        cpu, wall = time.process_time(), time.perf_counter()
        confine(bounds, layers)
        return [time.process_time() - cpu, time.perf_counter() - wall]

    spent = [_in_a_fork(enter) for _ in range(_WARM_UP + _COUNTED)][_WARM_UP:]
    held = [name for name, active in tried if active]
    print(json.dumps({"cpu": [cpu for cpu, _ in spent], "wall": [wall for _, wall in spent], "layers": held}))


def _layer(name: str, *, active: bool) -> Any:  # Any: grader.records is not in sight before `measure`
    from grader.inside.layers import Layer, LayerName  # noqa: PLC0415  # as above

    return Layer(name=LayerName(name), active=active)


def _in_a_fork(work: Callable[[], list[Any]]) -> list[Any]:
    """What `work` returns, called in a fork of this process."""
    reader, writer = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            os.write(writer, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        said = stream.read()
    os.waitpid(pid, 0)
    found: list[Any] = json.loads(said)
    return found


if __name__ == "__main__":
    if len(sys.argv) == 5:
        measure(sys.argv[1], sys.argv[2], sys.argv[3], tuple(json.loads(sys.argv[4])))
    else:
        main()
