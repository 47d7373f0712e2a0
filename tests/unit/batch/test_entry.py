"""An entry of the journal: never larger than a class can bear, and read back as it was written."""

import itertools
import random

import msgspec

from grader.authoring import Judgement
from grader.batch.entry import MAX_ENTRY_BYTES, Entry, make_entry, observed_of
from grader.catalog import load_catalog
from grader.display import shorten
from grader.engine import Graded
from grader.foreseen import foreseen
from grader.loading import checks_of, questions_of
from grader.model import Answered, Evidence, Items, Limits, Outcome, Question, Row, TensorValue, Verdict, Visibility
from grader.observed import Observed, brief, few_names, few_notes
from grader.report import Versions
from grader.report.build import Circumstances, Findings, build_report
from grader.resolve import Source
from grader.room import cut_text, room_for
from grader.vetting import Places, vet
from grader.wire import Note

CATALOG = load_catalog()
CHECKS = checks_of(CATALOG)
CHANCE = random.Random(1)


def text(count: int) -> str:
    """A text that packs badly."""
    return "".join(chr(CHANCE.randrange(0x10000, 0x1FFFF)) for _ in range(count))


def largest_answer(question: Question) -> Answered:
    """As many bytes as are kept, which pack badly; a byte more, and nothing of them would be."""
    known = foreseen(CATALOG.chapter_of(question.exercise).id, question)
    for count in itertools.count(room_for(question.inputs, question.calls), -1):
        value = TensorValue(dtype="uint8", shape=(count,), data=CHANCE.randbytes(count))
        vetted = vet(Answered(facts=(("returned", value),)), question, known, Places({}), Places({}))
        if isinstance(vetted, Answered) and dict(vetted.facts)["returned"] == value:
            return Answered(facts=(*vetted.facts, ("mentions", Items(kind="tuple", items=("jacobian",) * 4))))
    raise AssertionError


def test_the_largest_entry_is_small() -> None:
    """Everything that a submission can write into it is as long as it may be, all at once."""
    limit = Limits().output_characters
    questions = questions_of(CHECKS, "1")
    printed = {question.exercise: question for question in questions}
    rows = {
        question: Row(
            observation=largest_answer(question),
            output=text(limit // 4) if printed[question.exercise] == question else "",
        )
        for question in questions
    }
    said = shorten(text(1000))
    outcome = Outcome(
        verdict=Verdict.FAILED,
        visibility=Visibility.HIDDEN,
        rationale=cut_text(text(1000), 1000),
        evidence=Evidence(call=said, actual=said, expected=said, detail=said),
    )
    observed = Observed(
        name=text(240),
        digest="0" * 64,
        files=few_names(text(240) for _ in range(500)),
        notes=few_notes([Note(file=text(240), line=1, text=text(2000), failed=True)] * 200),
        import_output=text(limit // 4),
        sources={one: brief(Source(file=text(60), notes=(text(200),) * 9)) for one in CATALOG.exercise_ids},
        rows=tuple(rows.items()),
    )
    judgements = {check.id: Judgement(outcome=outcome, reads=frozenset({"returned"})) for check in CHECKS}
    findings = Findings(observed=observed, judgements=judgements, misconceptions={})
    circumstances = Circumstances(
        seed="1", created="", duration_seconds=0, versions=Versions(kit="", torch="", python=""), isolation=()
    )
    report = build_report(CATALOG, CHECKS, findings, circumstances)
    written = msgspec.msgpack.encode(make_entry(text(240), Graded(report, observed)))
    assert 300_000 < len(written) <= MAX_ENTRY_BYTES
    read = msgspec.msgpack.decode(written, type=Entry)
    assert observed_of(read) == observed
    assert read.report == report
