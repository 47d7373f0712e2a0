"""Archives inside a submission are opened once, as if each were a folder of its name."""

import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.submission import SourceTree, budget, read_submission
from grader.submission.read import MAX_UNREAD
from tests.unit.submission.packed import KINDS, packed, written, zip_member, zip_of
from tests.unit.submission.told import told, words

GOOD = b"x = 1\n"

Place = Callable[[Path, Mapping[str, bytes]], SourceTree]


def in_a_folder(folder: Path, files: Mapping[str, bytes]) -> SourceTree:
    """These files, handed in as a folder."""
    for name, data in files.items():
        path = folder / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return read_submission(folder / "mine")


def in_a_zip(folder: Path, files: Mapping[str, bytes]) -> SourceTree:
    """These files, handed in as an archive."""
    return read_submission(written(folder, "mine.zip", packed(".zip", files)))


everywhere = pytest.mark.parametrize("place", [in_a_folder, in_a_zip])


def cells_of(tree: SourceTree) -> dict[str, int]:
    """How many cells each file has."""
    return {file.path: len(file.cells) for file in tree.files}


@everywhere
@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_inside_is_a_folder_of_its_name(kind: str, place: Place, tmp_path: Path) -> None:
    """Its files are read with those beside it, and nobody has to look."""
    inside = packed(kind, {"top/a.py": GOOD, "b.py": GOOD, ".hidden.py": GOOD, "data.csv": b"1"})
    tree = place(tmp_path, {f"sub/hw{kind}": inside, "c.py": GOOD})
    assert cells_of(tree) == {"c.py": 1, f"sub/hw{kind}/b.py": 1, f"sub/hw{kind}/top/a.py": 1}
    assert [file.stem for file in tree.files] == ["c", "b", "a"]
    assert (tree.notes, tree.unread) == ((), ())


@everywhere
def test_an_archive_further_inside_is_not_opened(place: Place, tmp_path: Path) -> None:
    """It is named, and a person has to look."""
    inner = packed(".zip", {"a.py": GOOD})
    tree = place(tmp_path, {"one.zip": packed(".zip", {"two.zip": inner, "b.py": GOOD})})
    assert cells_of(tree) == {"one.zip/b.py": 1, "one.zip/two.zip": 0}
    [said] = tree.unread
    assert (
        words(said)
        == "one.zip/two.zip was left out: it is an archive inside another one, and not opened; hand in what it holds"
    )


BROKEN = {
    "no archive": (b"hello", "it is no zip archive"),
    "empty": (b"", "it is empty"),
    "cut off": (packed(".zip", {"a.py": GOOD})[:-30], "it is cut off or damaged"),
    "a bomb": (packed(".zip", {"a.py": bytes(3 << 20)}), "it unpacks to more than 100 times its size"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_archive_inside_costs_only_itself(case: str, tmp_path: Path) -> None:
    """What is beside it is read, the reason is told, and a person has to look."""
    data, reason = BROKEN[case]
    tree = in_a_folder(tmp_path, {"hw.zip": data, "z.py": GOOD})
    assert cells_of(tree)["z.py"] == 1
    [note] = tree.notes
    assert note.failed
    assert reason in told(note)
    assert tree.unread == ((note.said,) if case != "a bomb" else ())


def test_a_members_name_does_not_lead_out_of_its_archive(tmp_path: Path) -> None:
    """Neither up into the submission nor out of that."""
    tree = in_a_folder(
        tmp_path, {"hw.zip": packed(".zip", {"../a.py": GOOD, "/b.py": GOOD, "c.py": GOOD}), "a.py": b""}
    )
    assert cells_of(tree) == {"a.py": 1, "hw.zip/c.py": 1, "hw.zip/../a.py": 0, "hw.zip/b.py": 0}


def test_budgets_hold_for_all_archives_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small archives may not do together what one may not: members, packed and unpacked bytes."""
    files = {f"{name}.zip": packed(".zip", {f"{n}.py": GOOD * 9 for n in range(3)}) for name in "abc"}
    two = 2 * len(files["a.zip"])
    for limit, value in (("MAX_MEMBERS", 7), ("MAX_PACKED_BYTES", two), ("MAX_UNPACKED_BYTES", 400)):
        with monkeypatch.context() as patch:
            patch.setattr(budget, limit, value)
            tree = in_a_folder(tmp_path, files)
            assert cells_of(tree)["a.zip/0.py"] == 1, limit
            assert sum(cells_of(tree).values()) < 9, limit
            assert any(note.failed for note in tree.notes)
    assert sum(cells_of(in_a_folder(tmp_path, files)).values()) == 9


def test_bombs_in_archives_take_bounded_memory(tmp_path: Path) -> None:
    """A hundred archives, each of which unpacks to what one may."""
    bomb = packed(".tgz", {"a.py": bytes(4 << 20)})
    path = written(tmp_path, "mine.zip", zip_of(*(zip_member(f"{n}.tgz".encode(), bomb) for n in range(100))))
    tracemalloc.start()
    try:
        tree = read_submission(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(tree.unread) == MAX_UNREAD
    assert peak < 150 << 20
