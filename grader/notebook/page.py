"""A report as a notebook shows it: a small table of HTML, or text. Nothing in it is more than a text of the report."""

from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

import msgspec

from grader.inside.said import Said, say
from grader.records import Verdict
from grader.report.coverage import partly
from grader.report.lines import labelled
from grader.report.record import CheckReport, EvidenceReport, ExerciseReport, NoteReport, Report
from grader.report.text import render_text
from grader.words import Language, own_language
from grader.words.plain import printable

_WIDTH = 88
_MARKERS: Mapping[Verdict, str] = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.ERRORED: "!",
    Verdict.TIMED_OUT: "⧗",
    Verdict.CRASHED: "‼",
    Verdict.NOT_STARTED: "·",
    Verdict.DEFERRED: "◷",
    Verdict.UNGRADED: "?",
}
_STYLES: Mapping[str, str] = msgspec.toml.decode(Path(__file__).with_name("styles.toml").read_bytes())


class Page:
    """The result of `check`: notes, and the report where there is one. A front end asks it how it looks."""

    def __init__(self, notes: Sequence[Said], report: Report | None = None) -> None:
        self.report = report
        self._language = own_language(report.language) if report else own_language()
        self._notes = [printable(self._language.say(note)) for note in notes]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Part of IPython's protocol."""
        return {"text/html": self.html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        notes = "".join(f"{note}\n" for note in self._notes)
        return (notes + (render_text(self.report, width=_WIDTH) if self.report else "")).strip("\n")

    def html(self) -> str:
        """One element of HTML."""
        return tostring(_element("div", "", *self._parts()), encoding="unicode", method="html")

    def _parts(self) -> Iterator[Element]:
        yield from (_element("div", "note", note) for note in self._notes)
        if self.report is None:
            return
        tables = _Tables(self._language)
        yield from map(tables.of, self.report.exercises)
        if len(self.report.exercises) > 1:
            said = say("page.total", points=self.report.points, max_points=self.report.max_points)
            yield _element("div", "total", self._language.say(said))
        yield from (_element("div", "aside", self._language.say(said)) for said in partly(self.report))
        if not self.report.is_complete:
            yield from map(self._note, self.report.submission.notes)

    def _note(self, note: NoteReport) -> Element:
        """A note of the report on a cell."""
        place = say("cause.in", file=note.file)
        if note.line is not None:
            place = say("cause.at", file=note.file, line=note.line)
        return _element("div", "aside", f"{self._language.say(place)}: {note.text}")


class _Tables:
    """Shows exercises in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def of(self, exercise: ExerciseReport) -> Element:
        """A table with a line for each check. A sentence of several checks stands at the first one."""
        rows = [self._head(exercise)]
        said: set[object] = {"", None}
        for check in exercise.checks:
            rows.append(self._check(check, said))
            said |= {check.rationale, check.hint, check.evidence}
        return _element("table", "table", _element("tbody", "", *rows))

    def _head(self, exercise: ExerciseReport) -> Element:
        title = [_element("span", "name", exercise.id), _element("span", "title", exercise.title)]
        notes = [_element("div", "aside", note) for note in exercise.notes]
        points = _element("span", "total", f"{exercise.points}/{exercise.max_points}")
        return self._row(exercise.verdict, [*title, *notes], points)

    def _check(self, check: CheckReport, said: Set[object]) -> Element:
        parts = [_element("div", "", check.title)]
        if check.evidence not in said and (lines := list(self._evidence(check.evidence))):
            parts.append(_element("div", "evidence", *lines))
        if check.rationale not in said:
            parts.append(_element("div", "rationale", check.rationale))
        if check.hint and check.hint not in said:
            asked = _element("summary", "asked", self._language.say(say("notebook.hint")))
            parts.append(_element("details", "hint", asked, _element("div", "answer", check.hint)))
        return self._row(check.verdict, parts, f"{'?' if check.points is None else check.points}/{check.max_points}")

    def _evidence(self, evidence: EvidenceReport | None) -> Iterator[Element]:
        for label, text in labelled(evidence, self._language):
            yield _element("div", "line", _element("span", "label", label), " ", _element("span", "value", text))

    def _row(self, verdict: Verdict, parts: Sequence[Element], points: Element | str) -> Element:
        """A marker, what it is about, and points."""
        marker = _element("span", f"marker_{verdict}", _MARKERS[verdict])
        word = self._language.say(say(f"verdict.{verdict}"))
        marker.attrib |= {"role": "img", "aria-label": word, "title": word}
        cells = (
            _element("td", "cell_marker", marker),
            _element("td", "cell", *parts),
            _element("td", "cell_points", points),
        )
        return _element("tr", "row", *cells)


def _element(tag: str, style: str, *content: Element | str) -> Element:
    """An element with texts and elements in it; what is a text stays one, whatever signs are in it."""
    element = Element(tag, {"style": _STYLES[style]} if style else {})
    for one in content:
        if not isinstance(one, str):
            element.append(one)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + one
        else:
            element.text = (element.text or "") + one
    return element
