"""Which changes of right answers the checks notice."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from audit.answers import Answer, right_answers
from audit.grading import Graders
from audit.mutants import Mutant, diff, mutants_of, normalized
from audit.pool import Pool
from audit.record import Strength, Survivor
from grader.course import Course

# Enough that starting a task costs nothing, and few enough that all processes end together.
_TOGETHER = 10

Batch = tuple[Answer, tuple[Mutant, ...]]


def strength_of(course: Course, exercises: Sequence[str], pool: Pool, most: int | None) -> tuple[Strength, ...]:
    """Change every right answer and grade what comes of it; at most so many mutants of an answer, if it is limited."""
    answers = [answer for exercise in exercises for answer in right_answers(course, exercise)]
    made = pool.each("changing", changed, answers)
    mutants = {
        (answer.exercise, answer.style): few(several, most) for answer, several in zip(answers, made, strict=True)
    }
    batches = list(in_batches(answers, mutants))
    found = pool.each("mutants", survivors_of, batches)
    return tuple(_strength(exercise, answers, mutants, found) for exercise in exercises)


def changed(_: Graders, answer: Answer) -> tuple[Mutant, ...]:
    """The mutants of one answer."""
    return tuple(mutants_of(answer.source))


def few(mutants: Sequence[Mutant], most: int | None) -> tuple[Mutant, ...]:
    """At most so many, taken evenly from all."""
    if most is None or len(mutants) <= most:
        return tuple(mutants)
    return tuple(mutants[place * len(mutants) // most] for place in range(most))


def in_batches(answers: Sequence[Answer], mutants: dict[tuple[str, str], tuple[Mutant, ...]]) -> Iterator[Batch]:
    """The tasks, answer by answer."""
    for answer in answers:
        waiting = iter(mutants[answer.exercise, answer.style])
        while batch := tuple(islice(waiting, _TOGETHER)):
            yield answer, batch


def survivors_of(graders: Graders, batch: Batch) -> tuple[Survivor, ...]:
    """The mutants of a batch that get full marks."""
    answer, mutants = batch
    return survivors(answer, mutants, lambda source: graders.loses(answer.exercise, source))


def survivors(answer: Answer, mutants: Sequence[Mutant], loses: Callable[[str], bool]) -> tuple[Survivor, ...]:
    """The mutants that lose nothing."""
    original = normalized(answer.source)
    return tuple(
        Survivor(
            exercise=answer.exercise,
            style=answer.style,
            operator=one.operator,
            change=one.change,
            diff=diff(original, one.source),
            source=one.source,
        )
        for one in mutants
        if not loses(one.source)
    )


def _strength(
    exercise: str,
    answers: Sequence[Answer],
    mutants: dict[tuple[str, str], tuple[Mutant, ...]],
    found: Sequence[tuple[Survivor, ...]],
) -> Strength:
    return Strength(
        exercise=exercise,
        styles=tuple(answer.style for answer in answers if answer.exercise == exercise),
        mutants=sum(len(several) for (of, _), several in mutants.items() if of == exercise),
        survivors=tuple(one for several in found for one in several if one.exercise == exercise),
    )
