"""A report as JUnit XML, which GitLab, Jenkins and most CI services show.

An exercise is a suite, a check a case. `failed` is a failure; `errored`, `timed_out` and `crashed` are errors of that
type; `not_started` and `deferred` are skipped. Our own fault is an error of the type `ungraded`: skipped would look
harmless.
"""

from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from grader.records import Verdict
from grader.report.lines import lines_of
from grader.report.record import CheckReport, ExerciseReport, Report
from grader.words import Language, own_language

_ELEMENTS = {
    Verdict.FAILED: "failure",
    Verdict.ERRORED: "error",
    Verdict.TIMED_OUT: "error",
    Verdict.CRASHED: "error",
    Verdict.UNGRADED: "error",
    Verdict.NOT_STARTED: "skipped",
    Verdict.DEFERRED: "skipped",
}
_COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render_junit(report: Report) -> str:
    """The report as a document; the points of a check are properties of its case."""
    root = Element("testsuites", {"name": report.submission.name, **_counts(report.exercises)})
    language = own_language(report.language)
    for exercise in report.exercises:
        name = f"{exercise.chapter}.{exercise.id}"
        suite = SubElement(root, "testsuite", {"name": name, "timestamp": report.created, **_counts([exercise])})
        for check in exercise.checks:
            _add_case(suite, check, name, language)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_case(suite: Element, check: CheckReport, name: str, language: Language) -> None:
    case = SubElement(suite, "testcase", classname=name, name=check.id, time="0")
    properties = SubElement(case, "properties")
    for key, value in (("title", check.title), ("points", check.points), ("max_points", check.max_points)):
        if value is not None:  # unknown is no number
            SubElement(properties, "property", name=key, value=str(value))
    if check.verdict is not Verdict.PASSED:
        result = SubElement(
            case, _ELEMENTS[check.verdict], type=check.verdict.value, message=check.rationale or check.title
        )
        result.text = "\n".join(lines_of(check, language))


def _counts(exercises: Iterable[ExerciseReport]) -> dict[str, str]:
    verdicts = [check.verdict for exercise in exercises for check in exercise.checks]
    elements = Counter(_ELEMENTS.get(verdict, "") for verdict in verdicts)
    counts = {attribute: str(elements[element]) for element, attribute in _COUNTED.items()}
    return {"tests": str(len(verdicts)), **counts, "time": "0"}
