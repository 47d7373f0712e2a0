"""The records that flow through the grader: questions, observations, verdicts.

They are plain, frozen and hashable, so they can be dictionary keys and be kept in a file.
"""

import enum
from typing import Literal

from msgspec.structs import replace

from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.said import Said
from grader.inside.second_call import other_numbers
from grader.inside.values import Raised, Record, Value


class Visibility(enum.StrEnum):
    """Whether a question's inputs and expected values may be shown to the student."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class Student(Record):
    """Whose work it is, as they wrote it; a text that they left out is empty."""

    name: str = ""
    id: str = ""
    email: str = ""


class Question(Record):
    """One call to observe: the exercise (which names the probe, too) and its inputs by name."""

    exercise: str
    inputs: tuple[tuple[str, Value], ...]
    visibility: Visibility = Visibility.HIDDEN

    @property
    def calls(self) -> int:
        """How often the function is called: for a visible question once more, with other numbers."""
        return 2 if self.visibility is Visibility.VISIBLE else 1

    @property
    def next_call(self) -> "Question":
        """The question of the call that follows, with other numbers."""
        return replace(self, inputs=other_numbers(self.inputs))


class TooMuchOutput(Record, tag="too_much_output"):
    """The submission printed more than it may in all: `limit` bytes."""

    limit: int


class TimedOut(Record, tag="timed_out"):
    """The call did not end. `limit` says which limit it met, `seconds` how long that was.

    `cpu` is mostly time of computing, `blocked` mostly time of waiting by its own doing, `wall` time as a clock on the
    wall shows it. Other calls of its exercise that did not end count, too. For `exercise` and `submission` it was not
    even begun, since their time had been used up.
    """

    limit: Literal["cpu", "blocked", "wall", "exercise", "submission"]
    seconds: float


class Ending(enum.StrEnum):
    """How a worker came to its end; `docs/verdicts.md` says what each means for a student."""

    SIGNAL = "signal"
    NUMBER = "number"
    EXITED = "exited"
    THREADS = "threads"
    NO_ANSWER = "no_answer"
    OUT_OF_TURN = "out_of_turn"
    ENDED = "ended"


class Died(Record, tag="died"):
    """The worker ended, or answered something that is no answer.

    `signal` is the name of a `SIGNAL`; `number` is that of a signal without a name, an exit status, or a count of
    threads.
    """

    how: Ending
    signal: str = ""
    number: int = 0


class Undefined(Record, tag="undefined"):
    """The submission defines no such function although its chapter was handed in; `said` is what is known.

    `code` is the line that failed instead of defining it.
    """

    said: tuple[Said, ...]
    code: str = ""


class Absent(Record, tag="absent"):
    """The submission holds nothing of the exercise's chapter."""


Observation = Answered | Raised | NotStarted | OutOfMemory | TooMuchOutput | TimedOut | Died | Undefined | Absent


class Row(Record):
    """The answer to one question: the observation, and the text that was printed meanwhile.

    `cause` is what the source says of an exception, and `code` the line that raised it.
    """

    observation: Observation
    output: str = ""
    cause: tuple[Said, ...] = ()
    code: str = ""


Observations = dict[Question, Row]


class Verdict(enum.StrEnum):
    """How a check ended; `docs/verdicts.md` has the table of causes, points and who acts."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NOT_STARTED = "not_started"
    DEFERRED = "deferred"
    UNGRADED = "ungraded"


class Evidence(Record):
    """Why, with values: shown only where the question is visible, or to the instructor."""

    call: str | None = None
    code: str | None = None
    actual: str | None = None
    expected: str | None = None
    detail: str | Said | None = None


class Outcome(Record):
    """The judgement of one check. `rationale` is safe to show for a hidden question; `evidence` is not.

    `hint` is set where the cause asks for another question than the exercise does.
    """

    verdict: Verdict
    visibility: Visibility
    rationale: tuple[Said, ...] = ()
    hint: Said | None = None
    evidence: Evidence | None = None


class Limits(Record):
    """The limits of a submission.

    Seconds of a question and of the import are the worker's own: it computes, or waits by its own doing. It never waits
    longer than a question takes. Where the system does not tell its waiting from the machine's, the wall clock counts.
    That one may show `wall_factor` times as much. The whole submission's seconds are wall time.

    `grader.observing.allowance` has what is left of them after calls that did not end.
    """

    question_seconds: float = 5.0
    import_seconds: float = 10.0
    submission_seconds: float = 300.0
    wall_factor: float = 4.0
    memory_bytes: int = 1 << 30
    output_characters: int = 4000
    output_bytes: int = 16 << 20
