"""Sentences are data: every one that is said exists, and a language is nothing but its sentences."""

import ast
import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from grader.authoring import tensor
from grader.inside.answers import Answered, NotStarted, OutOfMemory
from grader.inside.layers import LayerName
from grader.inside.said import (
    MAX_SHOWN_DIMENSIONS,
    MAX_SHOWN_SIZE,
    Argument,
    Count,
    Listed,
    Said,
    Sizes,
    count,
    say,
    sizes,
)
from grader.inside.source.newer import Newer
from grader.inside.values import Items, NotRepresentable, Part, Place, Raised, Table, TensorValue, Unfit, Value
from grader.inside.wire import Note, Reason
from grader.judging.judgement import Judgement, judge
from grader.judging.relations import Relation
from grader.observing.causes import Kind
from grader.observing.definitions import Origin
from grader.observing.record import Observed
from grader.observing.traits import Slip
from grader.records import Absent, Died, Ending, Observation, Question, Row, TimedOut, TooMuchOutput, Undefined, Verdict
from grader.report import Coverage, Report, Versions
from grader.report.build import Circumstances, Findings, build_report
from grader.submission.names import _KINDS
from grader.words import Language, own_language
from grader.words.language import Unsayable, read_sentences
from tests.support import CATALOG, COURSE, ROOT
from tests.unit.records import listed

SENTENCES = COURSE.language.sentences
OWN = {*own_language().sentences, *read_sentences(ROOT / "checks" / "en.toml")}
"""The ids in the files of sentences; those of the phrasebook are not among them."""
_HOLE = re.compile(r"\{(\w+)\}")


def holes(identity: str) -> list[str]:
    """The holes of a sentence, in their order."""
    return _HOLE.findall(SENTENCES[identity])


# ---------------------------------------------------------------- the sentences that the code says

_ENDINGS = [ending.value for ending in Ending]
_WHATS = ("statement", "file")
FORMED: dict[str, Iterable[str]] = {
    "cause.{spot.kind}": {*get_args(Kind)} - {"module", "unreadable", "comment"},
    "cause.name_{spot.kind}": ("main", "markdown", "left_out"),
    "ask_claim.{asks}": ("changed", "reached", "flagged", "switched"),
    "ask_claim.{how}": ("called_often", "not_called"),
    "ask_claim.{sharing}": ("shared", "twins"),
    "claim.{how}": ("called_often", "not_called"),
    "crash.{how}": _ENDINGS,
    "file.{_KINDS[suffix]}": _KINDS.values(),
    "kind.{kind}": get_args(Items.__annotations__["kind"]),
    "kind.{reason}": {*Unfit} - {Unfit.OTHER_TYPE},
    "layer.{layer.name}.does": LayerName,
    "layer.{layer.name}.get": LayerName,
    "layer.{layer.name}.without": LayerName,
    "late.{timed_out.limit}": get_args(TimedOut.__annotations__["limit"]),
    "left_out.{what}_output": _WHATS,
    "left_out.{what}_{'blocked' if limit == 'blocked' else 'late'}": [
        f"{what}_{limit}" for what in _WHATS for limit in ("blocked", "late")
    ],
    "left_out.{what}_{how}": [f"{what}_{how}" for what in _WHATS for how in _ENDINGS],
    "note.nothing_in_{kind}": ("folder", "archive", "hand_in"),
    "origin.{rival.reason}": get_args(Reason),
    "phrase.{identity}": [phrase.id for phrase in COURSE.phrasebook.phrase],
    "ask_phrase.{identity}": [phrase.id for phrase in COURSE.phrasebook.phrase],
    "page.{check.verdict}": {*Verdict} - {Verdict.PASSED, Verdict.NOT_STARTED},
    "page.{first.verdict}": {*Verdict} - {Verdict.PASSED, Verdict.NOT_STARTED},
    "page.{label}": ("call", "code", "actual", "expected", "detail"),
    "relation.{self.relation}": Relation,
    "ask.{self.relation}": Relation,
    "slip.{self.slip}": Slip,
    "ask_slip.{self.slip}": Slip,
    "tally.{verdict}": Verdict,
    "thing.{place.part}": get_args(Part),
    "verdict.{verdict}": Verdict,
    "thing.{kind}": {*get_args(Listed.__annotations__["kind"])} - {"pair", "index", "shape"},
    "verdict.{check.verdict}": Verdict,
    "verdict.{exercise.verdict}": Verdict,
}
"""Ids that are put together, as the code writes them, and what may stand in their holes (or in all of them)."""
STARRED: dict[str, Collection[str]] = {
    "too_new": Newer.__annotations__,
    "holes": ("thing", "factor", "word", "line", "name"),
}
"""Arguments that are handed on together, by the name of their dictionary."""


