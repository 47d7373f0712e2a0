"""Any bytes are source or a refusal in words, in bounded time and memory, and can be sent to a worker."""

import contextlib
import gzip
import io
import json
import struct
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.inside.wire import MAX_ORDER_BYTES, Cell, Load, SourceFile, decode_order, read_frame, write_frame
from grader.submission import read_submission
from grader.submission.archive import archive_members
from grader.submission.budget import Budget
from grader.submission.decode import decode_python
from grader.submission.member import Unreadable
from grader.submission.notebook import MAX_CELLS, read_notebook
from grader.submission.read import MAX_FILE_BYTES, SourceTree
from tests.unit.submission.packed import KINDS, TAR_END, packed, padded, tar_header, with_checksum, written, zip_of
from tests.unit.submission.told import refused, told, words

LIMIT = 1000
FILES = {"a.py": b"x = 1\n" * 20, "top/b.ipynb": b"{}", "c.txt": b"text", "top/" + "n" * 90 + "/d.py": b"y = 2\n"}
GOOD = {kind: packed(kind, FILES) for kind in KINDS}
WORDS = [b"a.py", b"../x.py", b"/", b"", b"\xff\xfe", b"path=", b"GNU.sparse.map=1,2", b"9 a=b\n", b"PK\1\2", b"\0" * 8]
some_bytes = st.binary(max_size=64) | st.sampled_from(WORDS)


def sent(tree_files: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    """These files as a worker receives them."""
    stream = io.BytesIO()
    write_frame(stream, Load(files=tree_files, wanted=()))
    stream.seek(0)
    body = read_frame(stream, MAX_ORDER_BYTES)
    assert body is not None
    order = decode_order(body)
    assert isinstance(order, Load)
    return order.files


# ---------------------------------------------------------------- archives


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """A good archive in which some bytes are others, or are missing."""
    data = bytearray(GOOD[kind])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        new = draw(some_bytes)
        data[at : at + draw(st.sampled_from([0, 1, len(new), 30]))] = new
    return bytes(data[: draw(st.integers(0, len(data)) | st.just(len(data)))])


@st.composite
def tar_of_anything(draw: st.DrawFn) -> bytes:
    """Headers whose checksum is right, and whose every field may be wrong."""
    data = b""
    for _ in range(draw(st.integers(1, 6))):
        body = draw(some_bytes) * draw(st.integers(0, 9))
        header = bytearray(tar_header(draw(some_bytes)[:90], len(body)))
        header[156:157] = draw(st.sampled_from([bytes([code]) for code in b"0000123457SLKxXgVDM\0"]))
        for at, width in draw(
            st.lists(st.sampled_from([(0, 100), (100, 8), (124, 12), (345, 100), (386, 110)]), max_size=1)
        ):
            value = draw(some_bytes)[:width]
            header[at : at + len(value)] = value
        data += with_checksum(header) + padded(body)
    data += draw(st.sampled_from([b"", TAR_END]))
    return data if draw(st.booleans()) else gzip.compress(data)


@st.composite
def zip_of_anything(draw: st.DrawFn) -> bytes:
    """A directory whose every field may be wrong, before an end that finds it."""
    numbers = st.sampled_from([0, 1, 8, 40, 0xFFFF]) | st.integers(0, 0xFFFF)
    sizes = st.sampled_from([0, 1, 300, 0xFFFFFFFF]) | st.integers(0, 0xFFFFFFFF)
    members = []
    for _ in range(draw(st.integers(1, 4))):
        name, extra = draw(some_bytes), draw(some_bytes | st.just(b"\1\0\x18\0" + b"\xff" * 24))
        fields = (draw(numbers), draw(st.sampled_from([0, 8, 12, 14])), 0, 0, *(draw(sizes) for _ in range(3)))
        local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, *fields, len(name), 0) + name + draw(some_bytes)
        record = struct.pack("<4s6H3I5H2I", b"PK\1\2", 0, 20, *fields, len(name), len(extra), 0, 0, 0, draw(sizes), 0)
        members.append((local, record + name + extra))
    return zip_of(*members)


some_archive = st.sampled_from(KINDS).flatmap(
    lambda kind: st.tuples(
        st.just(f"a{kind}"),
        damaged(kind) | (zip_of_anything() if kind == ".zip" else tar_of_anything()) | st.binary(max_size=2000),
    )
)


@settings(deadline=None)
@given(some_archive)
def test_any_bytes_are_members_or_a_refusal(archive: tuple[str, bytes]) -> None:
    """No bytes make the archive reader raise anything but a sentence, or return more than it was asked for."""
    budget = Budget()
    budget.take_in(len(archive[1]))
    with contextlib.suppress(Unreadable):
        for member in archive_members(*archive, budget):
            with contextlib.suppress(SubmissionError):
                assert len(member.read(LIMIT)) <= LIMIT + 1


