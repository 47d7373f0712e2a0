"""One submission from its source to its report: observe, judge, recognise, report."""

import contextlib
import copy
import functools
import platform
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TypeVar

from grader import __version__
from grader.authoring import Check, Judgement
from grader.authoring.judging import judge as judge_one
from grader.authoring.judging import ungraded
from grader.catalog import Catalog, check_files, load_catalog, misconceptions_file
from grader.diagnosis import NAMEABLE, Suspect, diagnose
from grader.errors import GraderError
from grader.foreseen import foreseen
from grader.hermetic import Judge, in_session
from grader.loading import Oracle, checks_of, questions_of
from grader.misconceptions import Misconception, load_misconceptions
from grader.model import Limits, Observations, Question, Verdict
from grader.observe import Observer, in_order
from grader.observed import Observed, brief, few_names, few_notes, same_answer
from grader.report import Report, Versions
from grader.report.build import Circumstances, Findings, build_report
from grader.resolve import Source
from grader.sandbox import Launcher
from grader.scoring import Worth, worth
from grader.submission import SourceTree, read_submission

T = TypeVar("T")

# What a cleaner worker could turn into something better.
_WORTH_ANOTHER_TRY = frozenset({Verdict.FAILED, Verdict.ERRORED, Verdict.TIMED_OUT, Verdict.CRASHED})


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


class Grading:
    """Grades submissions inside an engine's session."""

    def __init__(self, engine: "Engine", judge: Judge) -> None:
        self._engine = engine
        self._judge = judge

    def grade(self, tree: SourceTree) -> Graded:
        """Observe a submission and judge what was observed. A failure here is ours, and the report says so."""
        began = Began.now()
        try:
            observed, judgements = self._engine.observe(tree, self._judge)
            return Graded(self._engine.report(observed, judgements, began), observed)
        except Exception as error:  # the submission gets no zero for it
            if not isinstance(error, GraderError):
                traceback.print_exc()  # a bug of ours keeps its traceback
            return self._engine.failed(tree, error, began)

    def regrade(self, observed: Observed) -> Report:
        """Judge again what was observed before; no code of the submission runs."""
        return self._engine.report(observed, self._judge(observed.observations), Began.now())


