"""Which of a submission's definitions answers an exercise, and what to say where none does. Pure."""

from collections.abc import Sequence
from difflib import get_close_matches

from grader.catalog import Catalog
from grader.model import Absent, Record, Undefined, object_reason
from grader.wire import Definition, Note, SourceFile


class Source(Record):
    """The file that an exercise's function was taken from, and what a reader should know about that."""

    file: str | None
    notes: tuple[str, ...]


def resolve(
    definitions: Sequence[Definition],
    exercise: str,
    catalog: Catalog,
    files: Sequence[SourceFile],
    notes: Sequence[Note],
) -> Definition | Undefined | Absent:
    """The function of an exercise: the one in its chapter's own file, else the last one of that name.

    Of several files of the chapter's name, the one in the fewest folders is its own. Without a function, it is
    `Absent` when nothing of its chapter is there, and `Undefined` with a reason otherwise.
    """
    chapter = catalog.chapter_of(exercise)
    stems = {file.path: file.stem for file in files}
    named = [one for one in definitions if one.name == exercise]
    own = sorted(
        (one for one in named if stems.get(one.file) == chapter.id), key=lambda one: one.file.count("/"), reverse=True
    )
    for found in (own or named)[-1:]:
        if found.callable:
            return found
        what = object_reason(found.kind).removeprefix("an object ")
        return Undefined(reason=f"{exercise} is no function in {found.file}, but {what}.")
    handed_in = any(file.stem == chapter.id for file in files)
    siblings = {one.id for one in chapter.exercise}
    failures = [note for note in notes if note.failed and _may_hide(note, exercise, files)]
    if not handed_in and not failures and not any(one.name in siblings for one in definitions):
        return Absent()
    return Undefined(reason=_reason(exercise, definitions, failures, set(catalog.exercise_ids)))


def choices(definitions: Sequence[Definition], exercise: str) -> tuple[str, ...]:
    """The files that define an exercise's function."""
    return tuple(dict.fromkeys(one.file for one in definitions if one.name == exercise))


def _may_hide(note: Note, exercise: str, files: Sequence[SourceFile]) -> bool:
    """Could what failed be why the function is missing? Only where its file names it, or could not be read at all."""
    return any(
        note.file.startswith(file.path) and (not file.cells or any(exercise in cell.source for cell in file.cells))
        for file in files
    )


def _reason(exercise: str, definitions: Sequence[Definition], failures: Sequence[Note], known: set[str]) -> str:
    text = f"There is no function named {exercise}."
    names = sorted({one.name for one in definitions if one.callable} - known)
    for near in get_close_matches(exercise, names, n=1, cutoff=0.75):
        return f"{text} Is {near} meant to be it?"
    for failure in failures[:1]:
        place = f"{failure.file}, line {failure.line}" if failure.line else failure.file
        return f"{text} Perhaps because of {place}: {failure.text}"
    return text
