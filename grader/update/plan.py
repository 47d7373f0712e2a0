"""The changes that an update makes in a student's folder, file by file, decided before any is made. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grader.errors import UsageError
from grader.inside.said import Listed, Said, say
from grader.submission.student import STUDENT_FILE
from grader.update.incoming import Incoming
from grader.update.manifest import LESSONS, MANIFEST, OWN_FOLDER, Manifest, sha256
from grader.update.notebook import merge_notebooks
from grader.update.script import merge_scripts


@dataclass(frozen=True, slots=True)
class Changes:
    """The files that are written, in this order, and removed; `told` says so to the student.

    The last to be written is the manifest, where there is another one: while it is the old one, the update is not done.
    `saved` are files with something of the student's in them, as they are before.
    """

    writes: dict[str, bytes] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    saved: dict[str, bytes] = field(default_factory=dict)
    told: list[Said] = field(default_factory=list)


def paths_of(old: Manifest, new: Incoming) -> Iterable[str]:
    """The files of a folder that an update looks at."""
    return {MANIFEST, *old.files, *new.files}


def plan_update(old: Manifest, mine: Mapping[str, bytes], new: Incoming) -> Changes:
    """The update of a folder with these files from its old handout to a new one.

    Raises `UsageError` where that cannot be decided.
    """
    if old.name != new.manifest.name:
        raise UsageError(say("update.other_name", mine=old.name, new=new.manifest.name))
    planner = _Planner(old, mine, new)
    for path in sorted(new.files, key=_in_turn):
        planner.come(path)
    for path in old.files:
        if path in mine and path not in new.files:
            planner.go(path)
    return planner.plan


def _in_turn(path: str) -> tuple[bool, bool, str, bool]:
    """Lessons come first, each with its copy behind it. The manifest is last: until then an update is not done."""
    lesson = path.removeprefix(OWN_FOLDER)
    return path == MANIFEST, not lesson.startswith(LESSONS), lesson, path != lesson


class _Planner:
    def __init__(self, old: Manifest, mine: Mapping[str, bytes], new: Incoming) -> None:
        self._old, self._mine, self._new = old, mine, new
        self.plan = Changes()

    def come(self, path: str) -> None:
        """A file of the new handout takes its place, or is merged with what is there."""
        data, there = self._new.files[path], self._mine.get(path)
        is_lesson = path.startswith(LESSONS)
        is_kept = path == STUDENT_FILE or self._old.files.get(path) == sha256(data)
        if there is not None and (is_kept or there == data):
            return
        if there is None or path == MANIFEST or self._is_as_handed_out(path):
            self.plan.writes[path] = data
            if is_lesson:
                self.plan.told.append(say("update.new" if there is None else "update.renewed", file=path))
        elif is_lesson:
            self._merge(path, there)
        else:
            self._replace(path, data)
            self.plan.told.append(say("update.replaced", file=path))

    def go(self, path: str) -> None:
        """A file that the new handout lacks is removed, unless there is something of the student's in it."""
        if path == STUDENT_FILE or not self._is_as_handed_out(path):
            self.plan.told.append(say("update.stays", file=path))
            return
        self.plan.removed.append(path)
        if path.startswith(LESSONS):
            self.plan.told.append(say("update.removed", file=path))

    def _is_as_handed_out(self, path: str) -> bool:
        """Git or an editor may have changed the ends of its lines."""
        data = self._mine[path]
        return self._old.files.get(path) in {sha256(data), sha256(data.replace(b"\r\n", b"\n"))}

    def _replace(self, path: str, data: bytes) -> None:
        self.plan.saved[path] = self._mine[path]
        self.plan.writes[path] = data

    def _merge(self, path: str, mine: bytes) -> None:
        merge = merge_notebooks if path.endswith(".ipynb") else merge_scripts
        base, new = self._base_of(path), self._new.files[path]
        if base == new:  # an update that was interrupted has merged it
            return
        merged = merge(path, base, mine, new)
        if merged.data != mine:
            self._replace(path, merged.data)
            if merged.kept:
                self.plan.told.append(say("update.kept", file=path, names=Listed(things=merged.kept)))
            else:
                self.plan.told.append(say("update.around", file=path))
        if merged.both:
            copy = f"{OWN_FOLDER}{path}"
            self.plan.told.append(say("update.both", file=path, names=Listed(things=merged.both), copy=copy))

    def _base_of(self, path: str) -> bytes:
        """The lesson as it was handed out; nothing where there was none."""
        if path not in self._old.files:
            return b""
        copy = f"{OWN_FOLDER}{path}"
        # After an update that was interrupted, the copy may be the new one already.
        if copy in self._mine and (self._is_as_handed_out(copy) or self._mine[copy] == self._new.files.get(copy)):
            return self._mine[copy]
        raise UsageError(say("update.no_base", file=path, copy=copy))
