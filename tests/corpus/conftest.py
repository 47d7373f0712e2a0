"""Asks references and misconceptions the questions of the checks, once a chapter and seed."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.authoring import Check, Judgement, judge
from grader.catalog import load_catalog, misconceptions_file, solution_file
from grader.diagnosis import Suspect
from grader.loading import Oracle, checks_of, questions_of
from grader.misconceptions import load_misconceptions
from grader.model import Limits, Observations
from grader.observe import Observer
from grader.sandbox import confined_launcher
from grader.submission import read_submission
from tests.corpus import falling_short, ignoring_lessons, right_styles, told_truly
from tests.support import untouched_stubs

CATALOG = load_catalog()
CHECKS = checks_of(CATALOG)
KNOW = Oracle(CATALOG)
SEEDS = ("1", "20", "300")
ANSWERS = (right_styles, ignoring_lessons, falling_short, told_truly)


def checks_on(exercise: str) -> list[Check]:
    """The checks of one exercise."""
    return [check for check in CHECKS if check.cases.exercise == exercise]


@dataclass(frozen=True)
class Answers:
    """What a function answered to an exercise's questions, and how that was judged."""

    observations: Observations
    judged: Mapping[str, Judgement]


class Corpus:
    """Observes each file of solutions/ once, in a worker of its own."""

    def __init__(self, stubs: Path) -> None:
        self._stubs = untouched_stubs(stubs)
        self._launcher = confined_launcher(Limits())
        self._observers: dict[Path, Observer] = {}
        self.answers = functools.cache(self._answers)

    def reference(self, exercise: str, seed: str) -> Answers:
        """How the reference does."""
        return self.answers(solution_file(CATALOG.chapter_of(exercise).id), exercise, exercise, seed)

    def suspects(self, exercise: str, seed: str) -> list[Suspect]:
        """How every misconception does."""
        chapter = CATALOG.chapter_of(exercise).id
        found = []
        for misconception in load_misconceptions(chapter):
            if misconception.exercise == exercise:
                answers = self.answers(misconceptions_file(chapter), exercise, misconception.function, seed)
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
        checks = checks_on(exercise)
        observations = self._observer(file).observe_function(questions_of(checks, seed), function)
        return Answers(observations, {check.id: judge(check, seed, observations, KNOW) for check in checks})

    def _observer(self, file: Path) -> Observer:
        # The launcher runs one worker at a time.
        if file not in self._observers:
            for other in self._observers.values():
                other.__exit__(None, None, None)
            self._observers = {file: Observer(read_submission(file), CATALOG, self._launcher, Limits(), _names())}
        return self._observers[file]


def _names() -> Sequence[str]:
    misconceptions = [one.function for chapter in CATALOG.chapter for one in load_misconceptions(chapter.id)]
    others = [name for module in ANSWERS for name in vars(module)]
    kept = [f"{exercise}__{way}" for exercise in CATALOG.exercise_ids for way in ("remembered", "handed_out")]
    return [*CATALOG.exercise_ids, *misconceptions, *others, *kept]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The corpus, whose workers end with the tests."""
    whole = Corpus(tmp_path_factory.mktemp("stubs"))
    yield whole
    whole.close()
