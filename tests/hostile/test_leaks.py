"""Nothing secret is where a worker can reach it: canaries are looked for in its memory, environment and files."""

import contextlib
import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.authoring import Draw, asks, hidden
from grader.errors import EnvironmentFault
from grader.exam import LiveExam, questions_of
from grader.grading import Grader
from grader.inside.answers import Answered
from grader.inside.values import Items, TensorValue
from grader.inside.wire import Ask, Cell, Load, Loaded, SourceFile, Wanted
from grader.observing.observer import Observer
from grader.records import Limits, Visibility
from grader.sandbox import Launcher, Session, confined_launcher
from grader.sandbox.launcher import clean_environment
from grader.sandbox.namespaces import wrapped
from grader.submission import SourceTree
from tests.support import COURSE, ROOT

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="confinement is for Linux"),
]
SEED = "a-seed-that-is-a-canary"
OTHER = "canary-of-another-submission"
CHAPTER = "ch02_first_backward"


def tree(source: str) -> SourceTree:
    """A submission of one file."""
    file = SourceFile(path="mine.py", stem="mine", cells=(Cell(file="mine.py", source=source),))
    return SourceTree(name="mine", digest="0", files=(file,), notes=())


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """Workers as a batch has them; another submission has been graded, and everything secret is known on this side."""
    limits = Limits()
    with contextlib.closing(confined_launcher(limits, COURSE.equipment)) as one:
        exam = LiveExam(COURSE, SEED, ["gradient"], one, limits)
        with Grader(exam, one, limits) as grader:
            grader.grade(tree(f"NAME = '{OTHER}'\ndef gradient(f, x): return x\n"))
        for question in questions_of(exam):
            exam.expected(question)
        exam.suspects("gradient")
        yield one


def memory_of(pid: int) -> bytes:
    """What a process can write to, and may have been written to: everything but unchanged files."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if match:
                start, end = (int(number, 16) for number in match.groups())
                memory.seek(start)
                with contextlib.suppress(OSError):
                    found.append(memory.read(end - start))
    return b"".join(found)


def secrets() -> dict[str, bytes]:
    """What must not be there: texts of solutions and oracles, the seed, expected values, another submission."""
    checks = [check for check in COURSE.checks if check.cases.exercise == "gradient"]
    questions = [one for check in checks for one in check.cases.questions(SEED, COURSE.probes.families)]
    canaries = {"the seed": SEED.encode(), "another submission": OTHER.encode()}
    for number, question in enumerate(dict.fromkeys(questions)):
        expected = COURSE.answer(question)["returned"]
        if question.visibility is Visibility.HIDDEN and isinstance(expected, TensorValue) and len(expected.data) >= 16:
            canaries[f"expected value {number}"] = expected.data
    for name, path in (
        ("the solution", COURSE.reference(CHAPTER)),
        ("the oracle", COURSE.oracle_file(CHAPTER)),
        ("a misconception", COURSE.misconceptions_file(CHAPTER)),
        ("a check", COURSE.check_files(CHAPTER)[0]),
        ("what a check says", COURSE.folder / "checks" / "en.toml"),
        ("what a report says", ROOT / "grader" / "words" / "en.toml"),
        ("the catalog", COURSE.folder / "catalog.toml"),
        ("the phrasebook", COURSE.folder / "phrasebook.toml"),
    ):
        longest = max(path.read_text(encoding="utf-8").splitlines(), key=len)
        canaries[name] = longest.strip().encode()
    return canaries


def test_a_workers_memory_holds_no_secret(launcher: Launcher) -> None:
    """While it answers a hidden question, no canary is anywhere in it; its own submission's text is."""
    own = "canary-of-this-submission"
    session = Session(launcher, Limits())
    source = f"NAME = '{own}'\ndef gradient(f, x):\n    while True: pass\n"
    session.send(Load(files=tree(source).files, wanted=(Wanted(name="gradient"),), mark=session.new_mark()))
    while not isinstance(session.receive(60), Loaded):
        pass
    session.send(
        Ask(
            number=1,
            chapter=CHAPTER,
            exercise="gradient",
            file="mine.py",
            function="gradient",
            inputs=(("f", None), ("x", "canary-of-the-input")),
            mark="",
        )
    )
    pid = session._process._watched.pid  # type: ignore[attr-defined]  # the one that a launcher of Linux watches
    memory = b""
    while b"canary-of-the-input" not in memory:  # the question has arrived
        memory = memory_of(pid)
    session.end()
    assert own.encode() in memory
    assert {name: name for name, canary in secrets().items() if canary in memory} == {}


def test_the_canaries_would_be_found() -> None:
    """The same search finds all of them where they are known: in this process."""
    canaries = secrets()
    memory = memory_of(os.getpid())
    assert len(canaries) >= 6
    assert [name for name, canary in canaries.items() if canary not in memory] == []


