"""An entry of the journal: never larger than a class can bear, and read back as it was written."""

import itertools
import random

import msgspec

from grader.batch.entry import MAX_ENTRY_BYTES, Entry, make_entry, observed_of
from grader.grading import Graded
from grader.inside.answers import Answered
from grader.inside.said import say
from grader.inside.sizes import cut_said, room_for
from grader.inside.values import Items, TensorValue
from grader.inside.wire import Note
from grader.judging.judgement import Judgement
from grader.observing.definitions import Origin
from grader.observing.record import observed
from grader.observing.vetting import Places, Vetting
from grader.observing.vocabulary import vocabulary
from grader.records import Evidence, Limits, Outcome, Question, Row, Verdict, Visibility
from grader.report import Coverage, Versions
from grader.report.build import Circumstances, Findings, build_report
from grader.submission import SourceTree
from grader.submission.read import MAX_UNREAD
from grader.words.values import shorten
from tests.support import CATALOG, COURSE
from tests.unit.records import one_file

CHANCE = random.Random(1)


def text(count: int) -> str:
    """A text that packs badly."""
    return "".join(chr(CHANCE.randrange(0x10000, 0x1FFFF)) for _ in range(count))


def largest_answer(question: Question) -> Answered:
    """As many bytes as are kept, which pack badly; a byte more, and nothing of them would be."""
    known = vocabulary(COURSE, question)
    nowhere = Places({})
    vetting = Vetting(nowhere, COURSE.phrasebook)
    for count in itertools.count(room_for(question.inputs, question.calls), -1):
        value = TensorValue(dtype="uint8", shape=(count,), data=CHANCE.randbytes(count))
        vetted = vetting.vet(Answered(facts=(("returned", value),)), question, known, nowhere)
        if isinstance(vetted, Answered) and dict(vetted.facts)["returned"] == value:
            return Answered(facts=(*vetted.facts, ("mentions", Items(kind="tuple", items=("jacobian",) * 4))))
    raise AssertionError


def test_the_largest_entry_is_small() -> None:
    """Everything that a submission can write into it is as long as it may be, all at once."""
    limit = Limits().output_characters
    questions = [
        question
        for cases in dict.fromkeys(check.cases for check in COURSE.checks)
        for question in cases.questions("1", COURSE.probes.families)
    ]
    printed = {question.exercise: question for question in questions}
    rows = {
        question: Row(
            observation=largest_answer(question),
            output=text(limit // 4) if printed[question.exercise] == question else "",
        )
        for question in questions
    }
    said = shorten(text(1000))
    failed = Outcome(
        verdict=Verdict.FAILED,
        visibility=Visibility.HIDDEN,
        rationale=(say("text", text=text(1000)), say("cause.failure", place=text(1000), failure=text(1000))),
        evidence=Evidence(call=said, actual=said, expected=said, detail=said),
    )
    note = Note(file=text(240), line=1, said=say("note.raised", exception=text(2000), message=text(2000)), failed=True)
    origin = Origin(file=text(60), notes=tuple(say("origin.last", other=text(240), file=text(240)) for _ in range(9)))
    tree = SourceTree(
        name=text(240),
        digest="0" * 64,
        files=tuple(one_file(text(240)) for _ in range(500)),
        notes=(),
        unread=tuple(
            say("note.not_read", file=text(240), reason=say("refused.deep", limit=1)) for _ in range(MAX_UNREAD)
        ),
    )
    origins = dict.fromkeys(CATALOG.exercise_ids, origin)
    seen = observed(tree, [note] * 200, text(limit // 4), origins, rows)
    judgements = {check.id: Judgement(outcome=failed, reads=frozenset({"returned"})) for check in COURSE.checks}
    findings = Findings(observed=seen, judgements=judgements, misconceptions={})
    circumstances = Circumstances(
        seed="1",
        created="",
        duration_seconds=0,
        versions=Versions(kit="", torch="", python=""),
        isolation=(),
        coverage=Coverage(asked=1, later=0),
    )
    report = build_report(CATALOG, COURSE.checks, findings, circumstances, COURSE.language)
    written = msgspec.msgpack.encode(make_entry(COURSE, text(240), Graded(report, seen)))
    assert 300_000 < len(written) <= MAX_ENTRY_BYTES
    read = msgspec.msgpack.decode(written, type=Entry)
    assert observed_of(read) == seen
    assert read.report == report


def test_a_long_text_is_cut_in_a_sentence_and_no_short_one() -> None:
    """As data, a sentence is as small as in words, and it is still the same sentence."""
    [cut] = cut_said((say("note.raised", exception="ValueError", message=text(2000)),), 450)
    assert (cut.id, cut.argument("exception")) == ("note.raised", "ValueError")
    assert str(cut.argument("message")).endswith("[... cut]")
    assert len(msgspec.msgpack.encode(cut)) <= 450
    short = (say("note.raised", exception="ValueError", message="no"), say("note.left_out"))
    assert cut_said(short, 450) == short
