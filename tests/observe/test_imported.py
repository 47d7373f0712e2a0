"""Running a submission's files in workers that they may hang or kill."""

from grader.imported import ImportedWorker
from grader.model import Limits
from grader.sandbox import Launcher
from grader.wire import Definition
from tests.observe.conftest import source_tree

LIMITS = Limits(import_seconds=0.4)


def imported(launcher: Launcher, **sources: str) -> tuple[list[Definition], list[tuple[str, int | None]]]:
    """What the files define, and the places that are noted."""
    worker = ImportedWorker(source_tree(**sources), ["f", "g"], [], launcher, LIMITS)
    try:
        _, loaded = worker.get()
        return list(loaded.definitions), [(note.file, note.line) for note in worker.notes]
    finally:
        worker.end()


def test_a_statement_that_kills_is_left_out(launcher: Launcher) -> None:
    """What comes after it, and in other files, is there; the statement is named."""
    dies = "f = len\nimport os\nos._exit(1)\ng = len\n"
    definitions, places = imported(launcher, one=dies, two="f = abs\n")
    assert [(one.name, one.file) for one in definitions] == [("f", "one.py"), ("g", "one.py"), ("f", "two.py")]
    assert places == [("one.py", 3)]


def test_a_statement_that_hangs_is_left_out(launcher: Launcher) -> None:
    """Waiting for ever, or computing for ever."""
    definitions, places = imported(launcher, one="while True: pass\nf = len\n")
    assert [one.name for one in definitions] == ["f"]
    assert places == [("one.py", 1)]


def test_a_file_that_loses_several_statements_is_given_up(launcher: Launcher) -> None:
    """Each loss costs a worker, so there are three of one file, and eight of all."""
    dies = "f = len\nimport os\n" + "os._exit(1)\n" * 5
    definitions, places = imported(launcher, one=dies, two="g = len\n")
    assert [one.name for one in definitions] == ["g"]
    assert places == [("one.py", line) for line in (3, 4, 5)]
    everything, lost = imported(launcher, a=dies, b=dies, c=dies, d="g = len\n")
    assert everything == []
    assert len(lost) == 8


def test_an_imported_function_is_defined_where_it_was_written(launcher: Launcher) -> None:
    """Another file that imports it does not define it; torch's own under a wanted name is the file's."""
    definitions, _ = imported(
        launcher, one="def f(x):\n    return x\n", two="from one import f\nfrom torch import abs as g\n"
    )
    assert [(one.name, one.file) for one in definitions] == [("f", "one.py"), ("g", "two.py")]


def test_what_raises_is_noted_and_the_rest_runs(launcher: Launcher) -> None:
    """SystemExit and KeyboardInterrupt are no exception."""
    definitions, places = imported(launcher, one="1 / 0\nraise SystemExit\nraise KeyboardInterrupt\nf = len\n")
    assert [one.name for one in definitions] == ["f"]
    assert places == [("one.py", 1), ("one.py", 2), ("one.py", 3)]
