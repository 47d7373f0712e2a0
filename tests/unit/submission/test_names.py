"""What can be handed in, and how it and its files are called."""

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionError, UsageError
from grader.submission import read_submission
from grader.submission.names import MAX_NAME, folded, identity_of, parts_of, shown, suffix_of


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("ana.py", "ana"),
        ("ana.ipynb", "ana"),
        ("ana.zip", "ana"),
        ("ana.tar", "ana"),
        ("ana.tar.gz", "ana"),
        ("ana.tgz", "ana"),
        ("ANA.TAR.GZ", "ANA"),
        ("Assignment 1 (2).PY", "Assignment 1 (2)"),
        ("ana.v2.zip", "ana.v2"),
    ],
)
def test_a_submission_is_known_by_its_name_without_the_suffix(name: str, identity: str) -> None:
    """`.tar.gz` is one suffix, and capitals make no difference."""
    assert suffix_of(name)
    assert identity_of(name) == identity


@pytest.mark.parametrize("name", ["ana.txt", "ana.gz", "ana.rar", "ana.tar.xz", "ana", ".py", "zip"])
def test_other_files_are_no_submissions(name: str, tmp_path: Path) -> None:
    """A kind that is not read, a suffix alone, a name that only sounds like one; the refusal lists what is read."""
    (tmp_path / name).touch()
    assert not suffix_of(name)
    with pytest.raises(UsageError, match=r"not a folder, or a \.py, \.ipynb, \.zip, \.tar, \.tar\.gz or \.tgz file"):
        read_submission(tmp_path / name)


@settings(deadline=None)
@given(st.text())
def test_names_that_a_disk_takes_for_one_are_folded_to_one(name: str) -> None:
    """Capitals, and how an accent is written, make no difference."""
    for form in ("NFC", "NFD"):
        assert folded(unicodedata.normalize(form, name)) == folded(name)
    assert folded(folded(name)) == folded(name)


@settings(deadline=None)
@given(st.text() | st.text(st.characters(categories=["Cs", "Cc", "Cf"])))
def test_any_name_is_shown_harmless(name: str) -> None:
    """Whatever a name is, it is printable, of a limited length, and not empty."""
    assert shown(name).isprintable()
    assert 0 < len(shown(name)) <= MAX_NAME


@settings(deadline=None)
@given(st.text(st.sampled_from("./\\:aC \n")) | st.text())
def test_any_path_stays_inside_or_is_refused(name: str) -> None:
    """What is accepted is relative and has no way up."""
    try:
        parts = parts_of(name)
    except SubmissionError:
        return
    assert not {"", ".", ".."} & set(parts)
    assert not any("/" in part or "\\" in part for part in parts)


@pytest.mark.skipif(sys.platform != "linux", reason="such a name is not possible elsewhere")
def test_a_name_in_no_encoding_is_shown(tmp_path: Path) -> None:
    """On Linux a name may be any bytes; its report can be written nevertheless."""
    with open(os.fsencode(tmp_path) + b"/\xff.py", "wb"):  # noqa: PTH123  # a Path is text
        pass
    [file] = read_submission(tmp_path).files
    assert file.path.encode() == rb"\xdcff.py"