def formed(template: str) -> frozenset[str]:
    """The ids that a template stands for."""
    known = FORMED[template]
    before, _, rest = template.partition("{")
    after = rest.rpartition("}")[2]
    # Where there are two holes, what may stand in them is written out together.
    return frozenset(f"{before}{ending}{after}" for ending in known)


@dataclass(frozen=True, slots=True)
class Call:
    """A place where something is said: the ids that are possible, the arguments, and whether the id is written out."""

    where: str
    ids: frozenset[str]
    arguments: frozenset[str]
    is_literal: bool


def code() -> Iterator[Path]:
    """The files that may say something."""
    yield from sorted((ROOT / "grader").rglob("*.py"))
    yield from sorted((ROOT / "checks").rglob("*.py"))
    yield from sorted((ROOT / "solutions" / "checks").rglob("*.py"))


class Reader(ast.NodeVisitor):
    """Reads where a file says something."""

    def __init__(self, path: Path) -> None:
        self.calls: list[Call] = []
        self.templates: set[str] = set()
        self._path = path
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self._functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        self.visit(self._tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # the name is ast's
        """Know in which function something stands."""
        self._functions.append(node)
        self.generic_visit(node)
        self._functions.pop()

    def visit_Subscript(self, node: ast.Subscript) -> None:  # as above
        """A sentence that a language looks up for itself."""
        if isinstance(node.value, ast.Attribute) and node.value.attr == "sentences":
            where = f"{self._path.name}:{node.lineno}"
            if isinstance(node.slice, ast.JoinedStr):
                self.calls.append(Call(where, self._formed(node.slice), frozenset(), False))
            elif written := _written(node.slice):
                self.calls += [Call(where, written, frozenset(holes(one)), True) for one in written]
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:  # as above
        """A call of `say`."""
        if isinstance(node.func, ast.Name) and node.func.id == "say":
            self.calls += self._said(node)
        self.generic_visit(node)

    def _said(self, node: ast.Call) -> Iterator[Call]:
        where = f"{self._path.relative_to(ROOT)}:{node.lineno}"
        identity = node.args[0]
        arguments = _keywords(node)
        for star in (one.value for one in node.keywords if one.arg is None):
            assert isinstance(star, ast.Name), where
            arguments |= frozenset(STARRED.get(star.id, ()))
        if written := _written(identity):
            yield Call(where, written, arguments, True)
        elif (parameter := _only_name(identity)) and parameter in self._parameters():
            yield from self._handed_on(identity, parameter, arguments)
        elif isinstance(identity, ast.JoinedStr):
            yield Call(where, self._formed(identity), arguments, False)
        else:
            assert isinstance(identity, ast.Name), f"{where}: how is this id made?"
            yield Call(where, frozenset(_ids_in(self._functions[-1])), arguments, True)

    def _formed(self, identity: ast.JoinedStr) -> frozenset[str]:
        template = _template(identity)
        self.templates.add(template)
        return formed(template) if template in FORMED else frozenset()

    def _parameters(self) -> set[str]:
        return {one.arg for one in self._functions[-1].args.args} if self._functions else set()

    def _handed_on(self, identity: ast.expr, parameter: str, arguments: frozenset[str]) -> Iterator[Call]:
        """The id is the caller's, perhaps with an ending; and so are some of the arguments."""
        function = self._functions[-1]
        index = [one.arg for one in function.args.args].index(parameter)
        ending = _template(identity).removeprefix(f"{{{parameter}}}") if isinstance(identity, ast.JoinedStr) else ""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name:
                ids = frozenset(f"{one}{ending}" for one in _written(node.args[index]))
                assert ids, f"{self._path.name}:{node.lineno}: which id is handed on?"
                yield Call(f"{self._path.name}:{node.lineno}", ids, arguments | _keywords(node), True)


def _keywords(node: ast.Call) -> frozenset[str]:
    return frozenset(one.arg for one in node.keywords if one.arg is not None)


def _written(identity: ast.expr) -> frozenset[str]:
    """The ids that are written out in an expression; none where it is put together."""
    match identity:
        case ast.Constant(value=str(text)):
            return frozenset({text})
        case ast.IfExp(body=body, orelse=orelse):
            return _written(body) | _written(orelse)
        case _:
            return frozenset()


def _template(identity: ast.JoinedStr) -> str:
    parts = (
        f"{{{ast.unparse(one.value)}}}" if isinstance(one, ast.FormattedValue) else ast.literal_eval(one)
        for one in identity.values
    )
    return "".join(parts)


def _only_name(identity: ast.expr) -> str | None:
    """The name that is the id, or with which it begins."""
    match identity:
        case ast.Name(id=name) | ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=name)), *_]):
            return name
        case _:
            return None


