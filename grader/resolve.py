"""Finds the definition of a submission that answers an exercise, or the sentence that says why none does. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from grader.catalog import Catalog
from grader.causes import Causes
from grader.model import Absent, Record, Undefined, object_reason
from grader.submission import SourceTree
from grader.wire import Definition, Reason

# A name that is longer, or one of so many, is nobody's slip; comparing takes the product of both lengths.
_MAX_NAMES = 300
_LIKENESS = 0.75
_WHY: Mapping[Reason, str] = {
    "own_file": "the chapter's own file comes first",
    "fewer_folders": "the file in the fewest folders comes first",
    "last": "the last file by name counts",
}


class Source(Record):
    """The file that an exercise's function was taken from, and what a reader should know about that."""

    file: str | None
    notes: tuple[str, ...]


def resolve(
    definitions: Sequence[Definition], exercise: str, catalog: Catalog, tree: SourceTree, causes: Causes
) -> Definition | Undefined | Absent:
    """The function of an exercise, as the worker chose it among all files.

    Without one, it is `Absent` when nothing of its chapter is there, and `Undefined` with a reason otherwise. So it is
    where only the stub can be called, and an answer stands where nobody can call it.
    """
    found = next((one for one in definitions if one.name == exercise), None)
    if found is None:
        return _missing(definitions, exercise, catalog, tree, causes)
    if not found.callable:
        what = object_reason(found.kind).removeprefix("an object ")
        return Undefined(reason=f"{exercise} is no function in {found.file}, but {what}.")
    if found.untouched and (said := causes.of_failure(exercise) or causes.beside_stub(exercise)):
        return Undefined(reason=f"Grading can only call the untouched stub of {exercise}. {said}")
    return found


def source_of(found: Definition | Undefined | Absent) -> Source:
    """Where an exercise's function was found, in words for the report."""
    if not isinstance(found, Definition):
        return Source(file=None, notes=())
    return Source(file=found.file, notes=tuple(_tell(found, rival.file, rival.reason) for rival in found.rivals))


def _tell(found: Definition, other: str, reason: Reason) -> str:
    if reason == "untouched":
        return f"{other} has the untouched stub only; the answer in {found.file} was graded"
    if reason == "failed":
        return f"the definition in {other} came to nothing; the one in {found.file} was graded"
    if reason == "unfinished":
        return f"{other} still raises NotImplementedError; the answer in {found.file} was graded"
    return f"also defined, otherwise, in {other}; the one in {found.file} was graded, since {_WHY[reason]}"


def _missing(
    definitions: Sequence[Definition], exercise: str, catalog: Catalog, tree: SourceTree, causes: Causes
) -> Undefined | Absent:
    chapter = catalog.chapter_of(exercise)
    own = [file for file in tree.files if file.stem == chapter.id]
    said = f"There is no function named {exercise}"
    if why := causes.of_failure(exercise):
        return Undefined(reason=f"{said}. {why}")
    for near in _near(exercise, definitions, causes, set(catalog.exercise_ids)):
        return Undefined(reason=f"{said}. Is {near} meant to be it?")
    if why := causes.of_absence(exercise):
        return Undefined(reason=f"{said}. {why}")
    if own and not any(cell.source.strip() for file in own for cell in file.cells):
        return Undefined(reason=f"{said}: {own[0].path} is empty.")
    siblings = {one.id for one in chapter.exercise}
    if own or any(one.name in siblings for one in definitions):
        return Undefined(reason=f"{said}.")
    return Absent()


def _near(exercise: str, definitions: Iterable[Definition], causes: Causes, known: set[str]) -> list[str]:
    """A function whose name is nearly the right one, and nobody else's."""
    names = {one.name for one in definitions if one.callable} | causes.names()
    likely = sorted(name for name in names - known if abs(len(name) - len(exercise)) <= len(exercise) // 2)
    return get_close_matches(exercise, likely[:_MAX_NAMES], n=1, cutoff=_LIKENESS)
