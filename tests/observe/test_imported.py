"""Running a submission's files in workers that they may hang or kill."""

import threading

import pytest

from grader.errors import EnvironmentFault
from grader.inside.layers import Layer
from grader.inside.wire import Definition, Loaded, Note, Wanted
from grader.observing.worker import ImportedWorker
from grader.records import Limits
from grader.sandbox import Launcher
from grader.words import own_language
from tests.observe.conftest import source_tree
from tests.observe.test_session import Played

LIMITS = Limits(import_seconds=0.4)


def imported(launcher: Launcher, **sources: str) -> tuple[list[Definition], list[tuple[str, int | None]]]:
    """What the files define, and the places that are noted."""
    loaded, notes = loaded_from(launcher, **sources)
    return list(loaded.definitions), [(note.file, note.line) for note in notes]


def loaded_from(launcher: Launcher, **sources: str) -> tuple[Loaded, tuple[Note, ...]]:
    """What is known of the files, and the notes."""
    wanted = [Wanted(name="f"), Wanted(name="g")]
    worker = ImportedWorker(source_tree(**sources), wanted, launcher, LIMITS, threading.Event())
    try:
        _, loaded = worker.get()
        return loaded, worker.notes
    finally:
        worker.end()


def told(launcher: Launcher, source: str) -> list[str]:
    """What the notes on a file say."""
    _, notes = loaded_from(launcher, one=source)
    return [own_language().say(note.said) for note in notes]


def test_a_statement_that_kills_is_left_out(plain_launcher: Launcher) -> None:
    """What comes after it, and in other files, is there; the statement is named."""
    dies = "f = len\nimport os\nos._exit(1)\ng = len\n"
    definitions, places = imported(plain_launcher, one=dies, two="f = abs\n")
    assert [(one.name, one.file) for one in definitions] == [("f", "two.py"), ("g", "one.py")]
    assert places == [("one.py", 3)]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "f = len\nimport os\nos._exit(3)\n",
            "the statement that begins here ended by itself with exit status 3; it was left out",
        ),
        (
            "f = len\nwhile True: pass\n",
            "the statement that begins here was running when the import's 0.4 s were used up; it was left out",
        ),
        ("f = len\n1 / 0\n", "ZeroDivisionError: division by zero"),
        ("f = len\nraise KeyError\n", "KeyError"),
        ("def f(:\n", "SyntaxError: "),
        (
            "def f():\n    return 1\ndef f():\n    return 2\n",
            "f gets another meaning here; this last one is graded, not the",
        ),
    ],
)
def test_what_happened_is_told_in_words_of_ours(plain_launcher: Launcher, source: str, said: str) -> None:
    """Every sentence about a file is one that the language has."""
    [text] = told(plain_launcher, source)
    assert text.startswith(said)


def test_a_statement_that_hangs_is_left_out(plain_launcher: Launcher) -> None:
    """Waiting for ever, or computing for ever."""
    definitions, places = imported(plain_launcher, one="while True: pass\nf = len\n")
    assert [one.name for one in definitions] == ["f"]
    assert places == [("one.py", 1)]


def test_a_file_that_loses_several_statements_is_given_up(plain_launcher: Launcher) -> None:
    """Each loss costs a worker, so there are three of one file, and eight of all."""
    dies = "f = len\nimport os\n" + "os._exit(1)\n" * 5
    definitions, places = imported(plain_launcher, one=dies, two="g = len\n")
    assert [one.name for one in definitions] == ["g"]
    assert places == [("one.py", line) for line in (3, 4, 5)]
    everything, lost = imported(plain_launcher, a=dies, b=dies, c=dies, d="g = len\n")
    assert everything == []
    assert len(lost) == 8


def test_an_imported_function_is_defined_where_it_was_written(plain_launcher: Launcher) -> None:
    """Another file that imports it does not define it; torch's own under a wanted name is the file's."""
    definitions, _ = imported(
        plain_launcher, one="def f(x):\n    return x\n", two="from one import f\nfrom math import fabs as g\n"
    )
    assert [(one.name, one.file) for one in definitions] == [("f", "one.py"), ("g", "two.py")]


def test_a_function_is_where_its_name_is(plain_launcher: Launcher) -> None:
    """Also one that a decorator of another file made, or that has another name where it was written."""
    helpers = (
        "def silent(function):\n    def inner(x):\n        return function(x)\n    return inner\n"
        "def other(x):\n    return x\n"
    )
    one = "from helpers import silent, other as g\n@silent\ndef f(x):\n    return x\n"
    definitions, _ = imported(plain_launcher, helpers=helpers, one=one)
    wanted = [(definition.name, definition.file) for definition in definitions if definition.name in "fg"]
    assert sorted(wanted) == [("f", "one.py"), ("g", "one.py")]


HOSTILE = """
class Liar:
    __class__ = __code__ = __module__ = property(lambda self: exit())
    def __call__(self, x):
        return x
f, other, globals()[5], globals()["\\udc80"] = Liar(), Liar(), lambda: 0, lambda: 0
def g(x):
    return x
g.__module__ = []
del __name__
"""


