"""Asks references and misconceptions the questions of the checks, once a chapter and seed."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.authoring import Check
from grader.inside.values import FunctionSpec
from grader.judging.diagnosis import Suspect
from grader.judging.judgement import Judgement, judge
from grader.observing.observer import Observer
from grader.records import Limits, Observations, Question
from grader.sandbox import confined_launcher
from grader.submission import read_submission
from tests.corpus import falling_short, ignoring_lessons, right_styles, told_truly
from tests.support import CATALOG, COURSE, untouched_stubs

CHECKS = COURSE.checks
KNOW = functools.cache(COURSE.answer)
SEEDS = ("1", "20", "300")
ANSWERS = (right_styles, ignoring_lessons, falling_short, told_truly)


def checks_on(exercise: str) -> list[Check]:
    """The checks of one exercise."""
    return [check for check in CHECKS if check.cases.exercise == exercise]


@functools.cache
def asked(exercise: str, seed: str) -> Mapping[Check, Sequence[Question]]:
    """The questions of an exercise's checks."""
    return {check: check.cases.questions(seed, COURSE.probes.families) for check in checks_on(exercise)}


def questions_on(exercise: str, seed: str) -> tuple[Question, ...]:
    """Everything that is asked of an exercise, each question once."""
    return tuple(dict.fromkeys(question for questions in asked(exercise, seed).values() for question in questions))


def at_the_first_call(question: Question) -> Question:
    """A question whose functions do not change, however they are written."""
    inputs = (
        (name, replace(value, changes=False, text="") if isinstance(value, FunctionSpec) else value)
        for name, value in question.inputs
    )
    return replace(question, inputs=tuple(inputs))


def arguments_of(question: Question) -> dict[str, object]:
    """The inputs of a question as objects."""
    return COURSE.subject.build_inputs(question.inputs, COURSE.probes.families)


@dataclass(frozen=True)
class Answers:
    """What a function answered to an exercise's questions, and how that was judged."""

    observations: Observations
    judged: Mapping[str, Judgement]


class Corpus:
    """Observes each file of solutions/ once, in a worker of its own."""

    def __init__(self, stubs: Path) -> None:
        self._stubs = untouched_stubs(stubs)
        self._launcher = confined_launcher(Limits(), COURSE.equipment, warm=True)
        self._observers: dict[Path, Observer] = {}
        self.answers = functools.cache(self._answers)

    def reference(self, exercise: str, seed: str) -> Answers:
        """How the reference does."""
        return self.answers(COURSE.reference(CATALOG.chapter_of(exercise).id), exercise, exercise, seed)

    def suspects(self, exercise: str, seed: str) -> list[Suspect]:
        """How every misconception does."""
        chapter = CATALOG.chapter_of(exercise).id
        found = []
        for misconception in COURSE.misconceptions(chapter):
            if misconception.exercise == exercise:
                answers = self.answers(COURSE.misconceptions_file(chapter), exercise, misconception.function, seed)
                found.append(
                    Suspect(
                        misconception=misconception,
                        observations=answers.observations,
                        judged=dict(answers.judged),
                    )
                )
        return found

    def stub(self, exercise: str) -> Mapping[str, Judgement]:
        """How an untouched stub does."""
        return self.answers(self._stubs / f"{CATALOG.chapter_of(exercise).id}.py", exercise, exercise, SEEDS[0]).judged

    def close(self) -> None:
        """End every worker."""
        for observer in self._observers.values():
            observer.__exit__(None, None, None)
        self._launcher.close()

    def _answers(self, file: Path, exercise: str, function: str, seed: str) -> Answers:
        observations = self._observer(file).observe_function(questions_on(exercise, seed), function)
        judged = {
            check.id: judge(check, questions, observations, KNOW) for check, questions in asked(exercise, seed).items()
        }
        return Answers(observations, judged)

    def _observer(self, file: Path) -> Observer:
        # The launcher runs one worker at a time.
        if file not in self._observers:
            for other in self._observers.values():
                other.__exit__(None, None, None)
            self._observers = {file: Observer(read_submission(file), COURSE, self._launcher, Limits(), _names())}
        return self._observers[file]


def _names() -> Sequence[str]:
    misconceptions = [one.function for chapter in CATALOG.chapter for one in COURSE.misconceptions(chapter.id)]
    others = [name for module in ANSWERS for name in vars(module)]
    kept = [f"{exercise}__{way}" for exercise in CATALOG.exercise_ids for way in ("remembered", "handed_out")]
    return [*CATALOG.exercise_ids, *misconceptions, *others, *kept]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The corpus, whose workers end with the tests."""
    whole = Corpus(tmp_path_factory.mktemp("stubs"))
    yield whole
    whole.close()