def _ids_in(function: ast.AST) -> Iterator[str]:
    texts = (node.value for node in ast.walk(function) if isinstance(node, ast.Constant))
    return (text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z_]+\.\w+", text))


READERS = [Reader(path) for path in code() if path != ROOT / "grader" / "inside" / "said.py"]
CALLS = [call for reader in READERS for call in reader.calls]


def test_the_code_says_much() -> None:
    """What is held below is held of something: ids written out, put together, handed on, and chosen."""
    literal = {one for call in CALLS if call.is_literal for one in call.ids}
    assert {"judged.unpaid", "judged.raised_at", "cause.name_failed", "refused.large_together"} <= literal
    assert {"make_leaf.no_leaf", "thing.many"} <= literal
    assert len(literal) > 100


def test_every_id_that_is_put_together_is_known() -> None:
    """The table above has each of them as it is written, and what may stand in its holes is an enum of ours."""
    assert {template for reader in READERS for template in reader.templates} == FORMED.keys()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.where)
def test_what_is_said_exists(call: Call) -> None:
    """No run finds out that a sentence is missing, or that one of its holes stays empty."""
    assert call.ids
    assert call.ids - SENTENCES.keys() == set()
    for one in call.ids:
        if call.is_literal:
            assert set(holes(one)) == call.arguments
        elif not one.startswith("thing."):
            assert set(holes(one)) <= call.arguments


def test_every_sentence_is_said() -> None:
    """A translator has no work that nobody will read."""
    assert OWN - {one for call in CALLS for one in call.ids} == set()


# ---------------------------------------------------------------- how a language says it


def language(**sentences: str) -> Language:
    """A language of a few sentences; `__` in an id is a point."""
    return Language("toy", {identity.replace("__", "."): text for identity, text in sentences.items()})


def test_holes_are_filled_by_name() -> None:
    """In whatever order the language has them, and as often as it likes; what stands in them is no template."""
    odd = language(a="{y}{y} {x}")
    assert odd.say(say("a", x="{y}", y=1)) == "11 {y}"
    assert odd.text((say("a", x=1.0, y=2), say("a", x=1 / 3, y="s", z="unused"))) == "22 1 ss 0.333333"


def test_what_a_pair_is_of_is_placed_by_name() -> None:
    """Another language may name the second thing first."""
    pair = Listed(things=(Place(), Place(argument="x", part="grad")), kind="pair")
    said = say("text", text=pair)
    assert COURSE.language.say(said) == "the result and x.grad"
    odd = language(text="{text}", thing__pair="<{other}|{one}>", thing__result="R", thing__grad="grad of {place}")
    assert odd.say(said) == "<grad of x|R>"


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        (None, "something"),
        (2.5, "2.5"),
        (1 / 3, "0.333333"),
        ("text", "text"),
        (1000, "1000"),
        (count(30), "30"),
        (count(31), "many"),
        (Count(number=123456789), "many"),
        (sizes(()), "()"),
        (sizes((2,)), "(2,)"),
        (sizes((2, 53071, 3)), "(2, many, 3)"),
        (Sizes(sizes=(1, 47, 1)), "(1, many, 1)"),
        (sizes((1, 1, 1, 1)), "(many dimensions)"),
        (Sizes(sizes=(1, 1, 1, 1)), "(many dimensions)"),
        (Place(), "the result"),
        (Place(path=(1, "k")), "the result[1]['k']"),
        (Place(argument="x", part="values"), "x: its values"),
        (Place(argument="x", path=(0,), part="list"), "x[0]: the list"),
        (Place(argument="x", part="requires_grad"), "x.requires_grad"),
        (Place(argument="{place}", part="grad"), "{place}.grad"),
        (Listed(things=("a", None, Place())), "a, something, the result"),
        (Listed(things=("a", "b"), kind="pairs"), "a; b"),
        (Listed(things=(1, 0), kind="index"), "1, 0"),
        (Listed(things=(47,), kind="shape"), "(47,)"),
        (say("kind.tensor", dtype="float64", shape=sizes((2,))), "a float64 tensor of shape (2,)"),
    ],
    ids=str,
)
def test_what_stands_in_a_hole_is_written(argument: Argument, written: str) -> None:
    """Things by their places, numbers to six digits, shapes as Python writes them; large sizes are not told."""
    assert own_language().say(say("text", text=argument)) == written


