"""What a batch does again, what it keeps, and what it writes; grading itself is played."""

import csv
import itertools
import json
import os
import shutil
import sys
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from grader.batch import entry as entry_module
from grader.batch.documents import Documents
from grader.batch.entry import Entry, Settings
from grader.batch.find import Handed, LeftOut, Room, find_submissions, read
from grader.batch.journal import Class, End, History, Journal
from grader.batch.run import (
    JOURNAL,
    BatchResult,
    Plan,
    grade_batch,
    load_batch,
    open_journal,
    plan_batch,
    regrade_batch,
)
from grader.batch.summary import LeftOutLine
from grader.errors import UsageError
from grader.inside.said import say
from grader.inside.values import Record
from grader.records import Verdict
from grader.report import Report
from grader.report.formats import renderer
from grader.report.json import parse_json, render_json
from grader.words.plain import printable
from tests.support import CLASSROOM50, COURSE
from tests.unit.records import CANARY, report_of

SETTINGS = Settings(seed="7", only=("gradient",), question_seconds=5.0)
PASSED = report_of(Verdict.PASSED)
UNGRADED = report_of(Verdict.UNGRADED)
FAILED = report_of(Verdict.FAILED)


def entry_of(path: Path, report: Report = PASSED, kit: str | None = None) -> Entry:
    """The entry that grading a file gives."""
    return Entry(
        identity=path.stem,
        source=read(path).digest,
        kit=entry_module.kit_digest(COURSE) if kit is None else kit,
        report=replace(report, submission=replace(report.submission, name=path.name)),
        observed=b"",
    )


class Earlier(Record, tag="entry"):
    """An entry as another version wrote it."""

    identity: str
    kit: str


EARLIER = cast(Entry, Earlier(identity="ana", kit="another"))


class Classroom:
    """A class in a folder, graded by a play that counts whom it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "class"
        self.folder.mkdir()
        self.out = folder / "out"
        self.asked: list[str] = []
        self.ended = True
        self.report = PASSED
        self.stop_after: int | None = None
        self.left_out: tuple[LeftOut, ...] = ()

    def add(self, *names: str) -> None:
        """Hand in a file each."""
        for name in names:
            (self.folder / f"{name}.py").write_text(f"# {name}\n")

    def documents(self, *formats: str) -> Documents:
        """The documents of this class, in these formats beside reports and pages."""
        return Documents(self.out, COURSE, formats, {})

    def grade(self, *formats: str, resume: bool = False, seed: str | None = "7") -> BatchResult:
        """Run the batch."""
        submissions = {path.stem: path for path in sorted(self.folder.iterdir())}
        with open_journal(self.out) as journal:
            plan = plan_batch(journal.history, ("gradient",), 5.0, seed, resume=resume)
            self.asked = []
            room = Room(submissions=submissions, left_out=self.left_out)
            return grade_batch(room, journal, plan, self.documents(*formats), self._graded)

    def begin_with(self, entry: Entry) -> None:
        """A batch of somebody's that has this entry, and has not ended."""
        with open_journal(self.out) as journal:
            journal.begin(SETTINGS)
            journal.append(Class(identities=("ana", "ben", "chiara")))
            journal.append(entry)

    def _graded(self, left: Mapping[str, Handed]) -> Generator[Entry]:
        """Backwards, since results come in any order."""
        self.ended = False
        try:
            for count, (identity, path) in enumerate(reversed(list(left.items()))):
                if count == self.stop_after:
                    raise KeyboardInterrupt
                self.asked.append(identity)
                assert isinstance(path, Path)
                yield entry_of(path, self.report)
        finally:
            self.ended = True

    def reports(self) -> set[str]:
        """Whose reports and pages are there, for the instructor and for the student."""
        folders = [self.out / part / kind for part in (".", "student") for kind in ("reports", "pages")]
        own, *others = ({path.stem for path in folder.iterdir()} for folder in folders)
        assert others == [own] * 3
        return own

    def table(self) -> list[str]:
        """The identities in both tables."""
        with (self.out / "summary.csv").open(newline="", encoding="utf-8-sig") as file:
            lines = [line["identity"] for line in csv.DictReader(file)]
        summary = json.loads((self.out / "summary.json").read_bytes())
        assert [line["identity"] for line in summary["submissions"]] == lines
        return lines

    def journal(self) -> History:
        """What the journal tells but for its entries, which can be read only while it is open."""
        with Journal(self.out / JOURNAL) as journal:
            assert journal.history is not None
            return journal.history


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    """A class of three."""
    room = Classroom(tmp_path)
    room.add("ana", "ben", "chiara")
    return room


