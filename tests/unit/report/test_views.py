"""Who sees what of a report."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.inside.said import say
from grader.records import Verdict, Visibility
from grader.report import Audience, CapturedOutput, EvidenceReport, NoteReport, Report, views
from grader.report.html import render_html
from grader.report.json import render_json
from grader.report.text import render_text
from grader.sandbox.layers import MINIMUM_LAYERS
from tests.support import COURSE, ROOT
from tests.unit.records import ALL_VERDICTS, CANARY, report_of

WORST_FIRST = report_of(*reversed(Verdict))
"""As a text, it shows the first check with its evidence."""
CONFINED = replace(ALL_VERDICTS, isolation=tuple(sorted(MINIMUM_LAYERS)))


def for_audience(report: Report, audience: Audience, course: Path = COURSE.folder) -> Report:
    """The report as this audience may see it, on a course of the kit's own unless another is named."""
    return views.for_audience(report, audience, course)


@pytest.mark.parametrize("render", [render_json, render_text, render_html])
def test_the_students_view_holds_nothing_hidden(render: Callable[[Report], str]) -> None:
    """No seed; of hidden questions no evidence and no output, in whatever form it is written."""
    assert CANARY in render(WORST_FIRST)
    assert CANARY not in render(for_audience(WORST_FIRST, Audience.STUDENT))


def test_everything_else_stays_for_students() -> None:
    """Verdicts, points, rationales and hints, what visible questions printed, and what the import printed."""
    [exercise] = CONFINED.exercises
    checks = tuple(replace(check, evidence=None) for check in exercise.checks)
    visible = tuple(output for output in exercise.output if output.text == "seen")
    assert len(visible) == 1
    seen = for_audience(CONFINED, Audience.STUDENT)
    exercises = (replace(exercise, output=visible, checks=checks),)
    assert seen == replace(CONFINED, audience="student", seed=None, exercises=exercises)


@pytest.mark.parametrize("layer", sorted(MINIMUM_LAYERS))
def test_a_students_report_says_when_it_must_not_be_handed_on(layer: str) -> None:
    """Code that was not confined may have printed anything of the machine; the instructor's says which layers held."""
    report = replace(CONFINED, isolation=tuple(sorted(MINIMUM_LAYERS - {layer})))
    first, *others = for_audience(report, Audience.STUDENT).submission.notes
    assert first.text.startswith("Do not hand this report on")
    assert first.text.endswith(f"Not active: {layer}.")
    assert tuple(others) == report.submission.notes
    assert for_audience(report, Audience.INSTRUCTOR) is report
    assert for_audience(CONFINED, Audience.STUDENT).submission.notes == CONFINED.submission.notes


def test_visible_evidence_stays_for_students() -> None:
    """What happened with a visible question may be shown with its values."""
    whole = report_of(Verdict.FAILED, visibility=Visibility.VISIBLE)
    seen = for_audience(whole, Audience.STUDENT)
    assert seen.exercises[0].checks == whole.exercises[0].checks


def test_the_owners_view_is_everything() -> None:
    """Nothing is left out for the instructor."""
    assert for_audience(ALL_VERDICTS, Audience.INSTRUCTOR) is ALL_VERDICTS


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, a folder for temporary files and one of libraries, which a link leads to."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "link" / "jane"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setenv("LD_LIBRARY_PATH", os.pathsep.join(["", str(tmp_path / "lib1"), str(tmp_path / "lib2")]))
    forget_places()
    yield tmp_path
    forget_places()


def forget_places() -> None:
    """Have the places looked up again."""
    views._places_of.cache_clear()


def telling(text: str) -> Report:
    """A report with this text wherever code or a message may put it."""
    [exercise] = CONFINED.exercises
    check = replace(
        exercise.checks[0],
        visibility=Visibility.VISIBLE,
        rationale=text,
        hint=text,
        said=(say("text", text=text),),
        evidence=EvidenceReport(call=text, actual=text, expected=text, detail=text),
    )
    return replace(
        CONFINED,
        submission=replace(
            CONFINED.submission,
            notes=(NoteReport(file="a.py", line=1, text=text, failed=True, said=say("text", text=text)),),
            output=text,
            unread=(text,),
        ),
        exercises=(
            replace(
                exercise,
                notes=(text,),
                output=(CapturedOutput(visibility=Visibility.VISIBLE, text=text),),
                checks=(check,),
            ),
        ),
    )


@pytest.mark.parametrize("place", [str(ROOT), sys.prefix, sys.base_prefix])
def test_no_folder_of_the_machine_is_told_to_students(place: str) -> None:
    """Python puts paths into messages, and a submission may print them; the instructor sees them as they are."""
    told = telling(f"cannot import x ({place}/lib/x.py)")
    assert render_json(for_audience(told, Audience.INSTRUCTOR)).count(place) == 13
    seen = render_json(for_audience(told, Audience.STUDENT))
    assert place not in seen
    assert seen.count("/lib/x.py)") == 13


def test_no_folder_of_a_course_is_told_to_students(tmp_path: Path) -> None:
    """Wherever the course lies, as the kit's own does."""
    (tmp_path / "real").mkdir()
    (tmp_path / "course").symlink_to("real")
    for course in (tmp_path / "course", tmp_path / "real"):
        told = telling(f"see {course}/checks/a.py and {tmp_path}/real/b.py")
        seen = for_audience(told, Audience.STUDENT, tmp_path / "course")
        assert seen.submission.output == "see <course>/checks/a.py and <course>/b.py"
        assert str(tmp_path) not in render_json(seen)


def test_no_folder_of_the_caller_is_told_to_students(elsewhere: Path) -> None:
    """Home, temporary files and libraries, as they are written and as they are resolved."""
    names = ("link/jane/a.py", "real/jane/a.py", "scratch/a.py", "lib1/a.so", "lib2")
    for name in names:
        told = render_json(for_audience(telling(f"see {elsewhere / name}: x"), Audience.STUDENT))
        assert str(elsewhere) not in told, name


@pytest.mark.usefixtures("elsewhere")
def test_only_whole_names_of_folders_are_replaced(elsewhere: Path) -> None:
    """What begins like a folder of the machine is another one, or no folder at all."""
    text = f"{elsewhere / 'scratch'}y and {elsewhere / 'scratch'}-2"
    assert for_audience(telling(text), Audience.STUDENT).submission.output == text


@pytest.mark.parametrize("home", [None, "", "/", "relative", "~"])
def test_a_machine_without_a_home_is_no_trouble(home: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may be known to the system, or the environment may be empty; then nothing is replaced by mistake."""
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False) if home is None else monkeypatch.setenv(name, home)
    if home is None and sys.platform != "win32":
        import pwd  # noqa: PLC0415  # Windows has none

        def unknown(number: int) -> None:
            raise KeyError(number)

        monkeypatch.setattr(pwd, "getpwuid", unknown)
    forget_places()
    try:
        text = "a relative path / or ~ in a text"
        assert for_audience(telling(text), Audience.STUDENT).submission.output == text
    finally:
        forget_places()
