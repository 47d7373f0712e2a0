"""Class folders as a learning management system packs them: flat, the student in each file's name. Pure.

Names are all there is to go by, and they may lie: a student's file may only look like a file of an LMS. A wrong join
gives one student another's points. So files are joined only where nothing speaks against it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.submission.names import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatPart:
    """An entry of a class folder that is a part of somebody's submission, and what it is called there.

    `own` is empty for a folder whose content is the submission's.
    """

    entry: str
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The result for a class folder: submissions by identity, and entries that are none of the LMS's.

    `older` are those of earlier attempts, of which only the latest counts.
    """

    lms: str
    submissions: Mapping[str, Sequence[FlatPart]]
    older: Sequence[str]
    alone: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """Files of one student or of several: names alone do not tell. `fitting` and `other` are an example each."""

    lms: str
    fitting: Sequence[str]
    other: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scheme:
    """How an LMS names what it packs.

    `patterns` have a group `student`, and may have others. `number` tells students of one name apart. No two students
    have the same `unique`. `own` is the student's own name of a file. A `certain` name is made by nothing but this LMS.
    An LMS that `counts` puts a number behind the name of a file that is handed in again.
    """

    lms: str
    patterns: tuple[str, ...]
    certain: bool
    counts: bool = False


# No blank, and of ASCII's signs only the underscore. `\w` would lack the vowels of Indic scripts, and accents apart.
# Canvas takes the first two parts that are all digits for its numbers, so a name has none.
_CANVAS_NAME = r"(?!\d+_)(?:(?!_\d+_)[^\s!-/:-@\[-^`{-~])+?"
_SCHEMES = (
    _Scheme(
        lms="Moodle",
        certain=True,
        patterns=(
            # A folder each, or flat. A group without a number is the default one.
            r"(?P<student>.+?)(?:_(?P<number>\d+))?_assignsubmission_[a-z]+_?",
            r"(?P<student>.+?)(?:_(?P<number>\d+))?_assignsubmission_[a-z]+_(?P<own>.+)",
            r"(?P<student>.+?)_(?P<number>\d+)_onlinetext_?",
            r"(?P<student>.+?)_(?P<number>\d+)_onlinetext_(?P<own>.+)",
        ),
    ),
    _Scheme(
        lms="Blackboard",
        certain=True,
        # Without a file of the student's, it is Blackboard's receipt. Column and user are not told apart: both may hold
        # any sign.
        patterns=(r"(?P<student>.+?)_attempt_(?P<attempt>\d{4}(?:-\d\d){5})(?:_(?P<own>.+)|(?P<receipt>\.txt))",),
    ),
    _Scheme(
        lms="Canvas",
        certain=False,
        counts=True,
        patterns=(
            r"(?:LATE_)?(?P<student>anon_[A-Za-z0-9]+)_(?P<own>text\.html|link\.html)",
            r"(?:LATE_)?(?P<student>anon_[A-Za-z0-9]+)_(?P<unique>\d+)_(?P<own>.+)",
        ),
    ),
    _Scheme(
        lms="Canvas",
        certain=False,
        counts=True,
        patterns=(
            # First what was typed in, which has no number of its own.
            rf"(?P<student>{_CANVAS_NAME})(?:_LATE)?_(?P<number>\d+)_(?P<own>text\.html|link\.html)",
            rf"(?P<student>{_CANVAS_NAME})(?:_LATE)?_(?P<number>\d+)_(?P<unique>\d+)_(?P<own>.+)",
        ),
    ),
)
_LEAST_DIGITS = 3
_AGAIN = re.compile(r"(?P<stem>.+)-[1-9]\d?(?P<suffix>\.[^.]+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """The parts that a scheme reads in an entry's name."""

    entry: str
    student: str
    number: str
    unique: str
    attempt: str
    own: str

    @property
    def identity(self) -> str:
        return f"{self.student}_{self.number}" if self.number else self.student


def recognise(entries: Mapping[str, bool]) -> Joined | Doubtful | None:
    """The submissions of a class folder as an LMS packs it; None where it is none.

    `entries` say of each name whether it is a folder.
    """
    for scheme in _SCHEMES:
        names = [name for entry in entries if (name := _read(scheme, entry, is_folder=entries[entry]))]
        if two := _contradiction(names):
            if scheme.certain:
                return Doubtful(lms=scheme.lms, fitting=two, other=None)
        elif names and (result := _joined(scheme, names, list(entries))):
            return result
    return None


def _read(scheme: _Scheme, entry: str, *, is_folder: bool) -> _Name | None:
    for pattern in scheme.patterns:
        if match := re.fullmatch(pattern, entry, re.DOTALL):
            found = {key: value or "" for key, value in match.groupdict().items()}
            own = "receipt.txt" if found.pop("receipt", "") else found.pop("own", "")
            # A file has a name of the student's, and a folder has none.
            if is_folder is not bool(own):
                known = dict.fromkeys(("student", "number", "unique", "attempt"), "") | found
                known.pop("own", None)
                return _Name(entry=entry, own=own, **known)
    return None


def _contradiction(names: Iterable[_Name]) -> Sequence[str]:
    """Two entries that give one number to two students, if there are any; a date or a version in a name does."""
    known: dict[str, _Name] = {}
    for name in names:
        if name.number:
            other = known.setdefault(name.number, name)
            if folded(other.student) != folded(name.student):
                return other.entry, name.entry
    return ()


def _joined(scheme: _Scheme, names: Sequence[_Name], entries: Sequence[str]) -> Joined | Doubtful | None:
    by_student: dict[tuple[str, str], list[_Name]] = defaultdict(list)
    for name in names:
        by_student["" if name.number else name.student, name.number].append(name)
    groups = list(by_student.values())
    fitting = {name.entry for name in names}
    alone = [entry for entry in entries if entry not in fitting]
    if not scheme.certain and (alone or not _speaks_for_itself(groups)):
        several = next((group for group in groups if len(group) > 1), None)
        if several is None:  # one file each is one submission each, whatever its name means
            return None
        return Doubtful(lms=scheme.lms, fitting=[name.entry for name in several[:2]], other=alone[0] if alone else None)
    latest = [[name for name in group if name.attempt == max(one.attempt for one in group)] for group in groups]
    kept = {name.entry for group in latest for name in group}
    return Joined(
        lms=scheme.lms,
        submissions={group[0].identity: _parts(scheme, group) for group in latest},
        older=[name.entry for name in names if name.entry not in kept],
        alone=alone,
    )


def _speaks_for_itself(groups: Sequence[Sequence[_Name]]) -> bool:
    """Are these several students', no file's number two students', and do some call a file alike?

    Where all files of a class begin like `hw1_2026_11_`, that does not hold.
    """
    uniques = [{name.unique for name in group if name.unique} for group in groups]
    if len(groups) < 2 or _share(uniques):
        return False
    if all(len(group) == 1 for group in groups):
        return True
    least = min((len(unique) for of_one in uniques for unique in of_one), default=0)
    return least >= _LEAST_DIGITS and _share([{_once(name.own) for name in group} for group in groups])


def _share(sets: Sequence[set[str]]) -> bool:
    """Is anything in more than one of these?"""
    return sum(map(len, sets)) > len(set().union(*sets))


def _parts(scheme: _Scheme, group: Sequence[_Name]) -> Sequence[FlatPart]:
    """The files of a student, under their own names where no two would have one."""
    cut = [_once(name.own) for name in group]
    return [
        FlatPart(entry=name.entry, own=short if scheme.counts and cut.count(short) == 1 else name.own)
        for name, short in zip(group, cut, strict=True)
    ]


def _once(own: str) -> str:
    """The name of a file that was handed in again: `ch02.py` for `ch02-1.py`."""
    match = _AGAIN.fullmatch(own)
    return f"{match['stem']}{match['suffix']}" if match else own