# ---------------------------------------------------------------- the plan


def history(*, finished: bool, settings: Settings = SETTINGS) -> History:
    """What some earlier run has left."""
    told = History(settings, lambda _: pytest.fail("to plan takes no entry"))
    told.finished = finished
    return told


def plan(before: History | None, *, seed: str | None = None, resume: bool = False, **options: Any) -> Plan:
    """The plan for the options of `SETTINGS`, unless others are given."""
    given = {"only": SETTINGS.only, "question_seconds": SETTINGS.question_seconds, **options}
    return plan_batch(before, given["only"], given["question_seconds"], seed, resume=resume)


@pytest.mark.parametrize("resume", [False, True])
def test_a_first_batch_draws_a_seed_or_takes_the_given_one(*, resume: bool) -> None:
    """There is nothing to go on with; --resume is no mistake, so that one command serves from the first day on."""
    assert plan(None, seed="3", resume=resume) == Plan(settings=replace(SETTINGS, seed="3"), history=None)
    assert plan(None, resume=resume).settings.seed != plan(None, resume=resume).settings.seed


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("seed", [None, "7"])
def test_an_unfinished_batch_goes_on_with_its_seed(seed: str | None, *, resume: bool) -> None:
    """The same command goes on, whether it names the seed or left it to be drawn."""
    before = history(finished=False)
    assert plan(before, seed=seed, resume=resume) == Plan(settings=SETTINGS, history=before)


def test_a_finished_batch_goes_on_only_when_asked_to() -> None:
    """Without --resume everything is graded anew, with a new seed."""
    before = history(finished=True)
    assert plan(before, resume=True) == Plan(settings=SETTINGS, history=before)
    anew = plan(before)
    assert anew.history is None
    assert anew.settings.seed != SETTINGS.seed


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("other", [{"seed": "8"}, {"only": ()}, {"question_seconds": 1.0}])
def test_other_options_never_mix_with_results_that_are_there(other: dict[str, Any], *, finished: bool) -> None:
    """--resume is refused, and says which options those were; without it the batch begins anew."""
    before = history(finished=finished)
    with pytest.raises(UsageError, match=r"other options \(--seed 7 --timeout 5 --only gradient\)"):
        plan(before, resume=True, **other)
    assert plan(before, **other).history is None


# ---------------------------------------------------------------- what is kept, and what is graded again


def test_a_finished_batch_has_everything(room: Classroom) -> None:
    """A report each, tables in the order of the class whatever order results came in, and a journal that says so."""
    assert room.grade() == BatchResult(graded=3, kept=0, needs_review=())
    assert room.asked == ["chiara", "ben", "ana"]
    assert room.reports() == {"ana", "ben", "chiara"}
    assert room.table() == ["ana", "ben", "chiara"]
    assert room.journal().finished


@pytest.mark.parametrize("stop_after", [0, 1, 2])
def test_an_interrupted_batch_goes_on(stop_after: int, room: Classroom, capsys: pytest.CaptureFixture[str]) -> None:
    """What was graded is said, has its report and is not graded again; the rest is."""
    room.stop_after = stop_after
    with pytest.raises(KeyboardInterrupt):
        room.grade()
    before = room.asked
    assert room.reports() == set(before)
    assert f"{stop_after} of 3 are graded and kept; the same command goes on" in capsys.readouterr().err
    room.stop_after = None
    assert room.grade(seed=None) == BatchResult(graded=3, kept=stop_after, needs_review=())
    assert sorted(before + room.asked) == ["ana", "ben", "chiara"]
    assert room.journal().settings.seed == "7"
    assert room.table() == ["ana", "ben", "chiara"]


