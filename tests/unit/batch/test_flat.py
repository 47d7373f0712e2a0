"""Files that an LMS has packed flat: joined to one submission a student, or to none."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.find import Together, find_submissions, read
from grader.batch.flat import Doubtful, Joined, recognise
from grader.errors import UsageError
from grader.words import own_language
from tests.unit.submission.packed import KINDS, packed

CH2, CH4 = "ch02_first_backward.py", "ch04_detach.py"
CANVAS = [
    *(f"doejane_LATE_101_9001_{CH2}", "doejane_LATE_101_9002_ch04_detach-1.py"),
    *(f"roejohn_102_9003_{CH2}", f"roejohn_102_9004_{CH4}"),
]
CANVAS_JOINED = {"doejane_101": [CH2, CH4], "roejohn_102": [CH2, CH4]}


def joined(*names: str) -> dict[str, list[str]]:
    """What each student's files are called; a name that ends in a slash is a folder. Each name is in one place."""
    result = recognise({name.rstrip("/"): name.endswith("/") for name in names})
    assert isinstance(result, Joined)
    entries = [part.entry for parts in result.submissions.values() for part in parts]
    assert sorted([*entries, *result.alone, *result.older]) == sorted(name.rstrip("/") for name in names)
    return {identity: [part.own for part in parts] for identity, parts in result.submissions.items()}


def told(*names: str) -> str:
    """What is made of these files: `joined`, `doubtful` or `plain`."""
    match recognise(dict.fromkeys(names, False)):
        case Joined():
            return "joined"
        case Doubtful():
            return "doubtful"
        case None:
            return "plain"


SCHEMES = {
    "Canvas": (CANVAS, CANVAS_JOINED),
    "Canvas, names with numbers": (
        ["o_b2_rien_101_9001_a.py", "o_b2_rien_101_9002_b.py", "li4_102_9003_a.py", "li4_102_9004_b.py"],
        {"o_b2_rien_101": ["a.py", "b.py"], "li4_102": ["a.py", "b.py"]},
    ),
    "Canvas, two of one name": (
        ["li_101_9001_a.py", "li_101_9002_b.py", "li_102_9003_a.py"],
        {"li_101": ["a.py", "b.py"], "li_102": ["a.py"]},
    ),
    "Canvas, one file each": (["li_101_9001_a.py", "doe_102_9002_b.py"], {"li_101": ["a.py"], "doe_102": ["b.py"]}),
    "Canvas, names of files with numbers": (
        ["li_101_9001_hw_1_2.py", "li_101_9002_b.py", "doe_102_9003_b.py"],
        {"li_101": ["hw_1_2.py", "b.py"], "doe_102": ["b.py"]},
    ),
    "Canvas, handed in again": (
        ["li_101_9001_a-1.py", "li_101_9002_a-2.py", "li_101_9003_b-12.py", "doe_102_9004_b.py"],
        {"li_101": ["a-1.py", "a-2.py", "b.py"], "doe_102": ["b.py"]},
    ),
    "Canvas, typed in": (
        ["li_101_text.html", "li_101_9001_a.py", "doe_LATE_102_9002_a.py", "roe_103_link.html"],
        {"li_101": ["text.html", "a.py"], "doe_102": ["a.py"], "roe_103": ["link.html"]},
    ),
    "Canvas, files that are called like what is typed in": (
        ["li_101_text.html", "li_101_9001_text.html", "doe_102_9002_text.html", "doe_102_9003_link.html"],
        {"li_101": ["text.html", "text.html"], "doe_102": ["text.html", "link.html"]},
    ),
    "Canvas, without names": (
        ["anon_x7Kq2_9001_a.py", "anon_x7Kq2_9002_b.py", "LATE_anon_zzz12_9003_a.py"],
        {"anon_x7Kq2": ["a.py", "b.py"], "anon_zzz12": ["a.py"]},
    ),
    "Moodle, folders": (
        ["Nneka Okafor_31_assignsubmission_file_/", "Nneka Okafor_31_onlinetext_/", "Li Li_32_assignsubmission_file/"],
        {"Nneka Okafor_31": ["", ""], "Li Li_32": [""]},
    ),
    "Moodle, flat": (
        [
            f"Nneka Okafor_31_assignsubmission_file_{CH2}",
            "Nneka Okafor_31_assignsubmission_onlinetext_onlinetext.html",
            f"Nneka Okafor_32_assignsubmission_file_{CH2}",
            f"Default team_assignsubmission_file_{CH4}",
        ],
        {"Nneka Okafor_31": [CH2, "onlinetext.html"], "Nneka Okafor_32": [CH2], "Default team": [CH4]},
    ),
    "Canvas, accents and vowels apart": (
        ["jose\u0301_101_9001_a.py", "jose\u0301_101_9002_b.py", "\u0939\u093f_102_9003_a.py", "\u674e_103_9004_a.py"],
        {"jose\u0301_101": ["a.py", "b.py"], "\u0939\u093f_102": ["a.py"], "\u674e_103": ["a.py"]},
    ),
    "Moodle, one name in two forms": (
        ["caf\u00e9_3_assignsubmission_file_a.py", "cafe\u0301_3_assignsubmission_file_b.py"],
        {"caf\u00e9_3": ["a.py", "b.py"]},
    ),
    "Blackboard, users that differ in case": (
        [f"hw_{user}_attempt_2026-02-03-23-58-10_a.py" for user in ("ann", "Ann")],
        {"hw_ann": ["a.py"], "hw_Ann": ["a.py"]},
    ),
    "Moodle, one student beside others": (
        ["Li_32_assignsubmission_file_a.py", "Li_32_assignsubmission_file_b.py", "roster.csv", "ana/"],
        {"Li_32": ["a.py", "b.py"]},
    ),
    "Blackboard": (
        [
            "Homework_2_no_kafor_attempt_2026-02-03-23-58-10_a_attempt_b.py",
            "Homework_2_no_kafor_attempt_2026-02-03-23-58-10.txt",
            "Homework_2_no_attempt_2026-02-03-23-58-10_a.py",
        ],
        {"Homework_2_no_kafor": ["a_attempt_b.py", "receipt.txt"], "Homework_2_no": ["a.py"]},
    ),
}


