"""A message must be true: of an answer that is easily taken for another, nothing is said that does not hold."""

import inspect
from pathlib import Path

import pytest

from grader.judging.diagnosis import diagnose
from grader.records import Verdict
from tests.corpus import told_truly
from tests.corpus.conftest import SEEDS, Corpus, asked
from tests.support import CATALOG, COURSE

NAMES = [name for name in vars(told_truly) if name.partition("__")[0] in CATALOG.exercise_ids]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_untrue_is_said(name: str, corpus: Corpus) -> None:
    """Neither a rationale nor a misconception's hint claims what the answer did not do, in any check."""
    exercise = name.partition("__")[0]
    untrue = (inspect.getdoc(getattr(told_truly, name)) or "").rpartition("Untrue: ")[2]
    answers = corpus.answers(Path(told_truly.__file__), exercise, name, SEEDS[0])
    named = diagnose(
        asked(exercise, SEEDS[0]), answers.observations, answers.judged, corpus.suspects(exercise, SEEDS[0])
    )
    outcomes = [one.outcome for one in answers.judged.values()]
    assert any(outcome.verdict is not Verdict.PASSED for outcome in outcomes)
    said = [COURSE.language.text(outcome.rationale) for outcome in outcomes] + [one.hint for one in named.values()]
    assert [one for one in said if untrue in one] == []
