"""Grades submissions in an exam: observe, judge, ask again where that is fair, recognise, report."""

import functools
import platform
import threading
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType

from msgspec.structs import replace

from grader import __version__
from grader.course.misconceptions import Misconception
from grader.errors import GraderError
from grader.exam import Exam, Narrowed, checks_of, questions_of
from grader.inside.layers import Layer
from grader.inside.said import say
from grader.judging.diagnosis import NAMEABLE, diagnose
from grader.judging.explanation import Explanation, explanation, told
from grader.judging.judgement import Judgement, Know, ungraded
from grader.judging.session import JudgingSession
from grader.judging.slips import INSTEAD, sure_slip
from grader.observing.definitions import Origin
from grader.observing.observer import Observer
from grader.observing.record import Observed, observed
from grader.observing.traits import Trait
from grader.records import Limits, Observations, Question
from grader.report import Coverage, Report, Versions
from grader.report.build import Circumstances, Findings, build_report
from grader.retrial import asked_fairly
from grader.sandbox import Cancelled, Launcher
from grader.smallest import Explain, Small, ask_smaller, with_smallest
from grader.submission import SourceTree

# By the id of a check that failed.
_Smaller = Mapping[str, Sequence[Small]]


@dataclass(frozen=True, slots=True)
class Began:
    """When grading a submission began."""

    created: datetime
    clock: float

    @classmethod
    def now(cls) -> "Began":
        """It begins now."""
        return cls(datetime.now(UTC), time.monotonic())


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission's report, and the judged observations; `observed` has no rows where grading itself failed."""

    report: Report
    observed: Observed


class Grader:
    """Grades in one exam, with an open judging session. Use it as a context manager, or close it.

    The launcher is the caller's, who closes it. A live exam that is given the same event `cancelled` is interrupted,
    too, when `cancel` is called. With `smallest`, a wrong answer is shown by the smallest input on which it is wrong.
    """

    def __init__(
        self,
        exam: Exam,
        launcher: Launcher,
        limits: Limits,
        cancelled: threading.Event | None = None,
        *,
        smallest: bool = False,
    ) -> None:
        self._exam = exam
        self._launcher = launcher
        self._limits = limits
        self._session = JudgingSession(exam.course.checks_by_file, exam.questions, exam.expected, exam.course.language)
        self._cancelled = cancelled or threading.Event()
        self._smallest = smallest

    def __enter__(self) -> "Grader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the judging session."""
        self._session.close()

    def cancel(self) -> None:
        """End a `grade` that is under way in another thread: it raises `Cancelled` there, and leaves nothing."""
        self._cancelled.set()

    def grade(self, tree: SourceTree, exercises: Iterable[str] | None = None) -> Graded:
        """Observe a submission and judge what was observed; of all exercises of the exam, or of some.

        A failure here is ours, and the report says so. Raises `Cancelled` where another thread has cancelled it.
        """
        self._cancelled.clear()
        exam = self._exam if exercises is None else Narrowed(self._exam, exercises)
        began = Began.now()
        try:
            observed, judgements, smaller = self._observed(exam, tree)
            return Graded(self._report(exam, observed, judgements, smaller, began), observed)
        except Cancelled:
            raise
        except Exception as error:  # the submission gets no zero for it
            if not isinstance(error, GraderError):
                traceback.print_exc()  # a bug of ours keeps its traceback
            return not_graded(exam, tree, error, began)

    def regrade(self, observed: Observed) -> Report:
        """Judge again what was observed before; no code of the submission runs."""
        judgements = self._session.judge(observed.observations, self._exam.questions)
        return self._report(self._exam, observed, judgements, {}, Began.now())

    def _observed(self, exam: Exam, tree: SourceTree) -> tuple[Observed, Mapping[str, Judgement], _Smaller]:
        # Whatever is selected: the other exercises' functions are found and run as well, so no verdict depends on it.
        with Observer(tree, exam.course, self._launcher, self._limits, cancelled=self._cancelled) as observer:
            observations, judgements = asked_fairly(
                exam, observer, lambda rows: self._session.judge(rows, exam.questions)
            )
            failed = {check.cases.exercise for check in exam.questions if _is_nameable(judgements[check.id])}
            origins = {one: observer.origin(one, explained=one in failed) for one in exam.catalog.exercise_ids}
            smaller = ask_smaller(exam, observer, judgements) if self._smallest else {}
            seen = observed(tree, observer.notes, observer.import_output, origins, observations)
            return seen, judgements, smaller

    def _report(
        self, exam: Exam, seen: Observed, judgements: Mapping[str, Judgement], smaller: _Smaller, began: Began
    ) -> Report:
        """The report; misconceptions are looked for where an exercise failed."""
        misconceptions: Mapping[str, Misconception] = {}
        if seen.rows and any(map(_is_nameable, judgements.values())):
            misconceptions = _recognised(exam, seen.observations, judgements)
            judgements, misconceptions = _explained(exam, seen, judgements, misconceptions, smaller)
        findings = Findings(observed=seen, judgements=judgements, misconceptions=misconceptions)
        return _report(exam, findings, began, self._layers())

    def _layers(self) -> Sequence[Layer]:
        try:
            return self._launcher.layers
        except GraderError:  # nothing could be started, so nothing was confined
            return ()