@pytest.mark.parametrize("case", SCHEMES)
def test_the_files_of_a_student_are_one_submission(case: str) -> None:
    """Under the student's own names, whatever stands in the names of files, columns and students."""
    names, expected = SCHEMES[case]
    assert joined(*names) == expected


def test_only_the_latest_attempt_counts() -> None:
    """The others are named."""
    names = [f"hw_li_attempt_2026-02-{day}-23-58-10_{name}.py" for day in ("03", "10") for name in "ab"]
    result = recognise(dict.fromkeys(names, False))
    assert isinstance(result, Joined)
    assert [part.entry for part in result.submissions["hw_li"]] == names[2:]
    assert result.older == names[:2]


PLAIN = {
    "a class of files": ["ana.py", "ben.ipynb", "chiara.zip"],
    "one file that looks like Canvas'": [CANVAS[0], "ana.py", "ben.py"],
    "nothing but one file that looks like Canvas'": CANVAS[:1],
    "one file each that look like Canvas'": [CANVAS[0], CANVAS[2], "ben.py"],
    "dates": ["ana_2026_11_24.py", "ben_2026_11_25.py", "chiara_2026_11_24.py"],
    "dates and versions": ["ana_2026_11_1.py", "ana_2026_11_2.py", "ben_2026_11_1.py"],
    "one number for two students": ["ana_101_9001_a.py", "ben_101_9002_a.py"],
    "no numbers": ["ana_assignment_a.py", "ana_assignment_b.py"],
}


@pytest.mark.parametrize("case", PLAIN)
def test_what_only_looks_like_an_lms_stays_as_it_is(case: str) -> None:
    """Each file is a submission of its own."""
    assert told(*PLAIN[case]) == "plain"


