"""What a worker can see of the kit, and of a course."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import grimp
import pytest

from grader.inside.commands import Equipment
from grader.sandbox import paths
from grader.sandbox.paths import readable, visible
from tests.support import COURSE, ROOT

INSIDE = "grader.inside"
# Started by name, or found by the name of a course's subject.
BEGINNINGS = (f"{INSIDE}.worker", f"{INSIDE}.subjects", f"{INSIDE}.probes")


def is_within(module: str, package: str) -> bool:
    """Is a module a package, or a part of it?"""
    return f"{module}.".startswith(f"{package}.")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """All imports of the kit."""
    return grimp.build_graph("grader", cache_dir=None)


def imported_by_probes() -> Iterator[str]:
    """The modules of the kit that the course's files import beside a submission."""
    for file in sorted(Path(COURSE.equipment.probes).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{'.' * node.level}{node.module or ''}"]
            yield from (name for name in names if is_within(name, "grader") or name.startswith("."))


def test_a_worker_imports_what_lies_inside_and_nothing_else(graph: grimp.ImportGraph) -> None:
    """Of the kit, all that its process may import is in one folder, so that nothing else has to be shown to it."""
    inside = {module for module in graph.modules if is_within(module, INSIDE)}
    assert inside
    needed = set().union(*(graph.find_upstream_modules(module) for module in inside))
    assert needed - inside <= {"grader"}
    of_probes = set(imported_by_probes())
    assert of_probes
    assert of_probes <= inside


def test_nothing_lies_inside_without_need(graph: grimp.ImportGraph) -> None:
    """What a worker does not import is not shown to it."""
    inside = {module for module in graph.modules if is_within(module, INSIDE)}
    begun = {module for module in inside if any(is_within(module, one) for one in BEGINNINGS)} | {*imported_by_probes()}
    needed = begun.union(*(graph.find_upstream_modules(module) for module in begun))
    # A package comes with its modules.
    assert {module for module in inside if not graph.find_children(module)} <= needed


def a_course(folder: Path) -> Equipment:
    """The equipment of a course in a folder, which has solutions as well."""
    for name in ("probes", "solutions"):
        (folder / name).mkdir(parents=True)
    return Equipment(subject="python", probes=str(folder / "probes"))


def shown_of(folder: Path, equipment: Equipment) -> set[Path]:
    """What is shown of a folder, but for an environment of Python's that lies there."""
    shown = {Path(path) for path in visible(equipment)}
    return {path for path in shown if path.is_relative_to(folder) and not path.is_relative_to(sys.prefix)}


def test_a_worker_sees_what_it_may_import_and_nothing_else(tmp_path: Path) -> None:
    """Of the kit its inside, and of the course its probes, wherever that is; of no other course anything."""
    of_package = {ROOT / "grader" / "__init__.py", ROOT / "grader" / "inside"}
    assert shown_of(ROOT, COURSE.equipment) == {*of_package, ROOT / "probes"}
    other = a_course(tmp_path / "course")
    assert shown_of(ROOT, other) == of_package
    assert shown_of(tmp_path, other) == {tmp_path / "course" / "probes"}


def test_less_is_readable_than_is_there_at_the_start() -> None:
    """A worker has imported all of the kit when it gives up what it may not do: from then on it reads none of it."""
    assert set(readable(COURSE.equipment)) < set(visible(COURSE.equipment))
    kept = {Path(path) for path in readable(COURSE.equipment)}
    assert not [path for path in kept if path.is_relative_to(ROOT) and not path.is_relative_to(sys.prefix)]


@pytest.mark.parametrize("shown", [readable, visible])
def test_no_folder_that_holds_solutions_is_ever_shown(
    shown: Callable[[Equipment], tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the kit's own nor the course's, though libraries lie in it, or a link leads to it."""
    equipment = a_course(tmp_path / "real" / "course")
    links = [tmp_path / "link", tmp_path / "to the kit"]
    for link, target in zip(links, (tmp_path / "real", ROOT), strict=True):
        link.symlink_to(target)
    holders = [tmp_path, tmp_path / "real", tmp_path / "real" / "course", ROOT.parent, ROOT, *links]
    monkeypatch.setattr(paths, "_SYSTEM", (*paths._SYSTEM, *map(str, holders)))
    monkeypatch.setattr(paths, "_PROGRAMS", (*paths._PROGRAMS, *map(str, holders)))
    found = {Path(path).resolve() for path in shown(equipment)}
    for course in (tmp_path / "real" / "course", COURSE.folder):
        assert not [path for path in found if (course / "solutions").is_relative_to(path)]
    assert not {Path(path) for path in shown(equipment)} & set(links)