def test_what_has_changed_is_graded_again(room: Classroom) -> None:
    """--resume grades what is new or changed since, and nothing else."""
    room.grade()
    room.add("david")
    (room.folder / "ben.py").write_text("# better\n")
    assert room.grade(resume=True).kept == 2
    assert sorted(room.asked) == ["ben", "david"]
    assert room.grade(resume=True).kept == 4
    assert room.asked == []


def test_results_of_another_kit_are_graded_again(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other checks, or another version of torch, may come to other results."""
    room.grade()
    monkeypatch.setattr("grader.batch.run.kit_digest", lambda _: "of another kit")
    assert room.grade(resume=True).kept == 0
    assert len(room.asked) == 3


def test_what_another_version_wrote_down_is_graded_again(room: Classroom) -> None:
    """An entry that cannot be read any more stops nothing: the same command goes on, and the batch has an end."""
    room.begin_with(EARLIER)
    assert room.grade() == BatchResult(graded=3, kept=0, needs_review=())
    assert regraded(room).graded == 3


def test_what_another_version_wrote_down_cannot_be_judged(room: Classroom) -> None:
    """It is a sentence, which says what to do."""
    room.begin_with(EARLIER)
    with pytest.raises(UsageError, match="written by another version of the kit: grade the class again"):
        regraded(room)


def test_what_needs_review_is_graded_again(room: Classroom) -> None:
    """The cause may be gone."""
    room.report = UNGRADED
    assert room.grade().needs_review == ("ana", "ben", "chiara")
    room.report = PASSED
    assert room.grade(resume=True) == BatchResult(graded=3, kept=0, needs_review=())


def test_reports_and_tables_are_mended(room: Classroom) -> None:
    """A report that was removed or damaged is written again, without grading; so are the tables."""
    room.grade()
    before = {path: path.read_bytes() for path in room.out.rglob("*") if path.suffix in {".json", ".csv", ".html"}}
    assert len(before) == 14
    (room.out / "reports" / "ana.json").unlink()
    (room.out / "student" / "reports" / "chiara.json").unlink()
    (room.out / "reports" / "ben.json").write_text("{")
    (room.out / "pages" / "chiara.html").unlink()
    # Of an earlier judgement: to write the report did not come about any more.
    (room.out / "pages" / "ben.html").write_text("old")
    (room.out / "summary.csv").unlink()
    (room.out / "summary.json").write_text("")
    room.grade(resume=True)
    assert room.asked == []
    assert {path: path.read_bytes() for path in before} == before


def test_reports_that_are_there_are_left_alone(room: Classroom) -> None:
    """Going on costs no writing of thousands of files."""
    room.grade()
    paths = [path for kind in ("reports", "pages") for path in room.out.rglob(f"{kind}/*")]
    before = [path.stat().st_ino for path in paths]
    room.grade(resume=True)
    assert len(paths) == 12
    assert [path.stat().st_ino for path in paths] == before


def test_who_has_left_is_in_no_table(room: Classroom) -> None:
    """The tables are those of the class as it is now, also where its answers are judged again."""
    room.grade()
    (room.folder / "ben.py").unlink()
    assert room.grade(resume=True).graded == 2
    assert room.table() == ["ana", "chiara"]
    assert regraded(room).graded == 2
    assert room.table() == ["ana", "chiara"]


def test_both_audiences_come_from_one_run(room: Classroom) -> None:
    """What students may get lies in a folder of its own, and nothing hidden stands in it; all else is not for them."""
    room.grade()
    for part, audience in ((room.out, "instructor"), (room.out / "student", "student")):
        for path in (part / "reports").iterdir():
            assert json.loads(path.read_bytes())["audience"] == audience
    assert json.loads((room.out / "summary.json").read_bytes())["seed"] == "7"
    shared = [path for path in (room.out / "student").rglob("*") if path.is_file()]
    assert {path.parent.name for path in shared} == {"reports", "pages"}
    assert not any(CANARY in path.read_text(encoding="utf-8") for path in shared)
    assert CANARY in (room.out / "reports" / "ana.json").read_text()


def names_in(folder: Path) -> list[str]:
    """The names of the files in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_documents_lie_in_a_folder_of_their_format(room: Classroom) -> None:
    """Both audiences get those that are for people, and the student alone those that a client shows to the student."""
    room.grade("junit", "gradescope", "json")
    assert (
        names_in(room.out / "junit") == names_in(room.out / "student" / "junit") == ["ana.xml", "ben.xml", "chiara.xml"]
    )
    assert names_in(room.out / "student" / "gradescope") == ["ana.json", "ben.json", "chiara.json"]
    assert names_in(room.out) == sorted(
        [JOURNAL, "junit", "pages", "reports", "student", "summary.csv", "summary.json"]
    )
    for form, suffix in (("junit", "xml"), ("gradescope", "json")):
        seen = parse_json((room.out / "student" / "reports" / "ana.json").read_bytes())
        written = room.out / "student" / form / f"ana.{suffix}"
        assert written.read_text(encoding="utf-8") == renderer(form, {})(seen)


def test_one_more_format_grades_nothing(room: Classroom) -> None:
    """Its documents are made of the reports that are there. Those of an earlier format are mended."""
    room.grade("junit")
    (room.out / "junit" / "ben.xml").unlink()
    room.grade("junit", "markdown", resume=True)
    assert room.asked == []
    assert names_in(room.out / "junit") == ["ana.xml", "ben.xml", "chiara.xml"]
    assert names_in(room.out / "student" / "markdown") == ["ana.md", "ben.md", "chiara.md"]


def test_judging_again_writes_the_same_formats(room: Classroom) -> None:
    """A document of an earlier judgement would contradict the report beside it."""
    room.grade("junit")
    before = (room.out / "junit" / "ana.xml").read_bytes()
    regraded(room, UNGRADED)
    assert (room.out / "junit" / "ana.xml").read_bytes() != before


def test_variables_of_a_format_may_name_the_submission(tmp_path: Path) -> None:
    """Each document of a class is about another student."""
    environment = {**CLASSROOM50, "OWNER": "{name}", "COMMIT_URL": "https://example.org/{name}/1"}
    documents = Documents(tmp_path, COURSE, ["classroom50"], environment)
    documents.make_ready()
    documents.write("ana", PASSED)
    document = json.loads((tmp_path / "student" / "classroom50" / "ana.json").read_bytes())
    assert (document["owner"], document["commit"]) == ("ana", "https://example.org/ana/1")


def test_what_a_format_lacks_is_told_before_anything_is_graded(tmp_path: Path) -> None:
    """Classroom 50 says of each submission whose it is."""
    with pytest.raises(UsageError, match="CLASSROOM"):
        Documents(tmp_path, COURSE, ["classroom50"], {})
    assert not names_in(tmp_path)


def test_what_is_private_says_so_in_its_name(room: Classroom) -> None:
    """The journal holds the seed and all answers of the class."""
    room.grade()
    private = [path.name for path in room.out.iterdir() if path.is_file() and path.suffix not in {".json", ".csv"}]
    assert private == ["PRIVATE-journal"]


@pytest.mark.parametrize("version", [b"1", b"2", b"17"])
def test_a_journal_of_an_older_kit_is_a_sentence(version: bytes, room: Classroom) -> None:
    """It cannot be gone on with, and lies where somebody may share it; a file of the user's own is left alone."""
    room.out.mkdir()
    (room.out / "journal").write_bytes(b"Dear diary")
    room.grade()
    (room.out / "journal").write_bytes(b"gradlings journal " + version + b"\n...")
    with pytest.raises(UsageError, match=r"journal of an older version of the kit.*remove it, or write to another"):
        room.grade()
    with pytest.raises(UsageError, match="journal of an older version"):
        regraded(room)


def test_what_is_no_submission_is_named(room: Classroom) -> None:
    """In the summary and in the result, also where answers are judged again later."""
    room.left_out = (LeftOut(name=".ana.py", reason=say("text", text="it is hidden")),)
    assert room.grade().left_out == (LeftOutLine(name=".ana.py", reason="it is hidden"),)
    for judged_again in (False, True):
        if judged_again:
            regraded(room)
        left_out = json.loads((room.out / "summary.json").read_bytes())["left_out"]
        assert left_out == [{"name": ".ana.py", "reason": "it is hidden"}]


def test_what_could_not_be_read_is_told(room: Classroom) -> None:
    """Whose it is and what it is, in the result and in the summary's line."""
    text = "ana.rar was not read: it is an archive"
    room.report = replace(PASSED, submission=replace(PASSED.submission, unread=(text,)))
    assert room.grade().unread == (("ana", text), ("ben", text), ("chiara", text))
    lines = json.loads((room.out / "summary.json").read_bytes())["submissions"]
    assert [line["unread"] for line in lines] == [[text]] * 3


def test_a_batch_whose_tables_failed_is_not_finished(room: Classroom) -> None:
    """The same command writes them, and grades nothing again."""
    (room.out / "summary.json").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"summary\.json cannot be written"):
        room.grade()
    (room.out / "summary.json").rmdir()
    assert room.grade().kept == 3
    assert room.table() == ["ana", "ben", "chiara"]


