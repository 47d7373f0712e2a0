"""The floor: one warm process that does the work of grading and nothing else.

No isolation, no pytest, no cache, no report: it executes a submission's source, asks the questions of the checks
through the same probes, computes what is right live (once a question and submission), and compares through the same
checks. Usage: python -m benchmarks.inside.floor FOLDER
"""

import functools
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.workload import CATALOG, SEED, checks
from grader.authoring import Check
from grader.inside.answers import Answered
from grader.inside.recorder import record
from grader.inside.second_call import other_numbers
from grader.inside.values import Value
from grader.inside.worker.describe import describe
from grader.inside.worker.serve import Setting, prepare
from grader.judging.judgement import judge
from grader.records import Question, Row, Verdict
from tests.support import COURSE

_WARM_UP = 10

Asked = Mapping[Check, Sequence[Question]]


def main() -> None:
    """Grade a folder of right answers; print the CPU and wall seconds of each after the first few."""
    setting = prepare(COURSE.equipment)
    setting.subject.warm()
    by_cases = {cases: cases.questions(SEED, setting.families) for cases in {check.cases for check in checks()}}
    asked = {check: by_cases[check.cases] for check in checks()}
    cpu, wall = [], []
    files = sorted(Path(sys.argv[1]).glob("*.py"))
    for file in [*files[:_WARM_UP], *files]:
        before = time.process_time(), time.perf_counter()
        passed = _grade(file, asked, setting)
        cpu.append(time.process_time() - before[0])
        wall.append(time.perf_counter() - before[1])
        if passed < len(asked):
            raise SystemExit(f"{file.name}: {passed} of {len(asked)} checks passed")
    print(json.dumps({"cpu": cpu[_WARM_UP:], "wall": wall[_WARM_UP:]}))


def _grade(file: Path, asked: Asked, setting: Setting) -> int:
    """How many checks pass."""
    namespace: dict[str, Any] = {}  # Any: whatever the submission defines
    source = file.read_text(encoding="utf-8")
    exec(compile(source, file.name, "exec"), namespace)  # noqa: S102  # without isolation, as the floor is defined
    questions = dict.fromkeys(question for several in asked.values() for question in several)
    rows = {question: Row(observation=_answer(question, namespace, file.name, setting)) for question in questions}
    know = functools.cache(COURSE.answer)
    judged = [judge(check, several, rows, know) for check, several in asked.items()]
    return sum(judgement.outcome.verdict is Verdict.PASSED for judgement in judged)


def _answer(question: Question, namespace: dict[str, Any], place: str, setting: Setting) -> Answered:
    subject = setting.subject

    def built(inputs: tuple[tuple[str, Value], ...]) -> dict[str, object]:
        return subject.build_inputs(inputs, setting.families)

    subject.reset()
    facts = record(
        setting.find_probe(CATALOG.chapter_of(question.exercise).id, question.exercise),
        lambda: subject.RECORDER(namespace[question.exercise], lambda error: describe(error, {place})),
        lambda: built(question.inputs),
        (lambda: built(other_numbers(question.inputs))) if question.calls > 1 else None,
    )
    return Answered(facts=tuple(facts.items()))


if __name__ == "__main__":
    main()