@settings(deadline=None)
@given(some_archive)
def test_any_archive_is_a_submission(archive: tuple[str, bytes]) -> None:
    """What is read can be sent, every name can be shown, every file has one entry, and the disk is as it was."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), *archive)
        tree = read_submission(path)
        assert list(Path(folder).iterdir()) == [path]
    assert_harmless(tree)


@settings(deadline=None)
@given(some_archive, st.sampled_from(KINDS))
def test_any_archive_inside_is_a_part_of_a_submission(archive: tuple[str, bytes], outer: str) -> None:
    """In a folder and in another archive; whatever it is, what stands beside it is read."""
    name, data = archive
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "mine").mkdir()
        written(Path(folder) / "mine", name, data)
        written(Path(folder) / "mine", "beside.py", b"x = 1\n")
        path = written(Path(folder), f"b{outer}", packed(outer, {f"sub/{name}": data, "beside.py": b"x = 1\n"}))
        for tree in (read_submission(Path(folder) / "mine"), read_submission(path)):
            assert_harmless(tree)
            assert len(next(file for file in tree.files if file.path == "beside.py").cells) == 1


def assert_harmless(tree: SourceTree) -> None:
    """What is read can be sent, every name can be shown, and every file has one entry."""
    assert sent(tree.files) == tree.files
    assert all(text.isprintable() for text in names_and_notes(tree))
    assert len({file.path for file in tree.files}) == len(tree.files)


def names_and_notes(tree: SourceTree) -> list[str]:
    """Everything of a tree that a report shows."""
    return [
        tree.name,
        *(file.path for file in tree.files),
        *(told(note) for note in tree.notes),
        *map(words, tree.unread),
    ]


# ---------------------------------------------------------------- notebooks


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
kinds_of_cell = st.sampled_from(["code", "markdown", "raw", 1, None])
cells = st.fixed_dictionaries(
    {}, optional={"cell_type": kinds_of_cell, "source": json_values, "input": json_values, "metadata": json_values}
)
lists_of_cells = st.lists(cells | json_values, max_size=4)
notebooks = st.fixed_dictionaries(
    {},
    optional={
        "nbformat": st.sampled_from([1, 2, 3, 4, 5, 4.5, True, "4", None]),
        "cells": lists_of_cells | json_values,
        "worksheets": st.lists(st.fixed_dictionaries({}, optional={"cells": lists_of_cells}) | json_values, max_size=2),
        "metadata": json_values,
    },
)


@settings(deadline=None)
@given(notebooks | json_values)
def test_any_document_is_cells_or_a_refusal(document: object) -> None:
    """Whatever its parts are instead of what they should be; what is read can be sent and parsed."""
    with contextlib.suppress(SubmissionError):
        found = read_notebook("a.ipynb", json.dumps(document).encode())
        files = (SourceFile(path="a.ipynb", stem="a", cells=found.cells),)
        assert sent(files) == files


def cell(source: object) -> str:
    """A notebook of one code cell with this source."""
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]})


def filled(begin: str, middle: str, end: str) -> bytes:
    """A document that is as large as a file may be."""
    return (begin + middle * ((MAX_FILE_BYTES - len(begin) - len(end)) // len(middle)) + end).encode()


LARGE: dict[str, Callable[[], bytes]] = {
    "lists in lists": lambda: filled("", "[", ""),
    "tables in tables": lambda: filled("", '{"a":', ""),
    "small lists": lambda: filled('{"nbformat":4,"cells":[],"x":[', "[],", "0]}"),
    "small tables": lambda: filled('{"nbformat":4,"cells":[],"x":[', "{},", "0]}"),
    "many numbers": lambda: filled('{"nbformat":4,"cells":[],"x":[', "1,", "0]}"),
    "one number": lambda: filled('{"nbformat":4,"cells":[],"x":', "7", "}"),
    "many digits": lambda: filled('{"nbformat":4,"cells":[],"x":0.', "7", "}"),
    "many cells": lambda: filled('{"nbformat":4,"cells":[', '{"cell_type":"code","source":""},', "{}]}"),
    "many lines": lambda: filled('{"nbformat":4,"cells":[{"cell_type":"code","source":[', '"",', '""]}]}'),
    "surrogates": lambda: filled('{"nbformat":4,"cells":[{"cell_type":"code","source":"', "\\ud800", '"}]}'),
    "an open string": lambda: filled('"', "\\", ""),
}


@pytest.mark.parametrize("case", LARGE)
def test_the_largest_notebook_takes_bounded_memory(case: str) -> None:
    """Nothing that a document may be made of takes much more than what JSON's own values do."""
    data = LARGE[case]()
    tracemalloc.start()
    try:
        with contextlib.suppress(SubmissionError):
            read_notebook("a.ipynb", data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50 * MAX_FILE_BYTES


@pytest.mark.parametrize(
    ("document", "source"),
    [
        (cell("x = '\ud800'"), "x = '\ufffd'"),
        (cell("x = '\ud83d\ude00'"), "x = '\U0001f600'"),
        (cell("x = 1\0"), "x = 1"),
        (cell(["x = 1\r\n", "y = 2\r"]), "x = 1\ny = 2\n"),
        (cell("x = 1").replace("4", f'4, "x": [NaN, -Infinity, {"9" * 5000}, 1e999]'), "x = 1"),
    ],
)
def test_what_cannot_be_sent_or_parsed_is_replaced(document: str, source: str) -> None:
    """Half a surrogate pair, NUL, other line ends; numbers that are none to others are no matter."""
    [found] = read_notebook("a.ipynb", document.encode()).cells
    assert found == Cell(file="a.ipynb[cell 1]", source=source)


@pytest.mark.parametrize("source", [None, 1, {"text": "x = 1"}, ["x = 1", 2], [["x = 1"]], True])
def test_a_source_that_is_no_text_is_refused(source: object) -> None:
    """The cell is named."""
    with refused(r"^a\.ipynb is not a notebook: it lacks the text of its code cell 1$"):
        read_notebook("a.ipynb", cell(source).encode())


def test_nothing_is_said_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """A notebook that breaks rules which do not matter here is read in silence."""
    assert read_notebook("a.ipynb", cell("x = 1").encode()).cells
    assert capfd.readouterr() == ("", "")


def test_many_small_cells_do_not_outgrow_a_message(tmp_path: Path) -> None:
    """Each of them has a name that has to be sent, too; a notebook of more than anybody writes is refused."""
    cells = [{"cell_type": "code", "source": ""}] * MAX_CELLS
    for name in range(20):
        document = json.dumps({"nbformat": 4, "cells": cells})
        (tmp_path / f"{name}{'a' * 200}.ipynb").write_text(document)
    (tmp_path / "many.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [*cells, *cells[:1]]}))
    tree = read_submission(tmp_path)
    said = "\n".join(told(note) for note in tree.notes)
    assert "all files together are over 8 MiB" in said
    assert f"many.ipynb is not a notebook: it has over {MAX_CELLS} cells" in said
    assert sent(tree.files) == tree.files


# ---------------------------------------------------------------- Python files


CODECS = ["rot13", "zlib", "unicode_escape", "raw_unicode_escape", "undefined", "idna", "punycode", "utf-7", "utf-16"]
CODECS += ["hex", "base64", "bz2", "uu", "quopri", "hz", "cp037", "mbcs", "nothing", "..", "os", "a" * 5000]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("rest", ["x = 'é'\n", "x = '\\x41\\n'\n", "# +AGE- ~{a~} .xn--4ca\n"])
def test_a_coding_line_that_names_no_text_is_not_followed(codec: str, rest: str) -> None:
    """Only an encoding that agrees with ASCII can be named in ASCII; otherwise the text is what everybody sees."""
    source = f"# coding: {codec}\n{rest}"
    text, note = decode_python(source.encode())
    assert text == source
    assert words(note) == "its coding line does not fit; the file was read as UTF-8"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\n# \xe9", "\xe9"),
        (b"\n# vim: set fileencoding=cp1252 :\n# \x80", "\u20ac"),
        (b"# -*- coding: latin-1-unix -*-\n# \xe9", "\xe9"),
        (b"# coding: shift_jis\n# \x82\xa0", "\u3042"),
        (b"x = 1\n# coding: cp437\n# \xc3\xa9", "\xe9"),
        (b"\n\n# coding: cp437\n# \xc3\xa9", "\xe9"),
        (b"# M\xfcller\r# coding: latin-1\r# \xe9", "\xe9"),
    ],
)
def test_a_coding_line_counts_where_python_looks_for_it(data: bytes, text: str) -> None:
    """In the first two lines, behind nothing but a comment or an empty line."""
    decoded, note = decode_python(data)
    assert decoded.endswith(f"# {text}")
    assert note is None


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=99).map(lambda text: f"# coding: {text}\n\\x41\\ud800".encode()))
def test_any_python_file_can_be_sent(data: bytes) -> None:
    """No half surrogate, no NUL and no carriage return is left."""
    text, _ = decode_python(data)
    files = (SourceFile(path="a.py", stem="a", cells=(Cell(file="a.py", source=text),)),)
    assert sent(files) == files
    assert not {"\0", "\r"} & set(text)


@pytest.mark.parametrize("filler", [b"\xff", b"\xdb", b"\x00\xd8"])
def test_text_that_grows_does_not_outgrow_a_message(filler: bytes, tmp_path: Path) -> None:
    """A byte of an old encoding may be three as UTF-8: the limit is of what is sent."""
    first = b"\xff\xfe" if filler == b"\x00\xd8" else b"# coding: cp437\n" if filler == b"\xdb" else b""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes((first + filler * MAX_FILE_BYTES)[:MAX_FILE_BYTES])
    tree = read_submission(tmp_path)
    assert sent(tree.files) == tree.files