def test_a_report_that_cannot_be_written_stops_the_batch(room: Classroom) -> None:
    """It says so; grading ends; what was graded is in the journal, and gets its report from the same command."""
    (room.out / "reports" / "ben.json").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"ben\.json cannot be written"):
        room.grade()
    assert room.ended
    (room.out / "reports" / "ben.json").rmdir()
    assert room.grade().kept == 2
    assert room.reports() == {"ana", "ben", "chiara"}


def test_parts_of_files_are_removed(room: Classroom) -> None:
    """What a killed run left half-written goes, and files of the user's own stay."""
    for kind in ("reports", "pages", "student/reports"):
        (room.out / kind).mkdir(parents=True)
    parts = tuple(
        room.out / name
        for name in (
            ".summary.csv.01234567.part",
            "reports/.ana.json.89abcdef.part",
            "pages/.ana.html.89abcdef.part",
            "student/reports/.ben.json.89abcdef.part",
        )
    )
    for path in (*parts, room.out / "mine.part", room.out / ".mine"):
        path.write_text("half")
    room.grade()
    assert not any(path.exists() for path in parts)
    assert (room.out / "mine.part").exists()
    assert (room.out / ".mine").exists()


HOSTILE = (
    *("\u2764\ufe0f" * 17, "\U0001f468\u200d\U0001f469" * 9, "\U0001f44d\U0001f3fd" * 20, "e\u0301" * 60),
    *("caf\u00e9", "cafe\u0301", "Ana", "ana", "ANA", "\u017fue", "sue"),
    *("\u202eevil", "a\u2066b", "a\nb", "a\rb", "a\x1b[2Jb", "a\x00b".replace("\x00", "\x01"), "a\x9bb", "a\u2028b"),
    *("a\\x0ab", "a_x0ab", "\u200b", "\u200b\u200b", "\u3000", "\xa0", "\U000e0041"),
    *("=1+1", "\uff1d1", " =1", "+1", "-1", "@x", "'x", '"', "a,b;c\td", "<b>", "a|b", "a?b*"),
    *("CON", "nul.", "com1.v2", "a.", "a ", " a", "a..", "[bold]x[bold]", "%s{0}", "$HOME", "~", "-rf", "--out"),
    *(os.fsdecode(b"\xff\xfe"), os.fsdecode(b"a\x80"), "x" * 250, "x" * 249 + "y", "\u674e" * 80, "summary", "journal"),
)


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")
def test_hostile_names_go_all_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the folder to the journal, reports, tables and lines: each is one submission, and none is lost."""
    room = Classroom(tmp_path)
    for name in HOSTILE:
        (room.folder / name).mkdir()
    found = find_submissions(room.folder, room.out)
    assert len(found.submissions) == len(set(HOSTILE)) == len(HOSTILE)
    with open_journal(room.out) as journal:
        plan = plan_batch(None, ("gradient",), 5.0, "7", resume=False)

        def grade(left: Mapping[str, Handed]) -> Generator[Entry]:
            for identity, handed in left.items():
                yield replace(entry_of(Path("any.py")), identity=identity, source=read(handed).digest)

        grade_batch(found, journal, plan, room.documents(), grade)
    assert room.reports() == set(found.submissions)
    summary = json.loads((room.out / "summary.json").read_bytes())
    assert [line["identity"] for line in summary["submissions"]] == list(found.submissions)
    with (room.out / "summary.csv").open(newline="", encoding="utf-8-sig") as file:
        cells = [line["identity"] for line in csv.DictReader(file)]
    assert [cell.removeprefix("'") for cell in cells] == [name.removeprefix("'") for name in found.submissions]
    with Journal(room.out / JOURNAL) as journal:
        assert journal.history is not None
        assert journal.history.identities == tuple(found.submissions)
        entries = [journal.history.entry(identity) for identity in found.submissions]
    assert [entry.identity for entry in entries if entry] == list(found.submissions)
    told = capsys.readouterr().err
    assert len(told.splitlines()) == len(HOSTILE)
    assert printable(told) == told


# ---------------------------------------------------------------- judging again


def regraded(room: Classroom, report: Report = PASSED) -> BatchResult:
    """Judge the stored answers again, with this outcome."""
    with (
        load_batch(room.out) as before,
        regrade_batch(before, room.documents(*before.formats), lambda _: report) as again,
    ):
        return again.write()


def test_judging_again_writes_everything_anew(room: Classroom) -> None:
    """Reports and tables are those of the new judgement, in the order of the class; the journal stays as it is."""
    room.grade()
    before = (room.out / JOURNAL).read_bytes()
    assert regraded(room, UNGRADED) == BatchResult(graded=3, kept=0, needs_review=("ana", "ben", "chiara"))
    assert room.table() == ["ana", "ben", "chiara"]
    for path in (room.out / "reports").iterdir():
        assert json.loads(path.read_bytes())["needs_review"]
    assert (room.out / JOURNAL).read_bytes() == before


def test_judging_again_says_what_confined_the_code_when_it_ran(room: Classroom) -> None:
    """Nothing runs now, so what could be confined now is of no interest."""
    room.grade()
    regraded(room, replace(PASSED, isolation=(), isolation_missing=("seccomp",)))
    for path in (room.out / "reports").iterdir():
        report = json.loads(path.read_bytes())
        assert report["isolation"] == list(PASSED.isolation)
        assert report["isolation_missing"] == list(PASSED.isolation_missing)


def test_where_one_cannot_be_judged_everything_stays(room: Classroom) -> None:
    """No report and no table is of the new judgement while others are of the old one, and nothing is left behind."""
    room.grade()
    before = everything(room)

    def judged(entry: Entry) -> Report:
        if entry.identity == "chiara":
            raise UsageError(say("text", text="it cannot be judged"))
        return UNGRADED

    with (
        pytest.raises(UsageError, match="cannot be judged"),
        load_batch(room.out) as history,
        regrade_batch(history, room.documents(), judged) as again,
    ):
        again.write()
    assert everything(room) == before


def everything(room: Classroom) -> dict[Path, bytes | None]:
    """All that a batch has left: folders, and files with their content."""
    return {path: path.read_bytes() if path.is_file() else None for path in room.out.rglob("*")}


def test_whose_mark_moves_is_known_before_anything_is_written(room: Classroom) -> None:
    """Beside the report that is there; and where nobody writes, nothing is changed, not even a folder is made."""
    room.grade()
    shutil.rmtree(room.out / "pages")  # an older kit has made none
    (room.out / "reports" / "ben.json").unlink()
    changed = parse_json((room.out / "reports" / "ana.json").read_bytes())
    (room.out / "reports" / "ana.json").write_text(render_json(replace(changed, exercises=FAILED.exercises)))
    before = everything(room)
    with load_batch(room.out) as history, regrade_batch(history, room.documents(), lambda _: PASSED) as again:
        assert [move.identity for move in again.moves()] == ["ana"]
        assert [move.identity for move in again.moves()] == ["ana"]
    assert everything(room) == before


@pytest.mark.parametrize(
    "records", [None, (), (Class(identities=("ana",)),), (Class(identities=("ana",)), End())], ids=repr
)
def test_without_answers_there_is_nothing_to_judge(records: Iterable[Any] | None, tmp_path: Path) -> None:
    """A folder that no batch has written to is a sentence, and nothing is made in it."""
    if records is not None:
        with Journal(tmp_path / JOURNAL) as journal:
            journal.begin(SETTINGS)
            for line in itertools.chain(records):
                journal.append(line)
    with pytest.raises(UsageError, match="holds no results of `grader batch`"), load_batch(tmp_path / "out"):
        pass
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError, match="holds no results of `grader batch`"), load_batch(tmp_path):
        pass
