"""The words with which a check file asks questions and makes claims.

@asks("gradient")
def functions_and_points(draw):
    yield visible(f=function("twice_dot"), x=tensor([0, 1, 2, 3]))

@functions_and_points.check(points=3)
def is_the_gradient(actual, expected):
    '''The result is the gradient of f at x.'''
    close(actual.returned, expected.returned)

A check file is handed out, so it asks visible questions only. The hidden ones are under `solutions/checks/`:

@more("functions_and_points")
def more_functions_and_points(draw):
    yield hidden(f=draw.function("cubes"), x=draw.vector(5))
"""

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from grader.authoring.draw import Draw
from grader.authoring.facts import Facts
from grader.errors import ExerciseError
from grader.inside.functions import Families
from grader.inside.said import Said, say
from grader.inside.values import FunctionSpec, Items, Table, Value
from grader.records import Question, Visibility
from grader.words.calls import JUST_CALLED, CalledAs

# What an author may write for an input; tuples, lists and dictionaries of values are welcome.
Given = Value | tuple["Given", ...] | list["Given"] | Mapping[str, "Given"]
Claim = Callable[[Facts, Facts], None]
CaseFunction = Callable[[Draw], Iterator["Case"]]


@dataclass(frozen=True, slots=True)
class Case:
    """The inputs of one question."""

    inputs: tuple[tuple[str, Value], ...]
    visibility: Visibility


def visible(**inputs: Given) -> Case:
    """A case that may be shown: its inputs are written down, and the same on every seed."""
    return Case(_values(inputs), Visibility.VISIBLE)


def hidden(**inputs: Given) -> Case:
    """A case that is never shown."""
    return Case(_values(inputs), Visibility.HIDDEN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Check:
    """One graded claim: a title that the student reads, points, and a judgement over the answers of its cases.

    `witnessed` claims rest on what was recorded beside the submission's code; they pay only where the exercise's
    other claims hold.
    """

    name: str
    title: Said
    points: int
    witnessed: bool
    claim: Claim
    cases: "CaseSet"

    @property
    def id(self) -> str:
        """The exercise and the check: `gradient.is_the_gradient`."""
        return f"{self.cases.exercise}.{self.name}"


class CaseSet:
    """Cases of one exercise, and the checks that judge their answers."""

    def __init__(self, exercise: str, cases: CaseFunction, called_as: CalledAs, functions_like: str = "") -> None:
        self.exercise = exercise
        self.called_as = called_as
        self.functions_like = functions_like
        self.checks: list[Check] = []
        self.is_handed_out = False
        """Does it stand in a file that students receive?"""
        self._cases = [cases]

    @property
    def name(self) -> str:
        """The name of the function that yields the cases; their draws depend on it."""
        return self._cases[0].__name__

    def extend(self, cases: CaseFunction) -> None:
        """Ask more: these cases come after the others."""
        self._cases.append(cases)

    def _all(self, draw: Draw) -> Iterator[Case]:
        own, *more = self._cases
        for case in own(draw):
            if self.is_handed_out and case.visibility is Visibility.HIDDEN:
                raise ExerciseError(say("author.hidden_case", exercise=self.exercise, name=self.name))
            yield case
        for cases in more:
            yield from cases(draw)

    def check(self, *, points: int, witnessed: bool = False) -> Callable[[Claim], Claim]:
        """Make the decorated function a check; its name is the check's, its docstring the title."""

        def add(claim: Claim) -> Claim:
            title = " ".join((inspect.getdoc(claim) or "").split())
            if not title:
                name = f"{self.exercise}.{claim.__name__}"
                raise ExerciseError(say("author.no_docstring", name=name))
            self.add(claim.__name__, say("text", text=title), claim, points=points, witnessed=witnessed)
            return claim

        return add

    def add(self, name: str, title: Said, claim: Claim, *, points: int, witnessed: bool) -> None:
        """Add a check; `grader.authoring.common` does so for the claims that many exercises share."""
        self.checks.append(Check(name=name, title=title, points=points, witnessed=witnessed, claim=claim, cases=self))

    def with_changing_functions(self, count: int) -> "CaseSet":
        """The first cases with functions of which only the first call is right (see `FunctionSpec`)."""

        def changing(draw: Draw) -> Iterator[Case]:
            for case in itertools.islice(self._all(draw), count):
                yield Case(tuple((name, _changing(value)) for name, value in case.inputs), case.visibility)

        return CaseSet(self.exercise, changing, self.called_as, self.functions_like)

    def questions(self, seed: str, families: Families) -> tuple[Question, ...]:
        """The questions of one seed; their functions are of these families."""
        draw = Draw(families)
        cases = self._all(draw)
        questions: list[Question] = []
        # Every case draws from a source of its own: adding one at the end moves none of the others.
        while True:
            draw.restart(seed, self.exercise, self.name, len(questions))
            case = next(cases, None)
            if case is None:
                return tuple(questions)
            inputs = tuple((name, _written(value, families, self.functions_like)) for name, value in case.inputs)
            questions.append(Question(exercise=self.exercise, inputs=inputs, visibility=case.visibility))


def asks(
    exercise: str, *, called_as: CalledAs = JUST_CALLED, functions_like: str = ""
) -> Callable[[CaseFunction], CaseSet]:
    """Make the decorated generator of cases the case set of an exercise.

    Where a case's inputs are not the function's arguments, because its probe makes those, `called_as` has the code of
    the call. It also has the code of facts that a probe adds. `functions_like` names the argument whose shape and dtype
    the functions among the others take: they take nothing else.
    """
    return lambda cases: CaseSet(exercise, cases, called_as, functions_like)


@dataclass(frozen=True, slots=True)
class More:
    """Cases that a file adds to a case set of another file."""

    to: str
    cases: CaseFunction


def more(to: str) -> Callable[[CaseFunction], More]:
    """Make the decorated generator add its cases to the case set of this name, in the public file of the chapter."""
    return lambda cases: More(to, cases)


def _written(value: Value, families: Families, like: str) -> Value:
    """A value whose functions know how people write them, and what they are made for."""
    match value:
        case FunctionSpec(name=name):
            return replace(value, text=families[name].write(value), like=like)
        case Items(items=items):
            return replace(value, items=tuple(_written(item, families, like) for item in items))
        case Table(entries=entries):
            return Table(entries=tuple((key, _written(entry, families, like)) for key, entry in entries))
        case _:
            return value


def _changing(value: Value) -> Value:
    return replace(value, changes=True) if isinstance(value, FunctionSpec) else value


def _values(inputs: Mapping[str, Given]) -> tuple[tuple[str, Value], ...]:
    return tuple((name, _value(given)) for name, given in inputs.items())


def _value(given: Given) -> Value:
    if isinstance(given, Mapping):
        return Table(entries=_values(given))
    if isinstance(given, tuple):
        return Items(kind="tuple", items=tuple(_value(item) for item in given))
    if isinstance(given, list):
        return Items(kind="list", items=tuple(_value(item) for item in given))
    return given