DOUBTFUL = {
    "a file that does not fit": [*CANVAS, "roster.csv"],
    "one student only": CANVAS[:2],
    "the homework's name first": ["hw1_2026_11_ana.py", "hw1_2026_12_ben.py"],
    "two homeworks": ["hw1_2026_11_ana.py", "hw1_2026_12_ben.py", "hw2_2025_13_chiara.py"],
    "short numbers": ["hw1_2026_11_a.py", "hw1_2026_12_b.py", "hw2_2025_13_a.py"],
    "long numbers, and no two files alike": ["hw_1_9001_ana.py", "hw_1_9002_ben.py", "lab_2_9003_chiara.py"],
    "a student's name with a number": [*CANVAS, "o_12_brien_101_9005_a.py"],
    "one number for two students of Moodle": [f"{name}_7_assignsubmission_file_a.py" for name in ("Li", "Ann")],
    "one file's number twice": ["ana_1_9001_a.py", "ana_1_9001_b.py", "ben_2_9001_a.py"],
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_two_students_are_never_joined(case: str, tmp_path: Path) -> None:
    """Nor is one student split: where names do not tell, a sentence names two files and says what to do."""
    assert told(*DOUBTFUL[case]) == "doubtful"
    for name in DOUBTFUL[case]:
        (tmp_path / name).touch()
    with pytest.raises(
        UsageError, match=r"look like files of one student.*Put the files of each student into a folder"
    ):
        find_submissions(tmp_path, tmp_path.parent / "out")


def test_a_folder_around_the_class_is_refused(tmp_path: Path) -> None:
    """All students would be one; a student's own folder is none of that."""
    (tmp_path / "download" / "submissions").mkdir(parents=True)
    for name in CANVAS:
        (tmp_path / "download" / "submissions" / name).touch()
    with pytest.raises(
        UsageError, match=r"submissions holds the submissions of several students, as Canvas packs them"
    ):
        find_submissions(tmp_path / "download", tmp_path / "out")
    assert len(find_submissions(tmp_path / "download" / "submissions", tmp_path / "out").submissions) == 2
    (tmp_path / "class" / "ana").mkdir(parents=True)
    for name in (CH2, CH4):
        (tmp_path / "class" / "ana" / name).touch()
    assert list(find_submissions(tmp_path / "class", tmp_path / "out").submissions) == ["ana"]


@pytest.mark.parametrize("top", ["", "submissions/"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_of_the_whole_class_is_refused(kind: str, top: str, tmp_path: Path) -> None:
    """As an LMS gives it: all students would be one. One student's archive is a submission, and so is a broken one."""
    room = tmp_path / "class"
    room.mkdir()
    archive = room / f"download{kind}"
    archive.write_bytes(packed(kind, {f"{top}{name}": b"" for name in (*CANVAS, "__MACOSX/._x")}))
    with pytest.raises(UsageError, match="as Canvas packs them: unpack it, and give that folder"):
        find_submissions(room, tmp_path / "out")
    for data in (packed(kind, {f"{top}{CH2}": b"", f"{top}{CH4}": b""}), b"", b"PK"):
        archive.write_bytes(data)
        assert list(find_submissions(room, tmp_path / "out").submissions) == ["download"]


students = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,5}(_[a-z0-9]{1,2}[a-z])?", fullmatch=True), st.integers(1, 10**6)),
    min_size=2,
    max_size=5,
    unique_by=lambda student: student[1],
)


@given(
    students=students,
    late=st.booleans(),
    files=st.lists(st.from_regex(r"[a-z]{1,3}(_1_2)?", fullmatch=True), unique=True, min_size=1),
)
def test_any_class_that_canvas_packs_is_told_apart(
    students: list[tuple[str, int]], files: list[str], *, late: bool
) -> None:
    """Two students are two submissions, one student is one, and each file keeps its own name."""
    numbers = itertools.count(10_000)
    names = {
        f"{name}{'_LATE' * late}_{number}_{next(numbers)}_{file}.py": (f"{name}_{number}", f"{file}.py")
        for name, number in students
        for file in files
    }
    result = recognise(dict.fromkeys(names, False))
    assert isinstance(result, Joined)
    found = {part.entry: (identity, part.own) for identity, parts in result.submissions.items() for part in parts}
    assert found == names


def test_a_joined_submission_is_read_as_one(tmp_path: Path) -> None:
    """Files at the top under their own names, folders' contents too; what is of no use is named, links are not read."""
    for name in ("Li_1_assignsubmission_file_a.py", "Li_1_assignsubmission_onlinetext_onlinetext.html"):
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "Li_1_assignsubmission_file").mkdir()
    (tmp_path / "Li_1_assignsubmission_file" / "b.py").write_text("y = 1\n")
    (tmp_path / "secret.py").write_text("z = 1\n")
    [handed, _] = find_submissions(tmp_path, tmp_path.parent / "out").submissions.values()
    assert isinstance(handed, Together)
    tree = read(handed)
    assert (tree.name, [file.path for file in tree.files]) == ("Li_1", ["a.py", "b.py"])
    assert [own_language().say(note.said) for note in tree.notes] == [
        "onlinetext.html was left out: it is a web page; hand in .py, .ipynb, .zip, .tar, .tar.gz or .tgz"
    ]
    assert tree.unread == ()


def test_a_text_that_was_typed_in_is_all_there_is(tmp_path: Path) -> None:
    """Nobody reads it, so a person has to look; a link of a student's is not followed."""
    (tmp_path / "Li_1_assignsubmission_onlinetext_onlinetext.html").touch()
    (tmp_path / "Ben_2_assignsubmission_file_a.py").symlink_to(
        tmp_path / "Li_1_assignsubmission_onlinetext_onlinetext.html"
    )
    for handed in find_submissions(tmp_path, tmp_path.parent / "out").submissions.values():
        assert len(read(handed).unread) == 1
