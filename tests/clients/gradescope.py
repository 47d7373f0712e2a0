"""Gradescope's reading of `results.json`, and Codio's of the same file (contract, section 1.4)."""

import io
import math
import zipfile

from tests.clients.seen import Json, Refusal, Rules, Seen, SeenTest, is_number

_FORMATS = ("text", "html", "simple_format", "md", "ansi")
_VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
_AT_TOP = {
    "output": "string",
    "output_format": "format",
    "test_output_format": "format",
    "test_name_format": "format",
    "visibility": "visibility",
    "stdout_visibility": "visibility",
    "execution_time": "seconds",
    "extra_data": "object",
    "score": "number",
}
_IN_A_TEST = {
    "score": "number",
    "max_score": "number",
    "status": "status",
    "name": "string",
    "name_format": "format",
    "number": "string",
    "output": "string",
    "output_format": "format",
    "tags": "strings",
    "visibility": "visibility",
    "extra_data": "object",
}
_OF_A_LEADER = {"name": "string", "value": "number or string", "order": "order"}


def read(raw: bytes) -> Seen:
    """What Gradescope shows for these bytes of `results.json`.

    Points that a hidden test keeps from the student are still here; `status` says "total hidden" then.
    A test that did not pass and has no points is our fault: the client counts it nowhere.
    """
    rules = Rules()
    result = rules.json_object(raw)
    if result is None:
        return Seen(status="failed to execute", refusals=tuple(rules.broken))
    _check_kinds(rules, result, _AT_TOP, "result")
    for leader in rules.objects("leaderboard", result.get("leaderboard", [])):
        _check_kinds(rules, leader, _OF_A_LEADER, "leaderboard")
        rules.hold("leaderboard", {"name", "value"} <= leader.keys(), leader)
    tests = rules.objects("tests", result.get("tests", []))
    for test in tests:
        _check_kinds(rules, test, _IN_A_TEST, "test")
    scores = [test["score"] for test in tests if is_number(test.get("score"))]
    total = result.get("score", sum(scores) if scores else None)
    rules.hold("score-somewhere", total is not None, "neither a score nor a test with one")
    hidden = any(test.get("visibility", "visible") != "visible" for test in tests)
    return Seen(
        status="total hidden" if hidden or result.get("visibility", "visible") != "visible" else "graded",
        points=total if is_number(total) else None,
        max_points=sum(test["max_score"] for test in tests if is_number(test.get("max_score"))),
        tests=tuple(_seen(test) for test in tests),
        ours=tuple(str(test.get("name")) for test in tests if _is_ours(test)),
        refusals=tuple(rules.broken),
    )


def read_as_codio(raw: bytes, *, exit_status: int = 0) -> Seen:
    """Codio's reading: whole per cent, rounded up, from a top-level `score` or from the sums; it panics on an exit."""
    seen = read(raw)
    rules = Rules(list(seen.refusals))
    if not rules.hold("exit-status", exit_status == 0, exit_status) or seen.status == "failed to execute":
        return Seen(status="panicked", refusals=tuple(rules.broken))
    for test in seen.tests:
        rules.hold("both-numbers", (test.points is None) == (test.max_points is None), test.name)
    percent = _percent(rules, rules.json_object(raw) or {}, seen)
    rules.hold("percent", percent is not None and 0 <= percent <= 100, percent)
    return Seen(
        status="graded",
        points=percent,
        max_points=100,
        tests=seen.tests,
        ours=seen.ours,
        refusals=tuple(rules.broken),
    )


def refusals_of_package(raw: bytes) -> tuple[Refusal, ...]:
    """The rules of the autograder's zip that do not hold."""
    rules = Rules()
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except zipfile.BadZipFile as error:
        rules.refuse("zip", error)
        return tuple(rules.broken)
    with archive:
        names = archive.namelist()
        for name in ("setup.sh", "run_autograder"):
            if rules.hold("at-the-root", name in names, name):
                rules.hold("unix-line-ends", b"\r" not in archive.read(name), name)
        for name in names:
            rules.hold("inside-the-folder", not name.startswith("/") and ".." not in name.split("/"), name)
    return tuple(rules.broken)


def _percent(rules: Rules, result: Json, seen: Seen) -> int | None:
    if is_number(result.get("score")):
        rules.refuse("score-is-percent", f"{result['score']} is taken as per cent")
        return math.ceil(float(result["score"]))
    if not rules.hold("sum-of-max", bool(seen.max_points), "no test has a max_score"):
        return None
    return math.ceil(100 * (seen.points or 0) / (seen.max_points or 1))


def _check_kinds(rules: Rules, values: Json, kinds: dict[str, str], where: str) -> None:
    for key, value in values.items():
        if key in kinds:
            rules.hold(f"{where}.{key}", _is_kind(value, kinds[key]), f"{key}: {value!r}")


def _is_kind(value: object, kind: str) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "number":
            return is_number(value)
        case "number or string":
            return is_number(value) or isinstance(value, str)
        case "seconds":
            return is_number(value) or (isinstance(value, str) and value.replace(".", "", 1).isdigit())
        case "object":
            return isinstance(value, dict)
        case "strings":
            return isinstance(value, list) and all(isinstance(one, str) for one in value)
        case _:
            return value in _WORDS[kind]


_WORDS = {
    "format": _FORMATS,
    "visibility": _VISIBILITIES,
    "status": ("passed", "failed"),
    "order": ("asc", "desc"),
}


def _seen(test: Json) -> SeenTest:
    points, most = (test.get(key) if is_number(test.get(key)) else None for key in ("score", "max_score"))
    match test.get("status"):
        case "passed":
            passed: bool | None = True
        case "failed":
            passed = False
        case _:
            # Without a status the client colours a test by its points.
            passed = None if points is None or most is None else points >= most
    return SeenTest(name=str(test.get("name", "")), points=points, max_points=most, passed=passed)


def _is_ours(test: Json) -> bool:
    return "score" not in test and "max_score" not in test and test.get("status") != "passed"
