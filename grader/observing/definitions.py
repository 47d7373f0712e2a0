"""Finds the definition of a submission that answers an exercise, or what is known of why none does. Pure."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from msgspec.structs import replace

from grader.course.catalog import Catalog
from grader.inside.said import Said, say
from grader.inside.values import Record, object_of
from grader.inside.wire import Definition, Rival
from grader.observing.causes import Causes
from grader.observing.traits import Trait, traits_of
from grader.records import Absent, Undefined
from grader.submission import SourceTree

# A name that is longer, or one of so many, is nobody's slip; comparing takes the product of both lengths.
_MAX_NAMES = 300
_LIKENESS = 0.75
_MAX_TRAITS = 5


class Origin(Record):
    """The file and line that an exercise's function was taken from, and what a reader should know about that.

    `traits` are the slips that its source shows, where something had to be explained.
    """

    file: str | None
    notes: tuple[Said, ...]
    line: int | None = None
    traits: tuple[Trait, ...] = ()


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
        if kind := object_of(found.kind).kind:
            return Undefined(said=(say("undefined.kind", function=exercise, file=found.file, type=kind),))
        return Undefined(said=(say("undefined.own_class", function=exercise, file=found.file),))
    if found.untouched:
        why, code = causes.of_failure(exercise)
        if said := why or causes.beside_stub(exercise):
            return Undefined(said=(say("undefined.stub_only", function=exercise), *said), code=code)
    return found


def origin_of(found: Definition | Undefined | Absent) -> Origin:
    """Where an exercise's function was found, as the report tells it; without traits."""
    if not isinstance(found, Definition):
        return Origin(file=None, notes=())
    return Origin(file=found.file, line=found.line, notes=tuple(_tell(found, rival) for rival in found.rivals))


def with_traits(origin: Origin, exercise: str, causes: Causes) -> Origin:
    """The same with the slips that the function's source shows; this parses the submission."""
    source = None if origin.file is None else causes.source_of(exercise, origin.file, origin.line)
    return origin if source is None else replace(origin, traits=traits_of(source)[:_MAX_TRAITS])


def _tell(found: Definition, rival: Rival) -> Said:
    return say(f"origin.{rival.reason}", other=rival.file, file=found.file)


def _missing(
    definitions: Sequence[Definition], exercise: str, catalog: Catalog, tree: SourceTree, causes: Causes
) -> Undefined | Absent:
    chapter = catalog.chapter_of(exercise)
    own = [file for file in tree.files if file.stem == chapter.id]
    said = say("undefined.missing", function=exercise)
    why, code = causes.of_failure(exercise)
    if why:
        return Undefined(said=(said, *why), code=code)
    for near in _near(exercise, definitions, causes, set(catalog.exercise_ids)):
        return Undefined(said=(said, say("undefined.near", near=near)))
    if why := causes.of_absence(exercise):
        return Undefined(said=(said, *why))
    if own and not any(cell.source.strip() for file in own for cell in file.cells):
        return Undefined(said=(said, say("cause.empty", file=own[0].path)))
    siblings = {one.id for one in chapter.exercise}
    if own or any(one.name in siblings for one in definitions):
        return Undefined(said=(said,))
    return Absent()


def _near(exercise: str, definitions: Iterable[Definition], causes: Causes, known: set[str]) -> list[str]:
    """A function whose name is nearly the right one, and nobody else's."""
    names = {one.name for one in definitions if one.callable} | causes.names()
    likely = sorted(name for name in names - known if abs(len(name) - len(exercise)) <= len(exercise) // 2)
    return get_close_matches(exercise, likely[:_MAX_NAMES], n=1, cutoff=_LIKENESS)
