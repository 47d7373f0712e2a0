"""Exercism's reading of a test runner's `results.json`, version 3 (contract, section 1.6)."""

import json
from typing import Any

from tests.clients.seen import Json, Rules, Seen, SeenTest

MOST_BYTES_OF_A_MESSAGE = 65_535
MOST_CHARACTERS_OF_OUTPUT = 500
_STATUSES = ("pass", "fail", "error")


def read(raw: bytes, *, exit_status: int = 0) -> Seen:
    """What the site makes of these bytes. It knows no points.

    `ours` holds the message where no test ran. Of a single test with `error` the site cannot tell whose fault it is.
    """
    rules = Rules()
    rules.hold("exit-status", exit_status == 0, exit_status)
    result = _scrubbed(rules, raw)
    status = result.get("status")
    if not rules.hold("status", status in _STATUSES, status):
        return Seen(status="broken run", refusals=tuple(rules.broken))
    _check_version(rules, result.get("version"))
    tests = rules.objects("tests", result.get("tests") or [])
    for test in tests:
        _check_test(rules, test)
    message = result.get("message")
    rules.hold("message", message is None or isinstance(message, str), message)
    rules.hold("message-of-error", status != "error" or bool(message), "an error without a message")
    rules.hold("error-without-tests", status != "error" or not tests, f"an error with {len(tests)} tests")
    rules.hold("message-bytes", _bytes_of(message) <= MOST_BYTES_OF_A_MESSAGE, f"{_bytes_of(message)} bytes")
    if status != "error":
        all_passed = all(test.get("status") == "pass" for test in tests)
        rules.hold("status-of-tests", all_passed == (status == "pass"), f"{status} beside its tests' statuses")
    return Seen(
        status=str(status),
        tests=tuple(SeenTest(name=str(test.get("name")), passed=test.get("status") == "pass") for test in tests),
        ours=(str(message),) if status == "error" else (),
        refusals=tuple(rules.broken),
    )


def _scrubbed(rules: Rules, raw: bytes) -> Json:
    """The object in the file. The site scrubs bad bytes, and takes all that is no object for an empty one."""
    rules.hold("utf-8", raw.decode("utf-8", "ignore").encode() == raw, "bytes that the site scrubs away")
    try:
        value: Any = json.loads(raw.decode("utf-8", "ignore"))
    except ValueError as error:
        rules.refuse("json", error)
        return {}
    return value if rules.hold("object", isinstance(value, dict), value) else {}


def _check_version(rules: Rules, version: object) -> None:
    rules.hold("version", version in (1, 2, 3) and not isinstance(version, bool), version)


def _check_test(rules: Rules, test: Json) -> None:
    status = test.get("status")
    rules.hold("test.name", isinstance(test.get("name"), str) and bool(test["name"]), test)
    rules.hold("test.status", status in _STATUSES, status)
    rules.hold("test.message", status == "pass" or bool(test.get("message")), f"{test.get('name')} has none")
    for key in ("message", "test_code", "output", "expected"):
        rules.hold(f"test.{key}", test.get(key) is None or isinstance(test[key], str), test.get(key))
    output = test.get("output")
    rules.hold("output-characters", len(str(output or "")) <= MOST_CHARACTERS_OF_OUTPUT, test.get("name"))
    task = test.get("task_id")
    rules.hold("test.task_id", task is None or (isinstance(task, int) and not isinstance(task, bool)), task)


def _bytes_of(message: object) -> int:
    return len(str(message or "").encode("utf-8", "replace"))
