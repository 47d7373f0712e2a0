"""PrairieLearn's reading of `/grade/results/results.json` (contract, section 1.5)."""

import math
from typing import Any

from tests.clients.seen import Json, Rules, Seen, SeenTest, is_number

MOST_BYTES = 1024 * 1024
_INSTEAD_OF_NUL = "\N{REPLACEMENT CHARACTER}"


def read(raw: bytes) -> Seen:
    """What makeGradingResult and processGradingResult, and then the question's page, make of these bytes.

    The score is a share, so `max_points` is 1. Points of the tests are there for all of them, or for none.
    """
    rules = Rules()
    if not rules.hold("size", len(raw) <= MOST_BYTES, f"{len(raw)} bytes"):
        return Seen(status="failed", refusals=tuple(rules.broken))
    found = rules.json_object(raw.replace(b"\0", _INSTEAD_OF_NUL.encode()))
    if found is None:
        return Seen(status="failed", refusals=tuple(rules.broken))
    result: Json = _without_nul(found)
    for flag in ("gradable", "succeeded"):
        rules.hold(flag, isinstance(result.get(flag, True), bool), result.get(flag))
    for key in ("message", "output"):
        rules.hold(key, isinstance(result.get(key, ""), str), result.get(key))
    _check_images(rules, result)
    errors = _format_errors(rules, result.get("format_errors", []))
    tests = _tests(rules, result)
    score = result.get("score", 0)
    in_range = rules.hold("score", is_number(score) and math.isfinite(score) and 0 <= score <= 1, score)
    if result.get("gradable", True) is False or not in_range:
        return Seen(
            status="not gradable",
            tests=tests,
            ours=(*errors, *([str(result["message"])] if "message" in result else [])),
            refusals=tuple(rules.broken),
        )
    failed = result.get("succeeded", True) is False
    return Seen(
        status="did not succeed" if failed else "graded",
        points=0 if failed else score,
        max_points=1,
        tests=tests,
        refusals=tuple(rules.broken),
    )


# Any: JSON, of which nothing but its shape is known.
def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\0", _INSTEAD_OF_NUL)
        case list():
            return [_without_nul(one) for one in value]
        case dict():
            return {key: _without_nul(one) for key, one in value.items()}
        case _:
            return value


def _format_errors(rules: Rules, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    listed = value if isinstance(value, list) else [value]
    rules.hold("format_errors", isinstance(value, list) and all(isinstance(one, str) for one in listed), value)
    return tuple(map(str, listed))


def _tests(rules: Rules, result: Json) -> tuple[SeenTest, ...]:
    tests = rules.objects("tests", result.get("tests", []))
    for test in tests:
        for key in ("name", "description", "message", "output"):
            rules.hold(f"test.{key}", isinstance(test.get(key, ""), str), test.get(key))
        for key in ("points", "max_points"):
            rules.hold(f"test.{key}", test.get(key) is None or is_number(test[key]), test.get(key))
        _check_images(rules, test)
    with_points = all(is_number(test.get(key)) for test in tests for key in ("points", "max_points"))
    return tuple(_seen(test, with_points) for test in tests)


def _seen(test: Json, with_points: bool) -> SeenTest:
    name = str(test.get("name", ""))
    if not with_points:
        return SeenTest(name=name)
    points, most = test["points"], test["max_points"]
    # Grey where nothing can be earned, green where two decimals agree.
    passed = None if most == 0 else f"{points:.2f}" == f"{most:.2f}"
    return SeenTest(name=name, points=points, max_points=most, passed=passed)


def _check_images(rules: Rules, holder: Json) -> None:
    images = holder.get("images", [])
    if rules.hold("images", isinstance(images, list), images):
        for image in images:
            named = isinstance(image, dict) and isinstance(image.get("url"), str)
            rules.hold("images", isinstance(image, str) or named, image)
