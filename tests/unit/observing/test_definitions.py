"""Which of a submission's definitions answers an exercise, and what is said where none does."""

import pytest

from grader.inside.said import say
from grader.inside.source.statements import raised
from grader.inside.wire import Cell, Definition, Note, Reason, Rival, SourceFile
from grader.observing.causes import Causes
from grader.observing.definitions import origin_of, resolve
from grader.records import Absent, Undefined
from grader.submission import SourceTree
from tests.support import CATALOG, COURSE
from tests.unit.records import one_file

CHAPTER = "ch02_first_backward"


def defined(path: str, name: str = "make_leaf", *, kind: str = "function", untouched: bool = False) -> Definition:
    """A definition in a file."""
    return Definition(name=name, file=path, line=1, callable=kind == "function", kind=kind, untouched=untouched)


def tree_of(*files: SourceFile, asides: tuple[Cell, ...] = ()) -> SourceTree:
    """A submission of these files."""
    return SourceTree(name="test", digest="0", files=files, notes=(), asides=asides)


def found(*definitions: Definition, tree: SourceTree | None = None, notes: tuple[Note, ...] = ()) -> object:
    """What answers make_leaf."""
    tree = tree or tree_of(*(one_file(one.file) for one in definitions))
    return resolve(definitions, "make_leaf", CATALOG, tree, Causes(tree, notes))


def reason(*definitions: Definition, tree: SourceTree | None = None, notes: tuple[Note, ...] = ()) -> str:
    """Why nothing answers make_leaf, although something of its chapter is there."""
    answer = found(*definitions, tree=tree, notes=notes)
    assert isinstance(answer, Undefined)
    return COURSE.language.text(answer.said)


def test_the_definition_that_the_worker_chose_answers() -> None:
    """A function under the exercise's name, whatever else there is."""
    mine = defined("a.py")
    assert found(defined("b.py", "gradient"), mine) == mine


def test_what_is_no_function_is_told() -> None:
    """A number of the right name is no answer."""
    said = "make_leaf is no function in a.py, but of type int."
    assert reason(defined("a.py", kind="int")) == said
    assert "but of a class of its own" in reason(defined("a.py", kind="function, and right"))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("untouched", "old/b.py has the untouched stub only; the answer in a.py was graded"),
        ("unfinished", "old/b.py still raises NotImplementedError; the answer in a.py was graded"),
        ("own_file", "the one in a.py was graded, since the chapter's own file comes first"),
        ("fewer_folders", "since the file in the fewest folders comes first"),
        ("last", "since the last file by name counts"),
        ("failed", "the definition in old/b.py came to nothing; the one in a.py was graded"),
    ],
)
def test_every_other_definition_is_told_with_the_reason(why: Reason, said: str) -> None:
    """Which file was graded, and why that one."""
    rival = Rival(file="old/b.py", reason=why)
    definition = Definition(name="f", file="a.py", line=1, callable=True, kind="function", rivals=(rival,))
    origin = origin_of(definition)
    assert origin.file == "a.py"
    [note] = map(COURSE.language.say, origin.notes)
    assert said in note
    assert "old/b.py" in note


def test_nothing_of_a_chapter_is_absent() -> None:
    """Neither the chapter's file nor one of its functions: nothing was handed in."""
    assert found() == Absent()
    assert found(defined("a.py", "snapshot")) == Absent()
    assert reason(defined("a.py", "gradient")) == "There is no function named make_leaf."
    assert reason(tree=tree_of(one_file(f"{CHAPTER}.py", "x = 1"))) == "There is no function named make_leaf."


def test_an_empty_file_is_said_to_be_empty() -> None:
    """The chapter's own file is there, and nothing is in it."""
    said = reason(tree=tree_of(one_file(f"sub/{CHAPTER}.py", "\n")))
    assert said == f"There is no function named make_leaf. sub/{CHAPTER}.py is empty."


def test_a_misspelt_name_is_suggested() -> None:
    """A function with nearly the right name may be meant, run or not; a number, or another exercise, is not."""
    other = defined("a.py", "gradient")
    assert reason(defined("a.py", "make_laef"), other).endswith("Is make_laef meant to be it?")
    never_ran = tree_of(one_file("a.py", "def make_laef():\n    pass\n"))
    assert reason(other, tree=never_ran).endswith("Is make_laef meant to be it?")
    assert "meant" not in reason(defined("a.py", "make_laef", kind="int"), other)
    assert "meant" not in reason(defined("a.py", "make_node"), other)
    tree = tree_of(one_file("a.py"))
    near = resolve([defined("a.py", "gradient")], "grads_or_zeros", CATALOG, tree, Causes(tree, ()))
    assert isinstance(near, Undefined)
    assert "meant" not in COURSE.language.text(near.said)