SPY = """
import gc, os, sys

def attempt(path):
    try:
        return "listed " + " ".join(os.listdir(path)[:5])
    except OSError:
        pass
    try:
        with open(path, "rb") as file:
            return "read " + repr(file.read(100))
    except OSError as error:
        return type(error).__name__

def gradient(f, x):
    texts = [thing for thing in gc.get_objects() if isinstance(thing, (str, bytes))]
    for thing in gc.get_objects():
        if isinstance(thing, dict):
            texts += [value for value in list(thing.values()) if isinstance(value, (str, bytes))]
    return [[attempt(path) for path in x], list(os.environ.values()), sys.argv, os.getcwd(), len(texts)]
"""


def test_a_worker_reaches_no_file_of_ours(launcher: Launcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the kit, another submission, the home folder, temporary files, /etc or a process; and no variable of ours."""
    monkeypatch.setenv("CANARY", "canary-of-the-environment")
    (tmp_path / "other.py").write_text(OTHER)
    places = (
        *("/", "/tmp", "/etc", "/etc/passwd", "/home", "/root", "/proc", "/proc/self/environ", "/proc/1/environ"),
        *(
            "/proc/self/mem",
            "/sys",
            "/dev",
            "/var",
            "/run",
            str(Path.home()),
            str(tmp_path / "other.py"),
            str(tmp_path),
        ),
        *(str(ROOT), str(ROOT / "solutions"), str(COURSE.reference(CHAPTER)), str(ROOT / "grader")),
        *(str(ROOT / "grader" / "inside" / "worker" / "serve.py"), str(ROOT / "grader" / "grading.py")),
        *(str(ROOT / "checks"), str(ROOT / "probes"), str(ROOT / "catalog.toml"), str(ROOT / ".git")),
    )

    @asks("gradient")
    def cases(draw: Draw):  # type: ignore[no-untyped-def]
        yield hidden(f=None, x=list(places))

    with Observer(tree(SPY), COURSE, launcher, Limits()) as observer:
        [row] = observer.observe(cases.questions("1", COURSE.probes.families)).values()
    assert isinstance(row.observation, Answered), row
    result = dict(row.observation.facts)["returned"]
    assert isinstance(result, Items)
    attempts, environment, arguments, folder, count = result.items
    assert isinstance(attempts, Items)
    outcomes = dict(zip(places, attempts.items, strict=True))
    allowed = {"PermissionError", "FileNotFoundError", "NotADirectoryError"}
    assert {path: said for path, said in outcomes.items() if said not in allowed} == {}
    assert isinstance(environment, Items)
    assert "canary-of-the-environment" not in environment.items
    assert isinstance(arguments, Items)
    assert str(ROOT) not in " ".join(map(str, arguments.items))
    assert folder == "/"
    assert isinstance(count, int)
    assert count > 0


LIST_EVERYTHING = """
import json, os, sys
found = []
for folder, folders, files in os.walk("/"):
    folders[:] = [one for one in folders if os.path.join(folder, one) not in sys.argv[1:]]
    found += [os.path.join(folder, name) for name in files + folders]
json.dump(found, sys.stdout)
"""


def test_in_the_namespaces_there_is_nothing_to_find(tmp_path: Path) -> None:
    """Even without Landlock no name leads to a solution, a check, a submission, a home folder or another process."""
    try:
        prefix = wrapped(clean_environment(), COURSE.equipment)
    except EnvironmentFault as fault:
        pytest.skip(f"no namespaces here: {fault}")
    libraries = [str(path) for prefix in (sys.prefix, sys.base_prefix) for path in Path(prefix).glob("lib*")]
    skipped = [*libraries, "/usr", "/lib", "/lib64", "/bin", "/sbin", "/proc"]
    completed = subprocess.run(
        [*prefix, sys.executable, "-I", "-c", LIST_EVERYTHING, *skipped],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    found: list[str] = json.loads(completed.stdout)
    ours = {path for path in found if Path(path).is_relative_to(ROOT)}
    assert {str(path) for path in (ROOT / "grader" / "inside" / "worker", ROOT / "probes" / "functions.py")} <= ours
    seen = (ROOT / "grader" / "__init__.py", ROOT / "grader" / "inside", ROOT / "probes", Path(sys.prefix))
    assert [path for path in ours if not any(_on_the_way(Path(path), one) for one in seen)] == []
    secret = re.compile(
        r"solutions|/checks|oracle|misconceptions|catalog|\.git$|/exercises|/tests|engine|plugin|report"
        r"|phrasebook|grading|judging|/exam|/course|\.toml$"
    )
    assert [path for path in found if secret.search(path.removeprefix(str(ROOT)))] == []
    home = [path for path in found if Path(path).is_relative_to(Path.home())]
    python = (Path(sys.base_prefix), Path(sys.prefix), ROOT)
    assert [path for path in home if not any(_on_the_way(Path(path), one) for one in python)] == []
    assert not any(path.startswith(str(tmp_path)) for path in found)


def _on_the_way(path: Path, place: Path) -> bool:
    """Is this a place, in it, or a folder that leads to it?"""
    return path.is_relative_to(place) or place.is_relative_to(path)


def test_numbers_of_a_tensor_are_canaries() -> None:
    """An expected value is looked for by its bytes, which are those of its numbers."""
    value = TensorValue(dtype="float64", shape=(2,), data=struct.pack("<2d", 1.5, 2.5))
    assert value.elements() == (1.5, 2.5)
