"""Which of a submission's definitions answers an exercise."""

from grader.catalog import load_catalog
from grader.model import Absent, Undefined
from grader.resolve import choices, resolve
from grader.wire import Definition, Note, SourceFile
from tests.unit.records import one_file

CATALOG = load_catalog()
CHAPTER = "ch02_first_backward"


def defined(path: str, name: str = "make_leaf", *, kind: str = "function") -> Definition:
    """A definition in a file."""
    return Definition(name=name, file=path, line=1, callable=kind == "function", kind=kind)


def found(*definitions: Definition, files: tuple[SourceFile, ...] = (), notes: tuple[Note, ...] = ()) -> object:
    """What answers make_leaf."""
    known = {file.path for file in files}
    everything = (*files, *(one_file(one.file) for one in definitions if one.file not in known))
    return resolve(definitions, "make_leaf", CATALOG, everything, notes)


def reason(*definitions: Definition, files: tuple[SourceFile, ...] = (), notes: tuple[Note, ...] = ()) -> str:
    """Why nothing answers make_leaf, although something of its chapter is there."""
    answer = found(*definitions, files=files, notes=notes)
    assert isinstance(answer, Undefined)
    return answer.reason


def test_the_chapters_own_file_wins_else_the_last() -> None:
    """Of several definitions the chapter's file has it, the outermost one; else the last."""
    own, deep = defined(f"{CHAPTER}.py"), defined(f"old/{CHAPTER}.py")
    first, last = defined("a.py"), defined("b.py")
    assert found(first, own, deep, last) == own
    assert found(deep, own) == own
    assert found(first, deep, last) == deep
    assert found(first, last) == last


def test_all_files_that_define_it_are_known() -> None:
    """A reader is told of the others, each once and in order."""
    both = [defined("a.py"), defined("b.py"), defined("a.py"), defined("c.py", "gradient")]
    assert choices(both, "make_leaf") == ("a.py", "b.py")


def test_what_is_no_function_is_told() -> None:
    """A number of the right name is no answer, even where another file has a function of that name."""
    said = "make_leaf is no function in a.py, but of type int."
    assert reason(defined("a.py", kind="int")) == said
    assert "but of a class of its own" in reason(defined("a.py", kind="function, and right"))
    assert f"{CHAPTER}.py, but of type int" in reason(defined("a.py"), defined(f"{CHAPTER}.py", kind="int"))


def test_nothing_of_a_chapter_is_absent() -> None:
    """Neither the chapter's file nor one of its functions: nothing was handed in."""
    assert found() == Absent()
    assert found(defined("a.py", "snapshot")) == Absent()
    assert reason(defined("a.py", "gradient")) == "There is no function named make_leaf."
    assert reason(files=(one_file(f"{CHAPTER}.py"),)) == "There is no function named make_leaf."
    assert reason(files=(one_file(f"sub/{CHAPTER}.ipynb"),)) == "There is no function named make_leaf."


def test_a_misspelt_name_is_suggested() -> None:
    """A function with nearly the right name may be meant; a number, or another exercise, is not."""
    other = defined("a.py", "gradient")
    assert reason(defined("a.py", "make_laef"), other).endswith("Is make_laef meant to be it?")
    assert "meant" not in reason(defined("a.py", "make_laef", kind="int"), other)
    assert "meant" not in reason(defined("a.py", "make_node"), other)
    only_gradients = resolve([defined("a.py", "gradient")], "grads_or_zeros", CATALOG, [one_file("a.py")], [])
    assert "meant" not in str(only_gradients)


def test_a_suggestion_comes_before_a_failure() -> None:
    """A misspelt name says more than an error elsewhere in the file."""
    failure = Note(file="a.py", line=3, text="SyntaxError: no", failed=True)
    text = reason(defined("a.py", "make_laef"), files=(one_file("a.py", "make_leaf"),), notes=(failure,))
    assert "make_laef" in text
    assert "SyntaxError" not in text


def test_only_a_failure_that_could_hide_a_function_is_blamed() -> None:
    """A failure in a file that names the function explains its absence; one elsewhere, or a mere note, does not."""
    failure = Note(file="a.py", line=3, text="SyntaxError: no", failed=True)
    names_it = one_file("a.py", "def make_leaf(:")
    said = "There is no function named make_leaf. Perhaps because of a.py, line 3: SyntaxError: no"
    assert reason(files=(names_it,), notes=(failure,)) == said
    assert found(files=(one_file("a.py", "import nothing"),), notes=(failure,)) == Absent()
    assert found(files=(names_it,), notes=(Note(file="a.py", line=3, text="left out"),)) == Absent()
    assert (
        found(files=(names_it, one_file("b.py")), notes=(Note(file="b.py", line=1, text="x", failed=True),)) == Absent()
    )


def test_a_file_that_could_not_be_read_may_hide_anything() -> None:
    """It has no cells, so nobody knows what it defines; its note has no line."""
    unread = SourceFile(path="a.ipynb", stem="a", cells=())
    failure = Note(file="a.ipynb", line=None, text="it is too large", failed=True)
    assert reason(files=(unread,), notes=(failure,)).endswith("Perhaps because of a.ipynb: it is too large")


def test_a_failure_in_a_cell_belongs_to_its_notebook() -> None:
    """Cells are named after their place in the notebook."""
    failure = Note(file="a.ipynb[cell 2]", line=1, text="NameError: no", failed=True)
    assert "NameError" in reason(files=(one_file("a.ipynb", "make_leaf = f"),), notes=(failure,))