def test_thousands_of_near_names_are_not_all_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody misspells a name in so many ways, and comparing takes its time."""
    compared: list[int] = []

    def compare(word: str, names: list[str], **_: float) -> list[str]:
        compared.append(len(names))
        return []

    monkeypatch.setattr("grader.observing.definitions.get_close_matches", compare)
    many = [defined("a.py", f"make_leaf{number}") for number in range(2000)]
    long = [defined("a.py", "make_leaf" * 50)]
    reason(*many, *long, defined("a.py", "gradient"))
    assert compared == [300]


def failure(line: int | None, text: str = "NameError: no", file: str = "a.py") -> Note:
    """A statement that failed with an exception, or what else is said of a file."""
    exception, separator, message = text.partition(": ")
    said = raised(exception, message) if separator else say("text", text=text)
    return Note(file=file, line=line, said=said, failed=True)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import nothing\ndef make_leaf(values, scale=none):\n    return 1\n", 2),
        ("import nothing\nmake_leaf = wrap(3)\n", 2),
        ("import nothing\nif True:\n    from nowhere import make_leaf\n", 2),
        ("import nothing\nx = (make_leaf := wrap(\n    3))\n", 2),
        ("import nothing\ndef make_leaf(:\n    return 1\n", 2),
        ("import nothing\ndef make_leaf(x)\n    return [1\ny = 1\n", 2),
    ],
)
def test_the_cause_is_the_statement_that_would_have_defined_it(source: str, line: int) -> None:
    """Not the file's first failure: the one of the statement that binds the name, or of the stretch that does."""
    notes = (failure(1, "ModuleNotFoundError: no"), failure(line, "its own"))
    said = f"There is no function named make_leaf. The cause is in a.py, line {line}: its own"
    assert reason(tree=tree_of(one_file("a.py", source)), notes=notes) == said


def test_its_own_failure_says_more_than_a_near_name() -> None:
    """And a near name says more than a failure elsewhere."""
    tree = tree_of(one_file("a.py", "import nothing\ndef make_leaf(:\n    pass\ndef make_laef():\n    pass\n"))
    assert reason(tree=tree, notes=(failure(1), failure(2, "its own"))).endswith("its own")
    assert "make_laef" in reason(tree=tree, notes=(failure(1),))


def test_a_failure_elsewhere_is_no_cause() -> None:
    """Neither of another name, nor in another file, nor a mere note; but a star import could have brought it."""
    own = one_file(f"{CHAPTER}.py", "from nowhere import x\nprint('make_leaf')\n")
    said = "There is no function named make_leaf."
    assert reason(tree=tree_of(own), notes=(failure(1, file=own.path),)) == said
    assert found(tree=tree_of(one_file("a.py", "import make_leaf_tools")), notes=(failure(1),)) == Absent()
    star = one_file(f"{CHAPTER}.py", "from nowhere import *\n")
    assert "Perhaps because of" in reason(tree=tree_of(star), notes=(failure(1, file=star.path),))


def test_a_file_that_could_not_be_read_may_hide_anything() -> None:
    """It has no cells, so nobody knows what it defines; its note has no line."""
    unread = SourceFile(path="a.ipynb", stem="a", cells=())
    note = failure(None, "it is too large", "a.ipynb")
    assert reason(tree=tree_of(unread), notes=(note,)).endswith("Perhaps because of a.ipynb: it is too large")


def test_a_file_that_was_given_up_is_the_cause() -> None:
    """Its definition is fine, and never ran."""
    tree = tree_of(one_file("a.py", "while True: pass\ndef make_leaf():\n    return 1\n"))
    assert reason(tree=tree, notes=(failure(1, "it was left out"),)).endswith("it was left out")


BODY = "def make_leaf(values, scale):\n    return values\n"
INSIDE = "".join(f"    {line}\n" for line in BODY.splitlines())
STUB = 'def make_leaf(values, scale):\n    """Doc."""\n    raise NotImplementedError\n'


@pytest.mark.parametrize("with_stub", [False, True])
@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f"if __name__ == '__main__':\n{INSIDE}", "line 2 has it below `if __name__"),
        (f"if '__main__' == __name__:\n    if True:\n    {INSIDE.replace('    ', '        ')}", "has it below"),
        (f"class Answers:\n{INSIDE}", "line 2 has it inside a class"),
        (f"def outer():\n{INSIDE}", "line 2 has it inside another function"),
    ],
)
def test_a_definition_that_cannot_be_called_is_told(source: str, said: str, with_stub: bool) -> None:
    """Where it stands, and what to do; also where an untouched stub stands where it belongs."""
    text = source + STUB if with_stub else source
    definitions = [defined("a.py", untouched=True)] if with_stub else []
    assert said in reason(*definitions, tree=tree_of(one_file("a.py", text)))


def test_a_stub_that_cannot_be_called_is_no_answer() -> None:
    """Beside an untouched stub, another stub is nothing to tell of."""
    stub = defined("a.py", untouched=True)
    inside = "".join(f"    {line}\n" for line in STUB.splitlines())
    assert found(stub, tree=tree_of(one_file("a.py", f"{STUB}class A:\n{inside}"))) == stub
    assert found(stub, tree=tree_of(one_file("a.py", STUB + "# def make_leaf(x): return x\n"))) == stub


def test_cells_that_do_not_run_are_told() -> None:
    """A text cell that holds the function, a cell in another language, and a comment."""
    notebook = SourceFile(path="a.ipynb", stem=CHAPTER, cells=(Cell(file="a.ipynb[cell 1]", source="x = 1"),))
    aside = Cell(file="a.ipynb[text cell 2]", source=f"```\n{BODY}```")
    assert "a.ipynb[text cell 2], line 2 has it in a cell that is no code cell" in reason(
        tree=tree_of(notebook, asides=(aside,))
    )
    bash = SourceFile(
        path="a.ipynb", stem="a", cells=(Cell(file="a.ipynb[cell 1]", source=f"%%writefile a.py\n{BODY}"),)
    )
    assert "a.ipynb[cell 1], line 2 has it in a cell whose first line" in reason(tree=tree_of(bash))
    assert "line 1 has it in a comment" in reason(tree=tree_of(one_file("a.py", "# def make_leaf(x): return x\n")))


def test_a_deleted_function_is_told() -> None:
    """It was there, until somebody took it away."""
    assert "It is deleted in a.py, line 3." in reason(tree=tree_of(one_file("a.py", f"{BODY}del make_leaf\n")))
