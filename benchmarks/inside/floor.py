"""The floor: one warm process that does the work of grading and nothing else.

No isolation, no pytest, no cache, no report: it executes a submission's source, asks the questions of the checks
through the same probes, computes what is right live (once a question and submission), and compares through the same
checks. Usage: python -m benchmarks.inside.floor FOLDER
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.workload import CATALOG, SEED
from grader.authoring import Check, judge
from grader.functions.other import other_numbers
from grader.loading import Oracle, checks_of, questions_of
from grader.model import Answered, Question, Row, Verdict, Visibility
from grader.probes import find_probe, record
from grader.tensors import build_inputs
from grader.worker.describe import describe
from grader.worker.serve import prepare
from grader.worker.switches import reset_switches
from grader.worker.warm import warm

_WARM_UP = 10


def main() -> None:
    """Grade a folder of right answers; print the CPU and wall seconds of each after the first few."""
    prepare()
    warm()
    checks = checks_of(CATALOG)
    questions = questions_of(checks, SEED)
    cpu, wall = [], []
    files = sorted(Path(sys.argv[1]).glob("*.py"))
    for file in [*files[:_WARM_UP], *files]:
        before = time.process_time(), time.perf_counter()
        passed = _grade(file, checks, questions)
        cpu.append(time.process_time() - before[0])
        wall.append(time.perf_counter() - before[1])
        if passed < len(checks):
            raise SystemExit(f"{file.name}: {passed} of {len(checks)} checks passed")
    print(json.dumps({"cpu": cpu[_WARM_UP:], "wall": wall[_WARM_UP:]}))


def _grade(file: Path, checks: Sequence[Check], questions: Sequence[Question]) -> int:
    """How many checks pass."""
    namespace: dict[str, Any] = {}  # Any: whatever the submission defines
    source = file.read_text(encoding="utf-8")
    exec(compile(source, file.name, "exec"), namespace)  # noqa: S102  # without isolation, as the floor is defined
    rows = {question: Row(observation=_answer(question, namespace, file.name)) for question in questions}
    know = Oracle(CATALOG)
    judged = [judge(check, SEED, rows, know) for check in checks]
    return sum(judgement.outcome.verdict is Verdict.PASSED for judgement in judged)


def _answer(question: Question, namespace: dict[str, Any], place: str) -> Answered:
    reset_switches()
    probe = find_probe(CATALOG.chapter_of(question.exercise).id, question.exercise)
    facts = record(
        probe,
        namespace[question.exercise],
        lambda error: describe(error, {place}),
        lambda: build_inputs(question.inputs),
        (lambda: build_inputs(other_numbers(question.inputs))) if question.visibility is Visibility.VISIBLE else None,
    )
    return Answered(facts=tuple(facts.items()))


if __name__ == "__main__":
    main()
