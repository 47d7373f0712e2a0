"""The catalog of what is graded: chapters and exercises. A chapter's id is the name of its file in every folder."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import msgspec

from grader.errors import EnvironmentFault, ExerciseError, UsageError
from grader.inside.said import Listed, say
from grader.inside.values import Record


class Exercise(Record):
    """One task. `id` is its function's name, `difficulty` 1 to 3, `docs` where to read on, `hint` a question.

    `given` are the lines that its stub begins with, `after` the exercises that it builds on.
    """

    id: str
    title: str
    difficulty: int
    docs: str
    hint: str
    given: str = ""
    after: tuple[str, ...] = ()


class Chapter(Record):
    """A lesson with several exercises; `id` is its file's name."""

    id: str
    title: str
    exercise: tuple[Exercise, ...]


class Catalog(Record):
    """All chapters in their order, and the subject that they are about (see `grader.inside.subject`)."""

    subject: str
    chapter: tuple[Chapter, ...]

    def chapter_of(self, exercise: str) -> Chapter:
        """The chapter of an exercise; raises `ExerciseError` where no chapter lists it."""
        return self._found(exercise)[0]

    def exercise(self, exercise: str) -> Exercise:
        """The exercise with this id; raises `ExerciseError` where no chapter lists it."""
        return self._found(exercise)[1]

    def _found(self, exercise: str) -> tuple[Chapter, Exercise]:
        for chapter in self.chapter:
            for one in chapter.exercise:
                if one.id == exercise:
                    return chapter, one
        raise ExerciseError(say("author.not_listed", exercise=repr(exercise)))

    @property
    def exercise_ids(self) -> tuple[str, ...]:
        """All exercises in their order."""
        return tuple(one.id for chapter in self.chapter for one in chapter.exercise)

    def next_step(self, done: Collection[str]) -> Exercise | None:
        """The exercise to go on with: the easiest of those whose ground is laid, the first of several; None at the end.

        An exercise that is not in this catalog, because only a part is selected, is taken for done.
        """
        left = [one for chapter in self.chapter for one in chapter.exercise if one.id not in done]
        missing = {one.id for one in left}
        ready = [one for one in left if missing.isdisjoint(one.after)]
        return min(ready, key=lambda one: one.difficulty, default=None)

    def select(self, names: Iterable[str]) -> "Catalog":
        """Only the exercises that are named, as `ids_of` reads the names; everything when none is named."""
        wanted = set(self.ids_of(names))
        if not wanted:
            return self
        chapters = []
        for chapter in self.chapter:
            kept = tuple(one for one in chapter.exercise if chapter.id in wanted or one.id in wanted)
            if kept:
                chapters.append(msgspec.structs.replace(chapter, exercise=kept))
        return msgspec.structs.replace(self, chapter=tuple(chapters))

    def knows(self, name: str) -> bool:
        """Does this name an exercise, or a chapter as `ids_of` reads it?"""
        try:
            return bool(self.ids_of([name]))
        except UsageError:
            return False

    def ids_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The ids of the exercises and chapters that are named; a chapter's may end at any underscore, as in `ch02`.

        Raises `UsageError` for a name that is unknown, with the nearest one, or that fits several chapters.
        """
        return tuple(dict.fromkeys(map(self._id_of, names)))

    def _id_of(self, name: str) -> str:
        chapters = [chapter.id for chapter in self.chapter]
        if name in {*self.exercise_ids, *chapters}:
            return name
        begun = [chapter for chapter in chapters if chapter.startswith(f"{name}_")]
        if len(begun) == 1:
            return begun[0]
        if begun:
            raise UsageError(say("usage.several_chapters", name=repr(name), join_begun=str(", ".join(begun))))
        known = {*self.exercise_ids, *chapters, *(chapter.partition("_")[0] for chapter in chapters)}
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.4)
        if near:
            raise UsageError(say("usage.no_exercise_near", name=repr(name), near=repr(near[0])))
        raise UsageError(say("usage.no_exercise", name=repr(name)))


def read_catalog(path: Path) -> Catalog:
    """Read a `catalog.toml`; raises `ExerciseError` when it contradicts itself."""
    try:
        catalog = msgspec.toml.decode(path.read_bytes(), type=Catalog)
    except OSError as error:
        raise EnvironmentFault(say("fault.unreadable", path=str(path), strerror=str(error.strerror))) from error
    except (ValueError, msgspec.MsgspecError) as error:  # a file may be in any encoding
        raise ExerciseError(say("author.bad_file", name=path.name, error=str(error))) from error
    if len(set(catalog.exercise_ids)) < len(catalog.exercise_ids):
        raise ExerciseError(say("author.listed_twice", name=path.name))
    _require_an_order(catalog, path.name)
    return catalog


def _require_an_order(catalog: Catalog, name: str) -> None:
    """The exercises that another one builds on are listed, and can be solved before it."""
    after = {one.id: one.after for chapter in catalog.chapter for one in chapter.exercise}
    for unknown in sorted({before for several in after.values() for before in several} - after.keys()):
        raise ExerciseError(say("author.after_unknown", name=name, exercise=unknown))
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        circle = Listed(things=tuple(error.args[1]))
        raise ExerciseError(say("author.after_itself", name=name, circle=circle)) from error
