"""The things that an answer can speak of.

They are found out by running the question's probe here, with a function that returns nothing. So no list of names has
to be kept beside the probes, and a worker's answer can be held against it.
"""

import contextlib
import functools
from typing import Any

from grader.course import Course
from grader.inside.recorder import Recorder
from grader.inside.values import Items, Place, Raised, Record, Table, Value
from grader.records import Question

_RETURNED = "returned"
# Facts about calls, whatever the probe is (see `grader.inside.recorder.record` and `grader.inside.worker.warned`).
_OF_A_CALL = frozenset({"kept", "warned"})
_OF_TWO_CALLS = _OF_A_CALL | {"again"}


class Vocabulary(Record):
    """The things that the answer to a question can speak of.

    `facts` are the names that its probe records, `listed` those of them that are lists of places or names. `changeable`
    are the places in the arguments that a call could change. `functions` are the labels of the functions among them,
    `keys` those of their dictionaries. `names` are the functions that an exercise may ask to do without.
    """

    facts: frozenset[str]
    listed: frozenset[str]
    changeable: frozenset[Place]
    functions: tuple[str, ...]
    keys: frozenset[str]
    names: frozenset[str]


@functools.lru_cache(maxsize=2048)
def vocabulary(course: Course, question: Question) -> Vocabulary:
    """The vocabulary of a question."""
    subject = course.subject
    trial = _trial(subject.RECORDER)
    # What a probe cannot do with these inputs, it cannot do in a worker either.
    with contextlib.suppress(Exception):
        probe = course.probes.find(course.catalog.chapter_of(question.exercise).id, question.exercise)
        probe(trial, **subject.build_inputs(question.inputs, course.probes.families))
    arguments = [subject.to_value(thing) for thing in trial.arguments.values()]
    calls = trial.facts.get("calls")
    return Vocabulary(
        facts=frozenset(trial.facts) | (_OF_TWO_CALLS if question.calls > 1 else _OF_A_CALL),
        listed=frozenset(name for name in trial.standard if _is_list(name, trial.facts[name])),
        changeable=frozenset(trial.before(trial.arguments)[0]),
        functions=tuple(name for name, _ in calls.entries) if isinstance(calls, Table) else (),
        keys=frozenset(key for value in arguments if isinstance(value, Table) for key, _ in value.entries),
        names=frozenset(subject.SHORTCUTS),
    )


def _is_list(name: str, fact: Value) -> bool:
    return name != _RETURNED and isinstance(fact, Items)


class _Trial(Recorder):
    """Records as in a worker, and notes what the function was called with, and which facts that brought by itself."""

    arguments: dict[str, object]
    standard: tuple[str, ...]

    def call(self, **inputs: object) -> Any:  # as in the class above
        """Call the function that returns nothing."""
        self.arguments |= inputs
        result = super().call(**inputs)
        self.standard = tuple(self.facts)
        return result


def _trial(recorder: type[Recorder]) -> _Trial:
    """A trial of a subject's recorder."""
    kind: type[_Trial] = type("_TrialOfSubject", (_Trial, recorder), {})
    trial = kind(lambda *_: None, lambda _: Raised(exception="Exception", message=""))
    trial.arguments, trial.standard = {}, ()
    return trial
