"""What a worker says is data; the words that people read are ours. Pure.

Facts about side effects are lists of words (`x.grad`, `the result[1]`), and rationales quote them, also where the
question is hidden and the reader is a student. So a word that the recorder could not have written for this question is
not passed on: a submission could put into it what the question asked.
"""

import functools
import re
from collections.abc import Collection

from msgspec.structs import replace

from grader.model import SHORTCUTS, Answered, FunctionSpec, Items, Observation, Question, Raised, Table, Value

_WORD_FACTS = frozenset({"changed", "graph", "shared", "twins", "shortcuts"})
_SHORTCUT = rf"torch\.(?:autograd\.functional|func)\.(?:{'|'.join(SHORTCUTS)})"
_UNKNOWN = "something"
_MAX_COUNT = 99
_MAX_WORDS = 20


def vet(observation: Observation, question: Question, places: Collection[str]) -> Observation:
    """The observation with words and numbers of our own; `places` are the files of the submission."""
    match observation:
        case Answered(facts=facts):
            return Answered(facts=tuple((name, _fact(name, fact, question)) for name, fact in facts))
        case Raised(file=file) if file not in places:
            return replace(observation, file=None, line=None)
        case _:
            return observation


def _fact(name: str, fact: Value, question: Question) -> Value:
    match fact:
        case Items(items=items) if name in _WORD_FACTS and items:
            known = _known_words(*_names(question))
            words = (item if isinstance(item, str) and known.fullmatch(item) else _UNKNOWN for item in items)
            return Items(kind="tuple", items=tuple(dict.fromkeys(words))[:_MAX_WORDS])
        case Table(entries=entries) if name == "calls":
            functions = {label for label, value in _leaves(question) if isinstance(value, FunctionSpec)}
            counts = [(label, count) for label, count in entries if label in functions]
            return Table(entries=tuple((label, _count(count)) for label, count in counts if isinstance(count, int)))
        case int() if name == "autograd_numbers":
            return _count(fact)
        case _:
            return fact


def _count(value: int) -> int:
    return min(max(value, 0), _MAX_COUNT)


def _names(question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the inputs, and the keys in them."""
    keys = (key for _, value in question.inputs if isinstance(value, Table) for key, _ in value.entries)
    return tuple(name for name, _ in question.inputs), tuple(keys)


def _leaves(question: Question) -> list[tuple[str, Value]]:
    """The inputs, and the entries of those that are tables, labelled as the recorder does."""
    leaves = list(question.inputs)
    for name, value in question.inputs:
        if isinstance(value, Table):
            leaves += [(f"{name}[{key!r}]", entry) for key, entry in value.entries]
    return leaves


@functools.lru_cache(maxsize=256)
def _known_words(names: tuple[str, ...], keys: tuple[str, ...]) -> re.Pattern[str]:
    """What `grader.probes.recorder` may write about a question with these inputs."""
    bases = "|".join(map(re.escape, ("the result", *names)))
    index = "|".join((r"\d{1,2}", *(re.escape(repr(key)) for key in keys)))
    label = rf"(?:{bases})(?:\[(?:{index})\]){{0,4}}(?:\.grad)?"
    return re.compile(rf"{label}(?: and {label}|: its values|\.requires_grad|: the list)?|{_SHORTCUT}")
