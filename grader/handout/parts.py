"""The parts of the kit that a handout has. Everything else stays here: what is new is not handed out by accident."""

from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError
from grader.inside.said import say
from grader.kit import HOME, own_course

_MODULES = (
    *("__init__", "__main__", "cli", "doctor", "errors", "files", "grading", "kit", "options", "pytest_plugin"),
    *("records", "retrial", "smallest", "terminal"),
)
_FOLDERS = (
    *("authoring", "course", "exam", "inside", "judging", "notebook", "observing", "report", "sandbox", "submission"),
    *("update", "words"),
)
_COMMANDS = ("__init__", "check", "doctor", "list", "notebooks", "render", "update")
# The hidden cases that many exercises share.
_SECRET = ("authoring/vectors.py",)
_SUFFIXES = (".py", ".toml", ".txt", ".html", ".css")
# What makes an environment, and what the law asks for.
_SUPPORT = ("LICENSE", "constraints.txt", "scripts/setup.sh")
STATIC = Path(__file__).parent / "files"
"""The files that are written for handouts."""
_README = "docs/students.md"


def package() -> Iterator[tuple[str, bytes]]:
    """The public part of the grader, by its path in the handout."""
    root = HOME / "grader"
    modules = [root / f"{name}.py" for name in _MODULES]
    commands = [root / "commands" / f"{name}.py" for name in _COMMANDS]
    inside = [path for name in _FOLDERS for path in sorted((root / name).rglob("*")) if path.suffix in _SUFFIXES]
    for path in (*modules, *commands, *inside):
        if path.relative_to(root).as_posix() not in _SECRET:
            yield path.relative_to(HOME).as_posix(), path.read_bytes()


def support() -> Iterator[tuple[str, bytes]]:
    """The files that the kit and a handout have in common; raises `UsageError` where the kit lies without them."""
    for source, target in (*((name, name) for name in _SUPPORT), (_README, "README.md")):
        path = own_course() / source
        if not path.exists():
            raise UsageError(say("handout.no_checkout", file=source))
        yield target, path.read_bytes()
