"""The facts that a probe records about a question: found out by running it here, with a function that returns nothing.

So no list of names has to be kept beside the probes, and a worker's answer can be held against it.
"""

import contextlib
import functools
from typing import Any

from grader.model import Items, Question, Raised, Table, TensorValue, Value
from grader.probes import Recorder, find_probe
from grader.tensors import build_inputs, to_value
from grader.vetting import Foreseen, labels

_RETURNED = "returned"
# What is recorded about calls, whatever the probe is (see `grader.probes.record`).
_OF_CALLS = frozenset({"again", "kept"})


@functools.lru_cache(maxsize=2048)
def foreseen(chapter: str, question: Question) -> Foreseen:
    """The names of the facts, and of the arguments that they may speak of."""
    trial = _Trial()
    # What a probe cannot do with these inputs, it cannot do in a worker either.
    with contextlib.suppress(Exception):
        find_probe(chapter, question.exercise)(trial, **build_inputs(question.inputs))
    arguments = {name: to_value(thing) for name, thing in trial.arguments.items()}
    calls = trial.facts.get("calls")
    return Foreseen(
        facts=frozenset(trial.facts) | _OF_CALLS,
        words=frozenset(name for name in trial.standard if _is_words(name, trial.facts[name])),
        tensors=tuple(label for name, value in arguments.items() for label in labels(value, name, TensorValue)),
        lists=tuple(name for name, value in arguments.items() if isinstance(value, Items) and value.kind == "list"),
        functions=tuple(name for name, _ in calls.entries) if isinstance(calls, Table) else (),
        keys=frozenset(key for value in arguments.values() if isinstance(value, Table) for key, _ in value.entries),
    )


def _is_words(name: str, fact: Value) -> bool:
    return name != _RETURNED and isinstance(fact, Items)


class _Trial(Recorder):
    """Records as in a worker, and notes what the function was called with, and which facts that brought by itself."""

    def __init__(self) -> None:
        super().__init__(lambda *_: None, lambda _: Raised(exception="Exception", message=""))
        self.arguments: dict[str, object] = {}
        self.standard: tuple[str, ...] = ()

    def call(self, **inputs: object) -> Any:  # as in the class above
        """Call the function that returns nothing."""
        self.arguments |= inputs
        result = super().call(**inputs)
        self.standard = tuple(self.facts)
        return result
