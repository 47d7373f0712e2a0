"""GitLab's reading of a JUnit file (contract, section 1.7)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from tests.clients.seen import Rules, Seen, SeenTest

MOST_BYTES = 30 * 1024 * 1024
# The first of these that a test case holds decides.
_PRECEDENCE = ("failure", "error", "skipped")
_COUNTED = {"tests": ("testcase",), "failures": ("failure",), "errors": ("error",), "skipped": ("skipped",)}


def read(raw: bytes, *, exit_status: int = 0) -> Seen:
    """What GitLab lists. A name that comes twice is dropped after the first; the colour is the exit status's.

    A test is named `classname: name`, since GitLab shows the classname as the suite. The points are those of the
    properties `points` and `max_points`, which GitLab itself does not read.
    """
    rules = Rules()
    status = "success" if exit_status == 0 else "failed"
    if not rules.hold("size", len(raw) <= MOST_BYTES, f"{len(raw)} bytes"):
        return Seen(status=status, refusals=tuple(rules.broken))
    try:
        root = ET.fromstring(raw)
    except ET.ParseError as error:
        rules.refuse("xml", error)
        return Seen(status=status, refusals=tuple(rules.broken))
    rules.hold("root", root.tag in ("testsuites", "testsuite"), root.tag)
    rules.hold("suite", root.tag == "testsuite" or root.find("testsuite") is not None, "no testsuite")
    for suite in root.iter("testsuite"):
        _check_counts(rules, suite)
    cases = list(_first_of_each(rules, root))
    tests = tuple(_seen(rules, case) for case in cases)
    return Seen(
        status=status,
        points=_sum([test.points for test in tests]),
        max_points=_sum([test.max_points for test in tests]),
        tests=tests,
        ours=tuple(_named(case) for case in cases if _is_ours(case)),
        refusals=tuple(rules.broken),
    )


def _first_of_each(rules: Rules, root: ET.Element) -> Iterator[ET.Element]:
    known: set[tuple[str | None, ...]] = set()
    for suite in root.iter("testsuite"):
        for case in suite.findall("testcase"):
            for attribute in ("classname", "name"):
                rules.hold(attribute, bool(case.get(attribute)), ET.tostring(case, "unicode"))
            key = (suite.get("name"), case.get("classname"), case.get("name"))
            if rules.hold("twice", key not in known, _named(case)):
                known.add(key)
                yield case


def _check_counts(rules: Rules, suite: ET.Element) -> None:
    for attribute, tags in _COUNTED.items():
        written = suite.get(attribute)
        there = sum(len(list(suite.iter(tag))) for tag in tags)
        rules.hold("counts", written is None or written == str(there), f"{attribute}={written}, {there} are there")


def _seen(rules: Rules, case: ET.Element) -> SeenTest:
    endings = [child.tag for child in case if child.tag in _PRECEDENCE]
    rules.hold("one-ending", len(endings) <= 1, f"{_named(case)}: {endings}")
    rules.hold("time", _is_time(case.get("time", "0")), f"{_named(case)}: {case.get('time')}")
    ending = next((tag for tag in _PRECEDENCE if tag in endings), None)
    return SeenTest(
        name=_named(case),
        points=_property(rules, case, "points"),
        max_points=_property(rules, case, "max_points"),
        passed=None if ending == "skipped" else ending is None,
    )


def _named(case: ET.Element) -> str:
    return f"{case.get('classname')}: {case.get('name')}"


def _is_ours(case: ET.Element) -> bool:
    error = case.find("error")
    return case.find("failure") is None and error is not None and error.get("type") == "ungraded"


def _property(rules: Rules, case: ET.Element, name: str) -> float | None:
    found = [one.get("value", "") for one in case.iterfind("properties/property") if one.get("name") == name]
    if not found:
        return None
    return float(found[0]) if rules.hold("points", _is_time(found[0]), f"{name}={found[0]}") else None


def _is_time(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit()


def _sum(points: list[float | None]) -> float | None:
    known = [one for one in points if one is not None]
    return sum(known) if known else None
