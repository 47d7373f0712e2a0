"""The autograding reporter of GitHub Classroom, which outlived it (contract, section 1.3)."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.clients.seen import Json, Rules, Seen, SeenTest, is_number

# One string of the environment, with its name and `=`, on Linux.
MOST_BYTES = 131_071
_ID = re.compile(r"[a-zA-Z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(Seen):
    """The notice's totals are `points` and `max_points`; the table in the log has a total of its own."""

    logged: Fraction


def read(runners: str, environment: Mapping[str, str]) -> Reported:
    """What the reporter says with this input `runners` and this environment. A `status` that is not `pass` is red."""
    rules = Rules()
    results = _results(rules, runners, environment)
    tests: list[SeenTest] = []
    points, most, logged = Fraction(), Fraction(), Fraction()
    for identifier, result in results.items():
        of_runner = _tests(rules, identifier, result)
        tests += of_runner
        maximum = _number(rules, "max_score", result.get("max_score"), identifier)
        table = sum(bool(test.passed) for test in of_runner) * maximum / len(of_runner) if of_runner else Fraction()
        score = sum((Fraction(test.points or 0) for test in of_runner), start=Fraction())
        rules.hold("totals-agree", score == table, f"{identifier}: the notice says {score}, the table {table}")
        logged += table
        if maximum > 0:
            points, most = points + score, most + maximum
    return Reported(
        status=_status([result.get("status") for result in results.values()]),
        points=float(points),
        max_points=float(most),
        tests=tuple(tests),
        ours=tuple(_errors(results)),
        refusals=tuple(rules.broken),
        logged=logged,
    )


def _results(rules: Rules, runners: str, environment: Mapping[str, str]) -> dict[str, Json]:
    results: dict[str, Json] = {}
    for identifier in (one.strip() for one in runners.split(",")):
        variable = f"{identifier.upper()}_RESULTS"
        rules.hold("runner-id", _ID.fullmatch(identifier) is not None, identifier)
        rules.hold("runner-twice", identifier.upper() not in map(str.upper, results), identifier)
        if not rules.hold("variable", variable in environment, variable):
            continue
        size = len(f"{variable}={environment[variable]}".encode())
        rules.hold("size", size <= MOST_BYTES, f"{variable}: {size} bytes")
        try:
            text = base64.b64decode(environment[variable], validate=True)
        except ValueError as error:
            rules.refuse("base64", f"{variable}: {error}")
            continue
        result = rules.json_object(text)
        if result is not None:
            results[identifier] = result
            rules.hold(
                "status", result.get("status") in ("pass", "fail", "error"), f"{identifier}: {result.get('status')}"
            )
    return results


def _tests(rules: Rules, identifier: str, result: Json) -> list[SeenTest]:
    tests = rules.objects("tests", result.get("tests"))
    rules.hold("tests-empty", bool(tests), f"{identifier}: the table divides by the number of tests")
    for test in tests:
        where = f"{identifier}: {test.get('name')}"
        rules.hold("test.name", isinstance(test.get("name"), str), where)
        rules.hold("test.status", test.get("status") in ("pass", "fail", "error"), where)
        rules.hold(
            "line-no", is_number(test.get("line_no")) and test["line_no"] == 0, f"{where}: {test.get('line_no')}"
        )
        shown = test.get("status") != "error" or isinstance(test.get("message"), str)
        rules.hold("message-of-error", shown, where)
    return [
        SeenTest(
            name=str(test.get("name")),
            points=float(_number(rules, "test.score", test.get("score"), str(test.get("name")))),
            passed=test.get("status") == "pass",
        )
        for test in tests
    ]


def _number(rules: Rules, rule: str, value: object, where: str) -> Fraction:
    """A number, which the reporter would otherwise add as NaN."""
    return Fraction(str(value)) if rules.hold(rule, is_number(value), f"{where}: {value!r}") else Fraction()


def _status(statuses: list[object]) -> str:
    return next((status for status in ("fail", "error") if status in statuses), "pass")


def _errors(results: Mapping[str, Json]) -> list[str]:
    return [
        str(test.get("message"))
        for result in results.values()
        for test in result.get("tests") or []
        if isinstance(test, dict) and test.get("status") == "error"
    ]
