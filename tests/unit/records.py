"""Records that several unit tests need: cases and checks, facts in words, reports with every verdict."""

import math
from collections.abc import Callable

from hypothesis import strategies as st

from grader.authoring import Case, Check, Draw, asks
from grader.authoring.claims import CaseFunction, CaseSet
from grader.inside.said import say
from grader.inside.values import Items, NotRepresentable, Place, Raised, Table, TensorValue, Unfit, Value
from grader.inside.wire import Cell, SourceFile
from grader.judging.scoring import UNKNOWN
from grader.records import Student, Verdict, Visibility
from grader.report import (
    SCHEMA,
    CapturedOutput,
    CheckReport,
    EvidenceReport,
    ExerciseReport,
    NoteReport,
    Report,
    SubmissionReport,
    Versions,
)

CANARY = "canary"
"""Stands in every place of a report that a hidden question's evidence or output is in."""


def listed(*things: Value) -> Items:
    """A fact that is a list of places, pairs of places or names."""
    return Items(kind="tuple", items=things)


def _tensor(shape: list[int], fill: int) -> TensorValue:
    data = bytes([fill]) * math.prod(shape)
    return TensorValue(dtype="uint8", shape=tuple(shape), data=data)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=2000)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats()
    | TEXTS
    | st.builds(_tensor, st.lists(st.sampled_from([0, 1, 2, 30]), max_size=3), st.integers(0, 255))
    | st.sampled_from([one for one in Unfit if one is not Unfit.OTHER_TYPE]).map(
        lambda reason: NotRepresentable(reason=reason)
    )
    | st.builds(Place, argument=st.none() | TEXTS, path=st.lists(st.integers(0, 99) | TEXTS, max_size=3).map(tuple))
    | st.builds(
        Raised, exception=st.just("KeyError"), message=TEXTS, file=st.none() | TEXTS, line=st.integers(0, 1 << 31)
    ),
    lambda inner: (
        st.builds(Items, kind=st.sampled_from(["tuple", "list"]), items=st.lists(inner, max_size=20).map(tuple))
        | st.builds(Table, entries=st.lists(st.tuples(TEXTS, inner), max_size=20).map(tuple))
    ),
    max_leaves=20,
)
"""Anything that a worker may send in the place of a value."""


def case_set(*givens: Callable[[Draw], Case], name: str = "cases") -> CaseSet:
    """A case set of `gradient` with these cases; its generator's name is `name`."""

    def some(draw: Draw):  # type: ignore[no-untyped-def]  # as an author writes it
        for given in givens:
            yield given(draw)

    some.__name__ = name
    as_written: CaseFunction = some
    return asks("gradient")(as_written)


def check_of(cases: CaseSet, name: str = "c", *, points: int = 2, witnessed: bool = False) -> Check:
    """A check that holds for every answer."""
    title = say("text", text="T.")
    return Check(name=name, title=title, points=points, witnessed=witnessed, claim=lambda *_: None, cases=cases)


def one_file(path: str, source: str = "") -> SourceFile:
    """A Python file of a submission."""
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return SourceFile(path=path, stem=stem, cells=(Cell(file=path, source=source),))


def check_report(verdict: Verdict, visibility: Visibility = Visibility.HIDDEN) -> CheckReport:
    """A check whose evidence must not be shown where its question is hidden."""
    passed = verdict is Verdict.PASSED
    return CheckReport(
        id=f"gradient.{verdict}",
        title=f"The claim that {verdict}.",
        verdict=verdict,
        points=None if verdict in UNKNOWN else 2 * passed,
        max_points=2,
        visibility=visibility,
        witnessed=False,
        rationale="" if passed else f"Why it {verdict} [not markup].",
        hint=None if passed else "What about it?",
        misconception=None if passed else "an_id",
        said=(),
        evidence=EvidenceReport(call=f"{CANARY} call", actual=CANARY, expected=CANARY, detail=CANARY),
    )


def report_of(*verdicts: Verdict, visibility: Visibility = Visibility.HIDDEN) -> Report:
    """An instructor's report of one exercise with a check of each verdict."""
    checks = tuple(check_report(verdict, visibility) for verdict in verdicts)
    exercise = ExerciseReport(
        id="gradient",
        chapter="ch02_first_backward",
        title="The gradient",
        docs="torch.dot",
        verdict=verdicts[0],
        points=sum(one.points or 0 for one in checks),
        max_points=2 * len(checks),
        source="mine.py",
        notes=("also defined in old.py",),
        output=(
            CapturedOutput(visibility=Visibility.HIDDEN, text=f"{CANARY} output"),
            CapturedOutput(visibility=Visibility.VISIBLE, text="seen"),
        ),
        checks=checks,
    )
    return Report(
        schema=SCHEMA,
        audience="instructor",
        language="en",
        seed=f"{CANARY} seed",
        created="2026-01-01T00:00:00+00:00",
        duration_seconds=1.5,
        versions=Versions(kit="0", torch="0", python="0"),
        isolation=("process",),
        submission=SubmissionReport(
            name="mine.py",
            digest="0",
            files=("mine.py",),
            notes=(
                NoteReport(
                    file="mine.py",
                    line=3,
                    text="SyntaxError: [no]",
                    failed=True,
                    said=say("text", text="SyntaxError: [no]"),
                ),
            ),
            output="printed by the import",
            student=Student(name="Ana", id="a12", email="ana@example.org"),
        ),
        points=exercise.points,
        max_points=exercise.max_points,
        next=None if exercise.verdict in (Verdict.PASSED, Verdict.DEFERRED) else exercise.id,
        needs_review=Verdict.UNGRADED in verdicts,
        verdicts={verdict.value: verdicts.count(verdict) for verdict in Verdict},
        exercises=(exercise,),
    )


ALL_VERDICTS = report_of(*Verdict)
"""A report with every verdict."""
