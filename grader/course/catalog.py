"""The catalog of what is graded: chapters and exercises. A chapter's id is the name of its file in every folder."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import msgspec

from grader.errors import EnvironmentFault, ExerciseError, UsageError
from grader.inside.said import say
from grader.inside.values import Record


class Exercise(Record):
    """One task. `id` is its function's name, `difficulty` 1 to 3, `docs` where to read on, `hint` a question.

    `given` are the lines that its stub begins with.
    """

    id: str
    title: str
    difficulty: int
    docs: str
    hint: str
    given: str = ""


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
    return catalog
