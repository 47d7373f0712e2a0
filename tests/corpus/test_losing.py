"""What a stub promises is asked: an answer that falls short of it, or keeps something between calls, loses points."""

from pathlib import Path

import pytest

from grader.judging.scoring import points_of
from grader.records import Verdict, Visibility
from tests.corpus import falling_short, keeping
from tests.corpus.conftest import SEEDS, Answers, Corpus, checks_on
from tests.support import CATALOG, COURSE

EXERCISES = CATALOG.exercise_ids
SHORT = [name for name in vars(falling_short) if name.partition("__")[0] in EXERCISES]
KEEPING = Path(keeping.__file__)


def lost(exercise: str, answers: Answers) -> int:
    """How many points an answer lacks."""
    verdicts = {check: one.outcome.verdict for check, one in answers.judged.items()}
    paid = sum(points or 0 for points in points_of(checks_on(exercise), verdicts).values())
    return sum(check.points for check in checks_on(exercise)) - paid


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SHORT)
def test_an_answer_that_falls_short_of_its_stub_loses_points(name: str, seed: str, corpus: Corpus) -> None:
    """Empty, 0-dim, infinite, tiny, of any dtype: what is promised is asked on every seed."""
    exercise = name.partition("__")[0]
    assert lost(exercise, corpus.answers(Path(falling_short.__file__), exercise, name, seed)) > 0


@pytest.fixture(scope="session")
def keepers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The references of every chapter, each kept from call to call in two ways."""
    folder = tmp_path_factory.mktemp("keepers")
    for chapter in CATALOG.chapter:
        text = COURSE.reference(chapter.id).read_text(encoding="utf-8") + KEEPING.read_text(encoding="utf-8")
        for exercise in chapter.exercise:
            text += f"\n{exercise.id}__remembered = remembering({exercise.id})"
            text += f"\n{exercise.id}__handed_out = handing_out({exercise.id})\n"
        (folder / f"{chapter.id}.py").write_text(text, encoding="utf-8")
    return folder


KEPT = [(exercise, way) for exercise in EXERCISES for way in ("remembered", "handed_out")]
KEPT.remove(("clear_grads", "handed_out"))  # it returns nothing


@pytest.mark.parametrize(("exercise", "way"), KEPT)
def test_what_is_kept_between_two_calls_loses_points(exercise: str, way: str, keepers: Path, corpus: Corpus) -> None:
    """In every exercise: a result that is remembered by its size, and one tensor that is handed out again and again."""
    file = keepers / f"{CATALOG.chapter_of(exercise).id}.py"
    answers = corpus.answers(file, exercise, f"{exercise}__{way}", SEEDS[0])
    assert lost(exercise, answers) > 0
    # The visible question is enough, in whichever order and worker the others are asked.
    told = [one.outcome for one in answers.judged.values() if one.outcome.verdict is Verdict.FAILED]
    assert told
    assert any(
        one.visibility is Visibility.VISIBLE and "other numbers" in COURSE.language.text(one.rationale) for one in told
    )
