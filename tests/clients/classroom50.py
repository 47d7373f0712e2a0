"""Classroom 50's runner: its `validate_result` and `finalize_result` (contract, section 1.1)."""

import io
import re
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath

from markdown_it import MarkdownIt

from tests.clients.actions import read_outputs
from tests.clients.seen import Json, Refusal, Rules, Seen, SeenTest, is_count

SCHEMA = "classroom50/result/v1"
MOST_BYTES_OF_A_BUNDLE = 10 * 1024 * 1024
_TYPES = ("individual", "group", "team")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_NEEDED = frozenset({
    "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review",
    "datetime", "score", "max-score", "tests",
})  # fmt: skip
# `submitted_by` is in the schema, but the runner alone writes it.
_ALLOWED = _NEEDED | {"graded_at"}


def read(raw: bytes | None, environment: Mapping[str, str], *, exit_status: int = 0, outputs: bytes = b"") -> Seen:
    """What becomes of `result.json` (None: there is none), the entry point's exit status and `$GITHUB_OUTPUT`.

    A refused result ends like a fault of the infrastructure: 0 of 0, no tests, status `error`, no Release.
    """
    rules = Rules()
    result = _validated(rules, raw, environment, exit_status)
    if result is None or rules.broken:
        faults = [f"{refusal.rule}: {refusal.what}" for refusal in rules.broken]
        return Seen(status="error", points=0, max_points=0, ours=tuple(faults), refusals=tuple(rules.broken))
    tests = tuple(_seen(test) for test in result["tests"])
    derived = "success" if all(test.passed for test in tests) else "failure"
    written, _ = read_outputs(outputs)
    return Seen(
        status=written.get("status", derived),
        points=result["score"],
        max_points=result["max-score"],
        tests=tests,
        # The client keeps other keys as they are; the contract puts our verdict into one.
        ours=tuple(test["test-name"] for test in result["tests"] if test.get("verdict") == "ungraded"),
    )


def refusals_of_bundle(raw: bytes) -> tuple[Refusal, ...]:
    """The rules of the bundle `<assignment>.tar.gz` that do not hold."""
    rules = Rules()
    rules.hold("bundle-size", len(raw) <= MOST_BYTES_OF_A_BUNDLE, f"{len(raw)} bytes")
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
            members = archive.getmembers()
    except (tarfile.TarError, OSError, EOFError) as error:
        rules.refuse("tar", error)
        return tuple(rules.broken)
    for member in members:
        path = PurePosixPath(member.name)
        rules.hold("bundle-paths", not path.is_absolute() and ".." not in path.parts, member.name)
        rules.hold("bundle-links", member.isfile() or member.isdir(), member.name)
    return tuple(rules.broken)


def _validated(rules: Rules, raw: bytes | None, environment: Mapping[str, str], exit_status: int) -> Json | None:
    if not rules.hold("exit-status", exit_status == 0, f"the entry point ended with {exit_status}"):
        return None
    if raw is None:
        rules.refuse("result", "there is no result.json")
        return None
    result = rules.json_object(raw)
    if result is None:
        return None
    for key in sorted(_NEEDED - result.keys()):
        rules.refuse("missing-key", key)
    for key in sorted(result.keys() - _ALLOWED):
        rules.refuse("other-key", key)
    _check_identity(rules, result, environment)
    _check_moments(rules, result)
    _check_scores(rules, result, "score", "max-score", "result")
    _check_tests(rules, result)
    return result


def _check_identity(rules: Rules, result: Json, environment: Mapping[str, str]) -> None:
    rules.hold("schema", result.get("schema") == SCHEMA, result.get("schema"))
    rules.hold("assignment_type", result.get("assignment_type") in _TYPES, result.get("assignment_type"))
    for key in ("classroom", "assignment", "submission"):
        variable = "SUBMISSION_TAG" if key == "submission" else key.upper()
        told = environment.get(variable)
        rules.hold(key, bool(told) and result.get(key) == told, f"{result.get(key)!r}, {variable} is {told!r}")
    rules.hold("submission", str(result.get("submission")).startswith("submit/"), result.get("submission"))
    for key in ("commit", "release", "review"):
        rules.hold(key, isinstance(result.get(key), str) and bool(result[key]), result.get(key))
    owner = result.get("owner")
    same = isinstance(owner, str) and bool(owner) and owner.lower() == environment.get("OWNER", owner).lower()
    rules.hold("owner", same, f"{owner!r}, OWNER is {environment.get('OWNER')!r}")


def _check_moments(rules: Rules, result: Json) -> None:
    for key in ("datetime", "graded_at"):
        if key in result:
            rules.hold(key, _is_moment(result[key]), result[key])


def _is_moment(value: object) -> bool:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _check_scores(rules: Rules, holder: Json, score: str, most: str, where: str) -> None:
    counts = [
        rules.hold(f"{where}.{key}", is_count(holder.get(key)), f"{key}: {holder.get(key)!r}") for key in (score, most)
    ]
    if all(counts):
        rules.hold(f"{where}.score-at-most", holder[score] <= holder[most], f"{holder[score]} of {holder[most]}")


def _check_tests(rules: Rules, result: Json) -> None:
    tests = rules.objects("tests", result.get("tests"))
    for test in tests:
        name = test.get("test-name")
        if rules.hold("test-name", isinstance(name, str) and bool(name), name):
            rules.hold("plain-name", _is_plain(str(name)), name)
        rules.hold("passed", isinstance(test.get("passed"), bool), test.get("passed"))
        _check_scores(rules, test, "score", "max-score", "test")
    for key in ("score", "max-score"):
        if is_count(result.get(key)) and all(is_count(test.get(key)) for test in tests):
            total = sum(test[key] for test in tests)
            rules.hold("sum", result[key] == total, f"{key}: {result[key]}, its tests have {total}")


def _is_plain(name: str) -> bool:
    """Whether a name in a table of Markdown shows as it is; the runner escapes `|` and nothing else."""
    block = MarkdownIt().parseInline(name)
    children = block[0].children if block else []
    return name.isprintable() and all(child.type == "text" for child in children or []) and "<" not in name


def _seen(test: Json) -> SeenTest:
    return SeenTest(name=test["test-name"], points=test["score"], max_points=test["max-score"], passed=test["passed"])