def test_a_large_number_is_not_in_a_reports_data_either() -> None:
    """Whoever reads the data of a sentence is told no more than its words."""
    assert count(531) == count(53071) == Count(number=31)
    assert sizes((531, 2)) == sizes((53071, 2))
    assert sizes((1, 2, 3, 4)) == sizes((5,) * 9)


def test_a_sentence_that_a_language_lacks_is_its_authors() -> None:
    """The sentence says which one, and whether it is the sentence or what stands in it."""
    with pytest.raises(Unsayable, match=r"no sentence of the language 'toy' is called 'b\.c'"):
        language(a="A").say(say("b.c"))
    with pytest.raises(Unsayable, match="the sentence 'a' has no argument 'x'"):
        language(a="{x}{y}").say(say("a", y=1))
    with pytest.raises(Unsayable, match=r"xx\.toml cannot be read"):
        own_language("xx")


def test_a_language_can_learn() -> None:
    """A course has sentences of its own beside the kit's, which stay."""
    more = own_language().with_more({"e.odd": "It is odd."})
    assert more.say(say("e.odd")) == "It is odd."
    assert more.say(say("kind.none")) == "None"
    assert "e.odd" not in own_language().sentences


# ---------------------------------------------------------------- a report in another language

NUMBERS = {identity: number for number, identity in enumerate(sorted(SENTENCES))}
TOY = Language(
    "toy",
    {
        identity: f"\u27e6{number}{''.join(f' {{{hole}}}' for hole in reversed(holes(identity)))}\u27e7"
        for identity, number in NUMBERS.items()
    },
)
"""Every sentence is its number, and its holes are in reverse."""
_WORD = re.compile(r"[A-Za-z]{3,}")
ENGLISH = {word for text in SENTENCES.values() for word in _WORD.findall(_HOLE.sub("", text))}

GOOD: dict[str, Value] = {
    **dict.fromkeys(("changed", "graph", "shared", "twins", "shortcuts", "mentions"), listed()),
    **dict.fromkeys(("autograd_numbers", "passes_over_one_graph"), 99),
    "calls": Table(entries=(("f", 1),)),
    "kept": True,
    "enlarged": None,
}
X, RESULT = Place(argument="x", part="grad"), Place(path=(0,))
BAD: Sequence[tuple[str, Value]] = (
    ("changed", listed(X, None, *(replace(X, part=part) for part in get_args(Part)))),
    ("graph", listed(RESULT, Place())),
    ("shared", listed(listed(RESULT, X))),
    ("twins", listed(listed(Place(path=(1,)), RESULT), listed(Place(), None))),
    ("autograd_numbers", 0),
    ("autograd_numbers", 1),
    ("passes_over_one_graph", 0),
    ("shortcuts", listed("torch.func.jacrev")),
    ("mentions", listed("jacrev")),
    ("calls", Table(entries=(("f", 2),))),
    ("calls", Table(entries=(("f", 0),))),
    ("kept", False),
    ("enlarged", 0),
    ("kept", None),
    ("again", Raised(exception="ValueError", message="m")),
    ("again", Table(entries=(("returned", None),))),
)
RETURNED: Sequence[Value] = (
    None,
    True,
    1,
    "s",
    Items(kind="list", items=(None,) * 40),
    Items(kind="tuple", items=(1, 2, 3, 4, 5, 6, 7)),
    Table(entries=()),
    TensorValue(dtype="int64", shape=(), data=bytes(8)),
    TensorValue(dtype="float64", shape=(0, 47, 3), data=b""),
    TensorValue(dtype="bool", shape=(1,) * 9, data=b"\0"),
    NotRepresentable(reason=Unfit.OTHER_TYPE, kind="set"),
    *(NotRepresentable(reason=one) for one in Unfit if one is not Unfit.OTHER_TYPE),
    Raised(exception="ValueError", message="m"),
)
WITHOUT_ANSWER: Sequence[Observation | None] = (
    Raised(exception="RuntimeError", message="m", file="mine.py", line=3, phrase="graph_freed"),
    Raised(exception="ValueError", message="m"),
    Raised(exception="TypeError", message="f() takes 1 positional argument but 2 were given"),
    Raised(exception="NotImplementedError", message="", file="mine.py", line=3, leftover=True),
    Raised(exception="NotImplementedError", message="", leftover=True),
    NotStarted(),
    Absent(),
    OutOfMemory(),
    TooMuchOutput(limit=16 << 20),
    Undefined(said=(say("undefined.missing", function="f"), say("undefined.near", near="g"))),
    *(TimedOut(limit=limit, seconds=5.0) for limit in get_args(TimedOut.__annotations__["limit"])),
    *(Died(how=how, signal="SIGKILL", number=9) for how in Ending),
    None,
)


