"""How long the calls of a submission may take, after those of them that did not end. Pure."""

# Of a question's seconds. It is over what right answers need, also at their first use of a part of the library.
LEAST_SHARE = 0.25


class Allowance:
    """The time that the time-outs of a submission have left to its exercises.

    A call beside other exercises has a quarter of a question's seconds. Where it does not end, one of the others may be
    the cause, so it is asked alone, and has all of them. All time-outs of an exercise together cost no more than both.

    Each other exercise that has timed out halves what a call has alone, down to a quarter. So not every loop of a
    submission is waited for as long as the first one.
    """

    def __init__(self, question_seconds: float) -> None:
        self._question_seconds = question_seconds
        self._left: dict[str, float] = {}

    def seconds(self, exercise: str, *, is_alone: bool) -> float:
        """How long a call may take now; `is_alone` where its worker has run no other exercise."""
        others = len(self._left.keys() - {exercise})
        share = max(LEAST_SHARE, 0.5**others) if is_alone else LEAST_SHARE
        return min(share * self._question_seconds, self._left_to(exercise))

    def lose(self, exercise: str, seconds: float) -> None:
        """A call of this exercise did not end in its seconds."""
        self._left[exercise] = self._left_to(exercise) - seconds

    def is_used_up(self, exercise: str) -> bool:
        """Is there no time left in which to ask it?"""
        return self._left_to(exercise) <= 0

    def _left_to(self, exercise: str) -> float:
        return self._left.get(exercise, (1 + LEAST_SHARE) * self._question_seconds)