class Engine:
    """Grades submissions with one seed; keeps the expected facts, and the answers of each misconception.

    Make it after its launcher: from here on this process holds checks and oracles, and a fork of it would, too.
    """

    def __init__(self, catalog: Catalog, seed: str, limits: Limits, launcher: Launcher) -> None:
        self._catalog = catalog
        self._seed = seed
        self._limits = limits
        self._launcher = launcher
        self._checks = checks_of(catalog)
        self._by_exercise: dict[str, list[Check]] = defaultdict(list)
        for check in self._checks:
            self._by_exercise[check.cases.exercise].append(check)
        self._know = Oracle(catalog)
        self._suspects: dict[str, list[Suspect]] = {}

    def session(self, body: Callable[["Grading"], T]) -> T:
        """Run `body`, which is handed what grades submissions, as many as it likes; return what it returns."""
        files = [file for chapter in self._catalog.chapter for file in check_files(chapter.id)]
        return in_session(self._checks, files, self._seed, self._know, lambda judge: body(Grading(self, judge)))

    def with_launcher(self, launcher: Launcher) -> "Engine":
        """The same engine, all that it knows included, with workers from another launcher."""
        other = copy.copy(self)
        other._launcher = launcher  # noqa: SLF001  # of the same class
        return other

    def prepare(self) -> None:
        """Compute the expected facts and observe the misconceptions now, instead of on first need."""
        for question in questions_of(self._checks, self._seed):
            foreseen(self._catalog.chapter_of(question.exercise).id, question)
            with contextlib.suppress(Exception):  # an oracle that fails does so again where its check is judged
                self._know(question)
        self._observe_suspects(self._catalog.exercise_ids)

    def observe(self, tree: SourceTree, judge: Judge) -> tuple[Observed, Mapping[str, Judgement]]:
        """Ask a submission everything. Where another exercise may be the cause of a failure, ask once more."""
        # Whatever is selected: the other exercises' functions are found and run as well, so no verdict depends on it.
        with Observer(tree, load_catalog(), self._launcher, self._limits) as observer:
            first = observer.observe(questions_of(self._checks, self._seed))
            observations, judgements = first, judge(first)
            failed = self._failed_beside_others(observer, judgements)
            if failed and (again := self._asked_alone(observer, first, failed)):
                second = judge(first | again)
                better = self._better(judgements, second, {question.exercise for question in again})
                observations = first | {question: row for question, row in again.items() if question.exercise in better}
                judgements = {
                    check.id: (second if check.cases.exercise in better else judgements)[check.id]
                    for check in self._checks
                }
            observed = Observed(
                name=tree.name,
                digest=tree.digest,
                files=few_names(file.path for file in tree.files),
                notes=few_notes(observer.notes),
                import_output=observer.import_output,
                sources={exercise: brief(observer.source(exercise)) for exercise in self._catalog.exercise_ids},
                rows=tuple(observations.items()),
                unread=tree.unread,
            )
        return observed, judgements

    def failed(self, tree: SourceTree, error: Exception, began: Began) -> Graded:
        """The report where grading itself failed: every check needs a look, and nobody gets a zero."""
        judgement = ungraded(
            "The grader itself failed, which is no fault of the submission. A person has to look at it.",
            f"{type(error).__name__}: {error}",
        )
        observed = Observed(
            name=tree.name,
            digest=tree.digest,
            files=few_names(file.path for file in tree.files),
            notes=few_notes(tree.notes),
            import_output="",
            sources=dict.fromkeys(self._catalog.exercise_ids, Source(file=None, notes=())),
            rows=(),
            unread=tree.unread,
        )
        return Graded(self.report(observed, {check.id: judgement for check in self._checks}, began), observed)

    def report(self, observed: Observed, judgements: Mapping[str, Judgement], began: Began) -> Report:
        """The report; misconceptions are looked for where an exercise failed."""
        misconceptions = self._recognise(observed.observations, judgements) if observed.rows else {}
        findings = Findings(observed=observed, judgements=judgements, misconceptions=misconceptions)
        circumstances = Circumstances(
            seed=self._seed,
            created=began.created.isoformat(timespec="seconds"),
            duration_seconds=time.monotonic() - began.clock,
            versions=_versions(),
            isolation=self._active_layers(),
        )
        return build_report(self._catalog, self._checks, findings, circumstances)

    def _active_layers(self) -> tuple[str, ...]:
        try:
            return tuple(layer.name for layer in self._launcher.layers if layer.active)
        except GraderError:  # nothing could be started, so nothing was confined
            return ()

    # ------------------------------------------------------------ asking again

    def _failed_beside_others(
        self, observer: Observer, judgements: Mapping[str, Judgement]
    ) -> Mapping[str, Sequence[Question]]:
        """Of failed exercises that were asked where another one had run before: the questions that they failed by.

        The questions before them are there as well, since an exercise may remember what it was asked.
        """
        failed: dict[str, Sequence[Question]] = {}
        for exercise, checks in self._by_exercise.items():
            if observer.ran_beside_others(exercise):
                asked = in_order(questions_of(checks, self._seed))
                decisive = {_decisive(check, self._seed, judgements[check.id]) for check in checks} - {None}
                if decisive:
                    failed[exercise] = asked[: 1 + max(asked.index(one) for one in decisive if one is not None)]
        return failed

    def _asked_alone(
        self, observer: Observer, first: Observations, failed: Mapping[str, Sequence[Question]]
    ) -> Observations:
        """Other answers of failed exercises, each from a worker that ran no other exercise before.

        At first one fresh worker is asked again: the last exercise everything, since it is alone there, and then of the
        others what decided. Another one is asked the others without it, since it may be what disturbs them. Where all
        of it comes out the same, none was disturbed. Where something does not, this submission reaches from one
        exercise into another, so each of them is asked everything, alone.
        """
        everything = {exercise: questions_of(self._by_exercise[exercise], self._seed) for exercise in failed}
        *others, last = failed
        decisive = [failed[exercise] for exercise in reversed(others)]
        again = observer.observe_again([everything[last], *decisive])
        undisturbed = _are_alike(first, again)
        if undisturbed and others:
            undisturbed = _are_alike(first, observer.observe_again(decisive))
        if undisturbed:
            return {}
        rows = {question: again[question] for question in everything[last]}
        for exercise in others:
            rows |= observer.observe_again([everything[exercise]])
        return rows

    def _better(
        self, first: Mapping[str, Judgement], second: Mapping[str, Judgement], exercises: Collection[str]
    ) -> frozenset[str]:
        """The exercises whose second run is worth more; each run counts as a whole, and the first one in a tie."""

        def worth_of(judgements: Mapping[str, Judgement], exercise: str) -> Worth:
            checks = self._by_exercise[exercise]
            return worth(checks, {check.id: judgements[check.id].outcome.verdict for check in checks})

        return frozenset(one for one in exercises if worth_of(second, one) > worth_of(first, one))

    # ------------------------------------------------------------ misconceptions

    def _recognise(
        self, observations: Observations, judgements: Mapping[str, Judgement]
    ) -> Mapping[str, Misconception]:
        failed = [
            exercise
            for exercise, checks in self._by_exercise.items()
            if any(judgements[check.id].outcome.verdict in NAMEABLE for check in checks)
        ]
        named: dict[str, Misconception] = {}
        for exercise, suspects in self.suspects(failed).items():
            named |= diagnose(self._by_exercise[exercise], self._seed, observations, judgements, suspects)
        return named

    def suspects(self, exercises: Sequence[str]) -> Mapping[str, Sequence[Suspect]]:
        """The misconceptions of these exercises with their own answers; each exercise's are observed once."""
        self._observe_suspects([exercise for exercise in exercises if exercise not in self._suspects])
        return {exercise: self._suspects[exercise] for exercise in exercises}

    def _observe_suspects(self, exercises: Sequence[str]) -> None:
        """Run misconceptions through stage one, like any submission, and judge them."""
        by_chapter: dict[str, list[str]] = defaultdict(list)
        for exercise in exercises:
            by_chapter[self._catalog.chapter_of(exercise).id].append(exercise)
        for chapter, members in by_chapter.items():
            misconceptions = [one for one in load_misconceptions(chapter) if one.exercise in members]
            tree = read_submission(misconceptions_file(chapter))
            wanted = [one.function for one in misconceptions]
            with Observer(tree, self._catalog, self._launcher, self._limits, wanted) as observer:
                for exercise in members:
                    self._suspects[exercise] = [
                        self._suspect(observer, one) for one in misconceptions if one.exercise == exercise
                    ]

    def _suspect(self, observer: Observer, misconception: Misconception) -> Suspect:
        checks = self._by_exercise[misconception.exercise]
        observations = observer.observe_function(questions_of(checks, self._seed), misconception.function)
        judged = {}
        for check in checks:
            # A check that fails itself is reported for the submission; here there is nothing to compare with.
            with contextlib.suppress(Exception):
                judged[check.id] = judge_one(check, self._seed, observations, self._know)
        return Suspect(misconception=misconception, observations=observations, judged=judged)


@functools.cache
def _versions() -> Versions:
    """Read once: the version of a package is parsed from its metadata, slowly."""
    return Versions(kit=__version__, torch=version("torch"), python=platform.python_version())


def _are_alike(first: Observations, again: Observations) -> bool:
    """Does every question have the answer that it had at first?"""
    return all(same_answer(first[question].observation, row.observation) for question, row in again.items())


def _decisive(check: Check, seed: str, judgement: Judgement) -> Question | None:
    """The question by which a check failed, where a cleaner worker could turn that into something better."""
    if judgement.decided_by is None or judgement.outcome.verdict not in _WORTH_ANOTHER_TRY:
        return None
    return check.cases.questions(seed)[judgement.decided_by]
