"""A report as Markdown, for a page that a CI service or a classroom shows. Our own fault is told as needing review."""

import re
from collections.abc import Iterator

from grader.inside.said import Said, say
from grader.records import Verdict
from grader.report.coverage import partly
from grader.report.lines import labelled
from grader.report.record import CheckReport, ExerciseReport, Report
from grader.report.whose import whose
from grader.words import Language, own_language

MAX_BYTES = 900_000
"""GitHub drops a summary of over 1 MiB, silently."""
_MARKERS = {
    Verdict.PASSED: "✅",
    Verdict.FAILED: "❌",
    Verdict.ERRORED: "❗",
    Verdict.TIMED_OUT: "⏳",
    Verdict.CRASHED: "💥",
    Verdict.NOT_STARTED: "⬜",
    Verdict.DEFERRED: "🕓",
    Verdict.UNGRADED: "❔",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")
_RUN = re.compile("`+")


def render_markdown(report: Report, max_bytes: int = MAX_BYTES) -> str:
    """A table of the exercises, and a section for each that is begun and not complete; whole sections, no cut ones."""
    page = _Page(own_language(report.language))
    parts = [page.head(report)]
    room = max_bytes - len(parts[0].encode()) - len(page.cut().encode())
    for exercise in report.exercises:
        if exercise.verdict in (Verdict.PASSED, Verdict.NOT_STARTED):
            continue
        section = page.section(exercise)
        room -= len(section.encode())
        if room < 0:
            return "".join([*parts, page.cut()])
        parts.append(section)
    return "".join(parts)


class _Page:
    """Writes in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def head(self, report: Report) -> str:
        """The total, what a person has to know first, and the table."""
        return "\n".join(self._head(report)) + "\n"

    def _head(self, report: Report) -> Iterator[str]:
        total = self._told(say("page.total", points=report.points, max_points=report.max_points))
        yield f"## {total}"
        yield ""
        for said in (*whose(report), *partly(report)):
            yield f"{self._told(said)}\n"
        if report.needs_review:
            yield f"{self._told(say('page.review'))}\n"
        for note in report.submission.notes:
            place = note.file if note.line is None else f"{note.file}:{note.line}"
            yield f"- {_plain(place)}: {_plain(note.text)}"
        yield ""
        yield f"| | {self._told(say('page.exercise'))} | {self._told(say('page.points'))} |"
        yield "|---|---|---|"
        for exercise in report.exercises:
            name = f"{_plain(exercise.title)} ({_code(exercise.id)})"
            yield f"| {_MARKERS[exercise.verdict]} | {name} | {exercise.points}/{exercise.max_points} |"

    def section(self, exercise: ExerciseReport) -> str:
        """An exercise with the checks that did not pass."""
        lines = [f"\n### {_code(exercise.id)}: {_plain(exercise.title)}\n"]
        lines += [f"{_plain(note)}\n" for note in exercise.notes]
        for check in exercise.checks:
            if check.verdict is not Verdict.PASSED:
                lines += self._check(check)
        return "\n".join(lines) + "\n"

    def cut(self) -> str:
        """The last line where not all has room."""
        return f"\n{self._told(say('page.cut'))}\n"

    def _check(self, check: CheckReport) -> Iterator[str]:
        yield f"{_MARKERS[check.verdict]} {self._told(say('page.should_hold'))} {_plain(check.title)}\n"
        if shown := [f"{label} {text}" for label, text in labelled(check.evidence, self._language)]:
            yield _block("\n".join(shown))
        yield f"{_plain(check.rationale)}\n"
        if check.hint:
            yield f"> {_plain(check.hint)}\n"

    def _told(self, said: Said) -> str:
        return _plain(self._language.say(said))


def _plain(text: str) -> str:
    """A text as it stands, in one line: neither Markdown nor HTML has an effect in it."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return _SPECIAL.sub(r"\\\1", " ".join(safe.split()))


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _block(text: str) -> str:
    """Lines as they stand; the fence is longer than any in them."""
    longest = max((len(run) for run in _RUN.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"
