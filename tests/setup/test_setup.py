"""The set-up that `make` does on a fresh machine, with programs that only pretend to be Python."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither make nor sh")

TOOLS = ("sh", "make", "awk", "cat", "chmod", "cksum", "cp", "dirname", "mkdir", "rm", "sed")

# Answers what the set-up asks of an interpreter by itself, and hands the rest to the real one.
PYTHON = """#!/bin/sh
case "$*" in
    *_base_executable*) [ ! -e "{state}/too old" ] && echo "{bin}/python3"; exit $? ;;
    *"import venv, ensurepip"*) [ ! -e "{state}/no venv" ]; exit $? ;;
    "-m venv .venv") mkdir -p .venv/bin; cp "{state}/venv-python" .venv/bin/python; exit ;;
esac
exec "{real}" "$@"
"""
VENV_PYTHON = """#!/bin/sh
if [ "$1 $2" != "-m pip" ]; then exec "{real}" "$@"; fi
echo "$@" >>"{state}/pip.log"
if [ -e "{state}/pip hangs" ]; then
    echo started >"{state}/started"
    exec cat "{state}/pip hangs" # not a child, which a signal that arrives while it is forked would miss
fi
if [ -e "{state}/pip fails" ]; then echo "no route to the index"; exit 1; fi
cp "{state}/grader" .venv/bin/grader
"""
GRADER = """#!/bin/sh
echo "$@" >>"{state}/grader.log"
echo '{{"schema": "the report"}}'
exit "$(cat "{state}/exit code")"
"""


@dataclass(frozen=True)
class Machine:
    """A copy of the kit's set-up, a PATH with nothing but a few tools and a pretended Python, and its switches."""

    kit: Path
    state: Path
    bin: Path

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the kit's folder, as on a machine with nothing else installed."""
        return subprocess.run(
            command,
            cwd=self.kit,
            env={"PATH": str(self.bin), "HOME": str(self.state), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def set_up(self, kind: str = "run", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the set-up."""
        return self.run("sh", "scripts/setup.sh", kind, **environment)

    def switch(self, name: str, *, on: bool) -> None:
        """Let something go wrong, or right again."""
        if on:
            (self.state / name).touch()
        else:
            (self.state / name).unlink()

    @property
    def pip_calls(self) -> list[str]:
        """How pip was called so far."""
        log = self.state / "pip.log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture(params=["kit", "a kit, with spaces"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    """A fresh machine; the kit lies in a folder with and without spaces."""
    one = Machine(kit=tmp_path / request.param, state=tmp_path / "the state", bin=tmp_path / "bin")
    for folder in (one.kit, one.state, one.bin):
        folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, one.kit)
    shutil.copytree(ROOT / "scripts", one.kit / "scripts")
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is needed"
        (one.bin / tool).symlink_to(found)
    names = {"bin": one.bin, "state": one.state, "real": sys.executable}
    programs = ((one.bin / "python3", PYTHON), (one.state / "venv-python", VENV_PYTHON), (one.state / "grader", GRADER))
    for path, text in programs:
        path.write_text(text.format(**names))
        path.chmod(0o755)
    (one.state / "exit code").write_text("0")
    return one


def test_a_fresh_machine_is_set_up(machine: Machine) -> None:
    """Without .venv it is made with the locked versions; everything that is said goes to stderr."""
    completed = machine.set_up()
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout == ""
    assert "Setting up" in completed.stderr
    assert machine.pip_calls == ["-m pip install --quiet -c constraints.txt -e ."]


def test_a_second_call_does_nothing(machine: Machine) -> None:
    """Once set up, pip is not called again and nothing is said."""
    machine.set_up()
    calls = machine.pip_calls
    completed = machine.set_up()
    assert (completed.returncode, completed.stdout, completed.stderr) == (0, "", "")
    assert machine.pip_calls == calls


def test_tools_for_tests_are_added_once(machine: Machine) -> None:
    """`dev` adds to what `run` made, and then both are ready."""
    machine.set_up("run")
    assert machine.set_up("dev").returncode == 0
    assert machine.pip_calls[-1].endswith("-e .[dev]")
    calls = machine.pip_calls
    machine.set_up("run")
    machine.set_up("dev")
    assert machine.pip_calls == calls


def test_other_versions_mean_a_new_environment(machine: Machine) -> None:
    """When the locked versions change, .venv is made anew; other sections of pyproject.toml do not matter."""
    machine.set_up()
    with (machine.kit / "pyproject.toml").open("a") as file:
        file.write("\n[tool.other]\nkey = 1\n")
    machine.set_up()
    assert len(machine.pip_calls) == 1
    with (machine.kit / "constraints.txt").open("a") as file:
        file.write("another==1\n")
    machine.set_up()
    assert len(machine.pip_calls) == 2


def test_a_moved_folder_means_a_new_environment(machine: Machine) -> None:
    """Scripts in .venv hold its path, so a moved kit is set up again."""
    machine.set_up()
    moved = Machine(machine.kit.rename(machine.kit.with_name("moved")), machine.state, machine.bin)
    moved.set_up()
    assert len(moved.pip_calls) == 2


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ("too old", "no Python 3.11 or newer was found"),
        ("no venv", "-venv"),
        ("pip fails", "check the network and the free disk space"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_the_next_call_repairs_it(machine: Machine, switch: str, said: str) -> None:
    """A too old Python, no venv module, a failed download: what to do is said, and then the same command works."""
    machine.switch(switch, on=True)
    completed = machine.run("make", "check")
    assert completed.returncode != 0
    assert completed.stdout == ""
    assert "Set-up failed: " in completed.stderr
    assert said in completed.stderr
    machine.switch(switch, on=False)
    repaired = machine.run("make", "check")
    assert repaired.returncode == 0, repaired.stderr
    assert "the report" in repaired.stdout


def test_no_python_at_all_is_a_sentence(machine: Machine) -> None:
    """Without any Python the message names what was looked for, and how to name one's own."""
    (machine.bin / "python3").unlink()
    completed = machine.set_up()
    assert completed.returncode != 0
    assert "install one, or name yours" in completed.stderr


def test_a_named_python_is_used(machine: Machine) -> None:
    """PYTHON chooses the interpreter."""
    (machine.bin / "python3").rename(machine.state / "mine")
    text = (machine.state / "mine").read_text().replace(f"{machine.bin}/python3", f"{machine.state}/mine")
    (machine.state / "mine").write_text(text)
    assert machine.set_up(PYTHON=str(machine.state / "mine")).returncode == 0


def test_an_interrupted_set_up_is_repaired_by_the_next_call(machine: Machine) -> None:
    """Ctrl-C in the middle of pip: a sentence, nothing that looks finished, and the same command works afterwards."""
    for name in ("pip hangs", "started"):
        os.mkfifo(machine.state / name)
    process = subprocess.Popen(
        ["sh", "scripts/setup.sh", "run"],
        cwd=machine.kit,
        env={"PATH": str(machine.bin)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests themselves run in the background of a shell, SIGINT is ignored, and a shell cannot trap that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # one call, no lock
    )
    assert (machine.state / "started").read_text() == "started\n"  # waits until pip runs
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode != 0
    assert stdout == ""
    assert "it was interrupted; run the same command again" in stderr
    (machine.state / "pip hangs").unlink()
    assert machine.set_up().returncode == 0
    assert machine.set_up().stderr == ""


def test_failing_to_add_tools_leaves_grading_ready(machine: Machine) -> None:
    """A failed download of the tools for tests does not spoil `make check`."""
    machine.set_up("run")
    machine.switch("pip fails", on=True)
    assert machine.set_up("dev").returncode != 0
    assert machine.set_up("run").returncode == 0


def test_the_index_of_torch_can_be_chosen(machine: Machine) -> None:
    """TORCH_INDEX is where torch alone comes from, before everything else."""
    machine.set_up(TORCH_INDEX="file:///wheels")
    first, second = machine.pip_calls
    assert "--no-deps --index-url file:///wheels torch" in first
    assert "file:///wheels" not in second


@pytest.mark.parametrize(("code", "ends"), [("0", 0), ("1", 0), ("2", 2), ("3", 2)])
def test_make_check_ends_with_0_whenever_there_is_a_report(machine: Machine, code: str, ends: int) -> None:
    """Below full marks is no failure of `make check`; wrong usage and our own fault are (make says 2 for any)."""
    (machine.state / "exit code").write_text(code)
    completed = machine.run("make", "check", "ARGS=--only gradient")
    assert completed.returncode == ends
    assert completed.stdout == '{"schema": "the report"}\n'
    assert (machine.state / "grader.log").read_text() == "check --only gradient\n"


def test_make_batch_hands_on_its_folders(machine: Machine) -> None:
    """SUBMISSIONS and OUT may hold spaces."""
    machine.run("make", "batch", "SUBMISSIONS=my class", "OUT=my results")
    assert (machine.state / "grader.log").read_text() == "batch my class --out my results\n"


def test_make_alone_lists_the_targets(machine: Machine) -> None:
    """Each target has a line, and listing them sets nothing up."""
    completed = machine.run("make")
    listed = {line.split()[1] for line in completed.stdout.splitlines()}
    assert listed == {"help", "check", "batch", "handout", "notebooks", "test", "lint", "audit", "bench", "clean"}
    assert not (machine.kit / ".venv").exists()
