"""A report's call is code that runs: pasted into a shell where torch is imported, it shows what the report says."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import torch

from grader.inside.subjects.torch.recorder import TensorRecorder
from grader.inside.values import Raised, Value
from grader.judging.diagnosis import Suspect
from grader.records import Question, Visibility
from grader.words.calls import show_call
from grader.words.values import show
from tests.corpus.conftest import KNOW, Corpus, asked, questions_on
from tests.support import CATALOG, COURSE

EXERCISES = CATALOG.exercise_ids


def described(error: BaseException) -> Raised:
    """An exception as a value."""
    return Raised(exception=type(error).__name__, message=str(error))


def pasted(code: str, exercise: str, file: Path, function: str) -> Value:
    """The value that a line of code shows, where this function of a file is the exercise's."""
    shell: dict[str, object] = {"__name__": "shell"}
    exec(compile(file.read_bytes(), file, "exec"), shell)
    shell = {"torch": torch, exercise: shell[function]}
    *statements, last = ast.parse(code).body
    assert isinstance(last, ast.Expr)
    read = TensorRecorder(lambda: None, described).read
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, about what the wrong answers do
        try:
            exec(compile(ast.Module(statements, []), "shell", "exec"), shell)
            return read(eval(compile(ast.Expression(last.value), "shell", "eval"), shell))
        except Exception as error:
            return described(error)


def shown_facts(exercise: str) -> Iterator[tuple[Question, str | None, str, Value]]:
    """Every visible question of an exercise, with every fact that has code; the code, and what is right."""
    called_as = {question: check.cases.called_as for check, asks in asked(exercise, "1").items() for question in asks}
    for question in questions_on(exercise, "1"):
        known: Mapping[str, Value] = KNOW(question)
        for fact in (None, *called_as[question].facts):
            # What an oracle does not know is compared with the result.
            expected = known.get(fact or "", known["returned"])
            yield question, fact, show_call(question, called_as[question], fact), expected


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_call_with_the_reference_shows_what_is_right(exercise: str) -> None:
    """Of every question, hidden ones as well, and of every fact that has code of its own."""
    file = COURSE.reference(CATALOG.chapter_of(exercise).id)
    questions = set()
    for question, fact, code, expected in shown_facts(exercise):
        assert show(pasted(code, exercise, file, exercise)) == show(expected), (fact, code)
        questions.add(question.visibility)
    assert questions == set(Visibility)


def wrong_calls(exercise: str, corpus: Corpus) -> Iterator[tuple[Suspect, str, str]]:
    """The calls in the evidence on misconceptions, and the actual values beside them."""
    for suspect in corpus.suspects(exercise, "1"):
        for judgement in suspect.judged.values():
            evidence = judgement.outcome.evidence
            if evidence is not None and evidence.call is not None and evidence.actual is not None:
                yield suspect, evidence.call, evidence.actual


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_call_with_a_wrong_answer_shows_what_came_of_it(exercise: str, corpus: Corpus) -> None:
    """Of every misconception whose answer was compared, at its first call or at its second one."""
    file = COURSE.misconceptions_file(CATALOG.chapter_of(exercise).id)
    calls = list(wrong_calls(exercise, corpus))
    assert calls
    for suspect, code, actual in calls:
        assert show(pasted(code, exercise, file, suspect.misconception.function)) == actual, code