def changed(value: Value) -> Value:
    """A value of the same kind, and another one."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case TensorValue():
            return tensor([one + 1 for one in value.elements()], dtype=value.dtype, shape=value.shape)
        case Items(items=items):
            return replace(value, items=tuple(map(changed, items)))
        case Table(entries=entries):
            return Table(entries=tuple((name, changed(one)) for name, one in entries))
        case _:
            return value


def of_another_kind(value: Value) -> Value:
    """A value of another dtype, or with other keys."""
    match value:
        case TensorValue(shape=shape):
            return tensor([0] * len(value.elements()), dtype="int8", shape=shape)
        case Items(items=items):
            return replace(value, items=tuple(map(of_another_kind, items)))
        case Table(entries=entries):
            return Table(entries=tuple((f"{name}?", one) for name, one in entries))
        case _:
            return value


know = functools.cache(COURSE.answer)
UNREAD = (say("note.not_read", file="a.zip", reason=say("refused.damaged")),)


def answered(question: Question, change: Callable[[Value], Value], bad: Mapping[str, Value]) -> Observation:
    """An answer whose facts, that the oracle knows, were changed, and whose others are as good as they can be."""
    right = {name: change(fact) for name, fact in know(question).items()}
    return Answered(facts=tuple({**right, **GOOD, **bad}.items()))


WAYS: Sequence[Callable[[Question], Observation | None]] = (
    *(lambda _, one=one: one for one in WITHOUT_ANSWER),
    *(lambda question, bad=bad: answered(question, lambda fact: fact, dict([bad])) for bad in BAD),
    *(lambda question, other=other: answered(question, lambda _: other, {}) for other in RETURNED),
    *(lambda question, change=change: answered(question, change, {}) for change in (changed, of_another_kind)),
)
"""The ways to be wrong that an answer has; None where there is none."""


def judged(offset: int) -> dict[str, Judgement]:
    """The judgement of every check, each exercise wrong in a way of its own."""
    found = {}
    for place, exercise in enumerate(CATALOG.exercise_ids):
        way = WAYS[(place + offset) % len(WAYS)]
        for check in (one for one in COURSE.checks if one.cases.exercise == exercise):
            questions = check.cases.questions("1", COURSE.probes.families)
            answers = ((one, way(one)) for one in questions)
            rows = {one: Row(observation=answer) for one, answer in answers if answer is not None}
            found[check.id] = judge(check, questions, rows, know)
    return found


def report_in_toy(judgements: Mapping[str, Judgement], notes: Sequence[Note], origin: Origin) -> Report:
    """A whole report in the toy language."""
    observed = Observed(
        name="mine.py",
        digest="0",
        files=("mine.py",),
        notes=tuple(notes),
        import_output="",
        origins=dict.fromkeys(CATALOG.exercise_ids, origin),
        rows=(),
        unread=UNREAD,
    )
    findings = Findings(observed=observed, judgements=judgements, misconceptions={})
    circumstances = Circumstances(
        seed="1",
        created="2026-01-01T00:00:00+00:00",
        duration_seconds=1.0,
        versions=Versions(kit="0", torch="0", python="0"),
        isolation=(),
        coverage=Coverage(asked=1, later=1),
    )
    return build_report(CATALOG, COURSE.checks, findings, circumstances, TOY)


def english_in(text: str, said: Iterable[Said]) -> set[str]:
    """The words of a text that are English, and were no argument."""
    return set(_WORD.findall(text)) & ENGLISH - {word for one in said for word in words_given(one)}


def words_given(argument: Argument) -> Iterator[str]:
    """The words that stand in the holes of a sentence, whatever the language is."""
    match argument:
        case Said(arguments=arguments):
            for _, one in arguments:
                yield from words_given(one)
        case Listed(things=things):
            for one in things:
                yield from words_given(one)
        case Place(argument=name, path=path):
            yield from _WORD.findall(f"{name} {path}")
        case str():
            yield from _WORD.findall(argument)
        case _:
            pass


def test_a_whole_report_can_be_in_another_language() -> None:
    """However wrong a submission is: no sentence is missing in it, and no word of English is left."""
    origin = Origin(
        file="a.py", notes=tuple(say(f"origin.{one}", other="b.py", file="a.py") for one in get_args(Reason))
    )
    said: list[Said] = []
    for offset in range(len(WAYS)):
        judgements = judged(offset)
        report = report_in_toy(judgements, [], origin)
        told = list(told_in(report, judgements, origin))
        assert [text for text, ours in told if english_in(text, ours)] == []
        assert [text for text, ours in told if text != TOY.text(ours)] == []
        said += [one for _, ours in told for one in ours]
    # All that can be told of an answer was told; but no exercise is to raise.
    seen = {identity for one in said for identity in ids_in(one)}
    topics = ("claim.", "compare.", "crash.", "kind.", "late.", "thing.")
    assert {one for one in SENTENCES if one.startswith(topics)} - seen == {"kind.exception"}


def told_in(
    report: Report, judgements: Mapping[str, Judgement], origin: Origin
) -> Iterator[tuple[str, tuple[Said, ...]]]:
    """The texts of a report that the grader says, each with its sentences."""
    yield from zip(report.submission.unread, ((one,) for one in UNREAD), strict=True)
    for exercise in report.exercises:
        yield from zip(exercise.notes, ((one,) for one in origin.notes), strict=True)
        for check in exercise.checks:
            outcome = judgements[check.id].outcome
            yield check.rationale, check.said
            if outcome.evidence and isinstance(outcome.evidence.detail, Said):
                yield (check.evidence and check.evidence.detail) or "", (outcome.evidence.detail,)
            if outcome.hint is not None:
                yield check.hint or "", (outcome.hint,)
    titles = {check.id: check.title for check in COURSE.checks}
    yield from ((check.title, (titles[check.id],)) for exercise in report.exercises for check in exercise.checks)


def ids_in(argument: Argument) -> Iterator[str]:
    """The ids of a sentence, and of those in its holes."""
    match argument:
        case Said(id=identity, arguments=arguments):
            yield identity
            for _, one in arguments:
                yield from ids_in(one)
        case Listed(things=things, kind=kind):
            yield f"thing.{kind}"
            for one in things:
                yield from ids_in(one)
        case Place(argument=name, part=part):
            yield from (["thing.result"] if name is None else []) + ([f"thing.{part}"] if part else [])
        case None:
            yield "thing.other"
        case Count(number=number) if number > MAX_SHOWN_SIZE:
            yield "thing.many"
        case Sizes(sizes=shape) if len(shape) > MAX_SHOWN_DIMENSIONS:
            yield "thing.many_dimensions"
        case _:
            pass


def test_every_sentence_can_stand_in_a_report() -> None:
    """With whatever is in its holes, each in its place of the other language."""
    said = [
        Said(id=identity, arguments=tuple((hole, f"<{number}>") for number, hole in enumerate(holes(identity))))
        for identity in NUMBERS
    ]
    notes = [Note(file="mine.py", line=None, said=one) for one in said]
    report = report_in_toy(judged(0), notes, Origin(file=None, notes=()))
    assert [note.said for note in report.submission.notes] == said
    for note in report.submission.notes:
        filled = [f"<{number}>" for number in range(len(holes(note.said.id)))]
        assert note.text == f"\u27e6{' '.join([str(NUMBERS[note.said.id]), *filled[::-1]])}\u27e7"
        assert english_in(note.text, [note.said]) == set()