def not_graded(exam: Exam, tree: SourceTree, error: Exception, began: Began) -> Graded:
    """The report where grading itself failed: every check needs a look, and nobody gets a zero."""
    judgement = ungraded(
        say("fault.grader_failed"),
        f"{type(error).__name__}: {error}",
    )
    origins = dict.fromkeys(exam.catalog.exercise_ids, Origin(file=None, notes=()))
    seen = observed(tree, tree.notes, "", origins, {})
    judgements = {check.id: judgement for check in exam.questions}
    # Whatever confined it, nothing of it was graded.
    return Graded(_report(exam, Findings(observed=seen, judgements=judgements, misconceptions={}), began, ()), seen)


def _report(exam: Exam, findings: Findings, began: Began, layers: Sequence[Layer]) -> Report:
    circumstances = Circumstances(
        seed=exam.seed,
        created=began.created.isoformat(timespec="seconds"),
        duration_seconds=time.monotonic() - began.clock,
        versions=_versions(),
        isolation=tuple(layer.name for layer in layers if layer.active),
        isolation_missing=tuple(layer.name for layer in layers if not layer.active),
        coverage=Coverage(asked=len(questions_of(exam)), later=sum(exam.later.values())),
    )
    return build_report(exam.catalog, tuple(exam.questions), findings, circumstances, exam.course.language)


def _recognised(
    exam: Exam, observations: Observations, judgements: Mapping[str, Judgement]
) -> Mapping[str, Misconception]:
    """The misconceptions behind failed checks, by the check's id; looked for only where an exercise failed."""
    named: dict[str, Misconception] = {}
    for exercise in exam.catalog.exercise_ids:
        questions = {check: exam.questions[check] for check in checks_of(exam, exercise)}
        if any(_is_nameable(judgements[check.id]) for check in questions):
            named |= diagnose(questions, observations, judgements, exam.suspects(exercise))
    return named


def _explained(
    exam: Exam,
    seen: Observed,
    judgements: Mapping[str, Judgement],
    named: Mapping[str, Misconception],
    smaller: _Smaller,
) -> tuple[Mapping[str, Judgement], Mapping[str, Misconception]]:
    """The judgements and misconceptions, with what the source shows; else, where none is named, what an answer is."""
    judgements, named, observations = dict(judgements), dict(named), seen.observations
    for check, questions in exam.questions.items():
        judgement, traits = judgements[check.id], seen.origins[check.cases.exercise].traits
        if not _is_nameable(judgement):
            continue
        explain = _explainer(judgement, traits, questions, observations, exam.expected)
        found: Explanation | None
        if check.id not in named:
            found = explain({})
        elif (found := sure_slip(judgement, traits)) and found.slip in INSTEAD:
            del named[check.id]
        elif found:
            # It behaves like the misconception, and comes from the slip.
            named[check.id] = replace(named[check.id], hint=exam.course.language.say(found.question))
        judgement = with_smallest(judgement, smaller.get(check.id, ()), found, explain)
        judgements[check.id] = judgement if found is None else told(judgement, found)
    return judgements, named


def _explainer(
    judgement: Judgement, traits: Sequence[Trait], questions: Sequence[Question], observations: Observations, know: Know
) -> Explain:
    def explain(more: Observations) -> Explanation | None:
        return explanation(judgement, traits, (*questions, *more), observations | more, know)

    return explain


def _is_nameable(judgement: Judgement) -> bool:
    return judgement.outcome.verdict in NAMEABLE


@functools.cache
def _versions() -> Versions:
    """Read once: the version of a package is parsed from its metadata, slowly."""
    return Versions(kit=__version__, torch=version("torch"), python=platform.python_version())