def test_what_a_file_defines_is_not_asked_about_itself(plain_launcher: Launcher) -> None:
    """Objects that answer with an exception, names that are none, and a module without its own are no one's death."""
    definitions, places = imported(plain_launcher, one=HOSTILE)
    assert {one.name: (one.callable, one.kind) for one in definitions if one.name in "fg"} == {
        "f": (True, "Liar"),
        "g": (True, "function"),
    }
    assert places == []


def test_thousands_of_functions_push_out_none_that_is_wanted(plain_launcher: Launcher) -> None:
    """The list of definitions is bounded, and begins with what was asked for."""
    many = "exec('\\n'.join(f'def h{n}(): pass' for n in range(3000)))\ndef f(x):\n    return x\n"
    definitions, _ = imported(plain_launcher, one=many)
    assert definitions[0].name == "f"
    assert len(definitions) == 2000


def test_a_hang_when_output_is_flushed_is_put_down_to_its_cause(plain_launcher: Launcher) -> None:
    """Not to whatever comes next: the statement that replaced the stream is left out."""
    stream = "import sys\nclass S:\n    def flush(self):\n        while True: pass\nsys.stdout = S()\nf = len\n"
    definitions, places = imported(plain_launcher, one=stream)
    assert [one.name for one in definitions] == ["f"]
    assert places == [("one.py", 5)]


def test_reading_a_file_is_put_down_to_that_file(plain_launcher: Launcher) -> None:
    """A file that takes too long before its first statement runs is left out, and no statement of another one."""
    slow = "f = 1\n" * 400_000
    definitions, places = imported(plain_launcher, one="g = len\n", two=slow)
    assert [one.name for one in definitions] == ["g"]
    assert places == [("two.py", None)]


FORGES = """
import sys
g = 0
import threading

from grader.inside.said import say
from grader.inside.wire import Definition, Entered, Loaded, Note, Rival, write_frame
def forge(reports):
    for file, line in (("one.py", 1), ("ghost.py", 5)):
        write_frame(reports, Entered(file=file, line=line))
    made = {"line": 1, "callable": True, "kind": "function"}
    rivals = (Rival(file="0.531", reason="last"),)
    definitions = tuple(Definition(name="g", file=file, rivals=rivals, **made) for file in ("ghost.py", "one.py"))
    said = (
        say("text", text="0.531"),
        say("phrase.graph_freed"),
        say("0.531"),
        say("note.raised_bare", exception=say("text", text="0.531")),
        say("note.raised_bare", exception="KeyError", more="0.531"),
        say("note.raised", exception="KeyError"),
    )
    notes = tuple(Note(file="one.py", line=1, said=one) for one in said)
    write_frame(reports, Loaded(definitions=definitions, notes=notes))
frame = sys._getframe()
while "reports" not in frame.f_locals:
    frame = frame.f_back
forge(frame.f_locals["reports"])
"""


def test_no_file_is_believed_in_that_was_not_handed_in(plain_launcher: Launcher) -> None:
    """Whatever a worker says that it has found; nor is any sentence that a worker does not say, with other holes."""
    definitions, places = imported(plain_launcher, one=FORGES)
    assert [(one.name, one.file, one.rivals) for one in definitions] == [("g", "one.py", ())]
    assert places == []


class Gone:
    """Starts workers that end before they have run anything."""

    layers: tuple[Layer, ...] = ()

    def start(self) -> Played:
        """One of them."""
        return Played(b"", stays=False)

    def shared(self) -> "Gone":
        """They are all alike."""
        return self

    def close(self) -> None:
        """Nothing is kept running."""


def test_workers_that_never_run_are_the_machines_fault() -> None:
    """It ends, and no submission gets a zero for it."""
    with pytest.raises(EnvironmentFault, match="a worker ends before it has run anything"):
        imported(Gone(), one="f = len\n")


def test_what_raises_is_noted_and_the_rest_runs(plain_launcher: Launcher) -> None:
    """SystemExit and KeyboardInterrupt are no exception."""
    definitions, places = imported(plain_launcher, one="1 / 0\nraise SystemExit\nraise KeyboardInterrupt\nf = len\n")
    assert [one.name for one in definitions] == ["f"]
    assert places == [("one.py", 1), ("one.py", 2), ("one.py", 3)]


def test_too_long_a_list_of_definitions_is_cut_and_not_lost(plain_launcher: Launcher) -> None:
    """Names of thousands of functions are more than a report holds; what is wanted comes first, and is there."""
    many = (
        "exec('\\n'.join('def h' + '\\u4e00' * 190 + f'{n}(): pass' for n in range(2500)))\ndef f(x):\n    return x\n"
    )
    definitions, places = imported(plain_launcher, one=many, two="g = len\n")
    assert {"f", "g"} <= {one.name for one in definitions}
    assert places == []
