"""A course: the content of one folder, read on first need.

Stubs, checks, probes and the catalog are public. All that lies under `solutions/` is secret. Once the checks or the
solutions are read, this process holds secrets: no worker may be forked from it any more.
"""

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import cast

from msgspec.structs import replace

from grader.authoring import CaseSet, Check
from grader.course.catalog import Catalog, read_catalog
from grader.course.loading import load_cases, load_file
from grader.course.misconceptions import Misconception, read_misconceptions
from grader.course.phrasebook import Phrasebook, read_phrasebook
from grader.errors import ExerciseError, UsageError
from grader.inside.commands import Equipment
from grader.inside.probes import Probes
from grader.inside.said import say
from grader.inside.subject import Subject, find_subject, is_subject
from grader.inside.values import FunctionSpec, Value
from grader.records import Question
from grader.words import Language, own_language
from grader.words.language import ENGLISH, Unsayable, read_sentences

_CATALOG = "catalog.toml"
_PHRASEBOOK = "phrasebook.toml"
EXAM_FILE = "exam.bin"
# Whatever decides what a report says, but for the stubs.
_CONTENT = (_CATALOG, _PHRASEBOOK, "checks/*.py", "checks/*.toml", "probes/*.py", "solutions/**/*.py")


# Without `eq`: a course is itself, however many folders look alike.
@dataclass(frozen=True, eq=False)
class Course:
    """The content of a folder. `catalog` lists all of it, whatever is selected for an exam."""

    folder: Path
    catalog: Catalog

    @classmethod
    def open(cls, folder: Path) -> "Course":
        """The course in a folder; raises `UsageError` where there is none, `ExerciseError` for a wrong catalog."""
        if not (folder / _CATALOG).is_file():
            raise UsageError(say("usage.no_course", folder=str(folder), catalog=str(_CATALOG)))
        course = cls(folder.resolve(), read_catalog(folder / _CATALOG))
        course._require_subject()
        return course

    # ------------------------------------------------------------ public

    @property
    def stubs(self) -> Path:
        """The folder of lessons and stubs."""
        return self.folder / "exercises"

    @property
    def exam_file(self) -> Path:
        """The recorded exam that a handout has in the place of the solutions."""
        return self.folder / EXAM_FILE

    @functools.cached_property
    def phrasebook(self) -> Phrasebook:
        """The errors of the course's library in plain words."""
        return read_phrasebook(self.folder / _PHRASEBOOK)

    @functools.cached_property
    def language(self) -> Language:
        """English, with what the checks and the phrasebook of the course can say."""
        sentences = self.folder / "checks" / f"{ENGLISH}.toml"
        phrases = {f"phrase.{one.id}": one.says for one in self.phrasebook.phrase}
        phrases |= {f"ask_phrase.{one.id}": one.asks for one in self.phrasebook.phrase}
        try:
            own = read_sentences(sentences) if sentences.exists() else {}
        except Unsayable as error:
            raise ExerciseError(say("author.bad_file", name=sentences.name, error=str(error))) from error
        return own_language().with_more({**own, **phrases})

    @functools.cached_property
    def probes(self) -> Probes:
        """The code that runs beside a submission, and the families of functions that questions name."""
        return Probes(self.folder / "probes")

    @functools.cached_property
    def subject(self) -> Subject:
        """The subject of the course; to ask for it imports the subject's library."""
        return find_subject(self.catalog.subject)

    @property
    def equipment(self) -> Equipment:
        """The things of the course that workers need."""
        return Equipment(subject=self.catalog.subject, probes=str(self.folder / "probes"))

    @functools.cached_property
    def checks(self) -> tuple[Check, ...]:
        """The checks of all exercises, in the order of the catalog."""
        by_exercise: dict[str, list[Check]] = {exercise: [] for exercise in self.catalog.exercise_ids}
        for check in (check for checks in self.checks_by_file.values() for check in checks):
            by_exercise.get(check.cases.exercise, []).append(check)
        return tuple(check for checks in by_exercise.values() for check in checks)

    @functools.cached_property
    def checks_by_file(self) -> Mapping[Path, Sequence[Check]]:
        """The checks of each file, in its order."""
        found: dict[Path, Sequence[Check]] = {}
        for chapter in self.catalog.chapter:
            public: tuple[CaseSet, ...] = ()
            for file in self.check_files(chapter.id):
                sets = load_cases(file, public)
                found[file] = [check for cases in sets for check in cases.checks]
                if file.parent == self.folder / "checks":
                    public = sets
                    for cases in public:
                        cases.is_handed_out = True
        return found

    def is_handed_out(self, check: Check) -> bool:
        """Does a check stand in a file that students receive?"""
        return check in self._handed_out

    @functools.cached_property
    def _handed_out(self) -> frozenset[Check]:
        files = (checks for file, checks in self.checks_by_file.items() if file.parent == self.folder / "checks")
        return frozenset(check for checks in files for check in checks)

    def check_files(self, chapter: str) -> tuple[Path, ...]:
        """The claims about a chapter: the public file, and the secret one, as far as there are such files."""
        candidates = (self.folder / "checks" / f"{chapter}.py", self.folder / "solutions" / "checks" / f"{chapter}.py")
        return tuple(path for path in candidates if path.exists())

    # ------------------------------------------------------------ secret

    def reference(self, chapter: str) -> Path:
        """The reference solutions of a chapter."""
        return self.folder / "solutions" / f"{chapter}.py"

    def misconceptions_file(self, chapter: str) -> Path:
        """The wrong solutions of a chapter."""
        return self.folder / "solutions" / "misconceptions" / f"{chapter}.py"

    def oracle_file(self, chapter: str) -> Path:
        """The oracle of a chapter, which knows what is right."""
        return self.folder / "solutions" / "oracle" / f"{chapter}.py"

    def misconceptions(self, chapter: str) -> tuple[Misconception, ...]:
        """A chapter's misconceptions, as they tell of themselves; none where it has no such file."""
        path = self.misconceptions_file(chapter)
        return read_misconceptions(path) if path.exists() else ()

    def answer(self, question: Question) -> Mapping[str, Value]:
        """The expected facts, computed now; raises whatever the oracle raises."""
        oracle = self._oracle(question.exercise)
        inputs = self.subject.build_inputs(_at_the_first_call(question.inputs), self.probes.families)
        return {name: self.subject.to_value(result) for name, result in oracle(**inputs).items()}

    @functools.cached_property
    def digest(self) -> str:
        """sha256 of everything that decides what a report says."""
        digest = hashlib.sha256()
        for path in sorted(path for pattern in _CONTENT for path in self.folder.glob(pattern)):
            data = path.read_bytes()
            digest.update(f"|{path.relative_to(self.folder).as_posix()}|{len(data)}|".encode() + data)
        return digest.hexdigest()

    def _require_subject(self) -> None:
        if not is_subject(self.catalog.subject):
            raise ExerciseError(say("author.no_subject", catalog=str(_CATALOG), subject=repr(self.catalog.subject)))

    # Any: a course's own function.
    def _oracle(self, exercise: str) -> Callable[..., Mapping[str, object]]:
        path = self.oracle_file(self.catalog.chapter_of(exercise).id)
        if path not in self._oracles:
            self._oracles[path] = load_file(path)
        oracle = getattr(self._oracles[path], exercise, None)
        if oracle is None:
            raise ExerciseError(say("author.no_oracle", name=path.name, exercise=exercise))
        return cast(Callable[..., Mapping[str, object]], oracle)

    @functools.cached_property
    def _oracles(self) -> dict[Path, ModuleType]:
        """The files of the oracle that have been loaded."""
        return {}


def _at_the_first_call(inputs: tuple[tuple[str, Value], ...]) -> tuple[tuple[str, Value], ...]:
    """Inputs whose functions do not change: an oracle may call them as often as it likes."""
    return tuple(
        (name, replace(value, changes=False) if isinstance(value, FunctionSpec) else value) for name, value in inputs
    )
