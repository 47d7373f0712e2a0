"""Whether a right answer ever loses points: references and other styles on many seeds."""

from collections.abc import Sequence

from audit.answers import REFERENCE, Answer, right_answers
from audit.grading import Graders
from audit.pool import Pool
from audit.record import Fairness, Unfair
from grader.course import Course

# The first few seeds of a task pay for its worker.
_TOGETHER = 50


def fairness_of(course: Course, exercises: Sequence[str], pool: Pool, seeds: int, reference_seeds: int) -> Fairness:
    """Grade every style on so many seeds, and the references on theirs."""
    answers = [answer for exercise in exercises for answer in right_answers(course, exercise)]
    tasks = [
        (answer, several)
        for answer in answers
        for several in in_parts(reference_seeds if answer.style == REFERENCE else seeds)
    ]
    found = pool.each("fairness", unfair, tasks)
    return Fairness(
        styles=sum(answer.style != REFERENCE for answer in answers),
        seeds=seeds,
        reference_seeds=reference_seeds,
        unfair=tuple(one for several in found for one in several),
    )


def in_parts(seeds: int) -> list[list[str]]:
    """The seeds 1, 2, 3 and so on, as one task after the other grades them."""
    names = [str(number + 1) for number in range(seeds)]
    return [names[start : start + _TOGETHER] for start in range(0, seeds, _TOGETHER)]


def unfair(graders: Graders, task: tuple[Answer, Sequence[str]]) -> tuple[Unfair, ...]:
    """The seeds of a task on which a right answer loses points."""
    answer, seeds = task
    return tuple(
        Unfair(exercise=answer.exercise, style=answer.style, seed=seed, failed=marks.failed)
        for seed, marks in zip(seeds, graders.marks(answer.exercise, answer.source, seeds), strict=True)
        if marks.loses
    )
