"""Nothing in the caller's folder or environment, or around the submissions, changes a report or is run."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support import Json, parse_report, right_answer, run_grader

SUBMISSIONS = {
    "right.py": right_answer("gradient") + right_answer("jacobian_2xtx"),
    "wrong.py": "def gradient(f, x):\n    print('asked')\n    return x\n\ndef jacobian_2xtx(x):\n    raise KeyError\n",
}
OPTIONS = ("--seed", "5", "--only", "gradient", "--only", "jacobian_2xtx")

# Whatever of these is run leaves a trace, and ends the grader.
RUN = "import pathlib\npathlib.Path({trace!r}).touch()\nraise SystemExit('this was run')\n"
SETTINGS = "addopts = --collect-only -p evil\npython_files = *.py\n"
MODULES = ("conftest", "sitecustomize", "usercustomize", "evil", "torch", "pytest", "msgspec", "json", "click", "numpy")
ENVIRONMENT = {
    "PYTEST_ADDOPTS": "--collect-only -p evil",
    "PYTEST_PLUGINS": "evil",
    "PYTEST_THEME": "no such theme",
    "PYTEST_DEBUG": "1",
    "PY_COLORS": "1",
    "PYTHONHASHSEED": "123",
    "OMP_NUM_THREADS": "3",
    "TORCH_LOGS": "+all",
}


def put_around(folder: Path, trace: Path) -> None:
    """Fill a folder with settings and modules that pytest, Python or the grader might take for theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in MODULES:
        (folder / f"{name}.py").write_text(RUN.format(trace=str(trace)))
    (folder / "grader_plugin-1.0.dist-info").mkdir()
    (folder / "grader_plugin-1.0.dist-info" / "entry_points.txt").write_text("[pytest11]\nevil = evil\n")
    (folder / "pytest.ini").write_text(f"[pytest]\n{SETTINGS}")
    (folder / "tox.ini").write_text(f"[pytest]\n{SETTINGS}")
    (folder / "setup.cfg").write_text(f"[tool:pytest]\n{SETTINGS}")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--collect-only -p evil'\n")
    (folder / "catalog.toml").write_text("[[chapter]]\n")
    (folder / "phrasebook.toml").write_text("nonsense")


def hand_in(folder: Path) -> Path:
    """The class."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in SUBMISSIONS.items():
        (folder / name).write_text(source)
    return folder


def same_in_every_run(report: Json) -> Json:
    """A report without what tells of this run alone."""
    return {name: value for name, value in report.items() if name not in {"created", "duration_seconds"}}


def grade_class(
    folder: Path, submissions: Path, environment: Mapping[str, str] | None = None, code: int = 0
) -> Mapping[str, Json]:
    """What a batch that is started in a folder, and ends with this code, says of the class's two submissions."""
    completed = run_grader("batch", submissions, "--out", "out", *OPTIONS, cwd=folder, environment=environment)
    assert completed.returncode == code, completed.stderr
    found = {name: folder / "out" / "reports" / f"{Path(name).stem}.json" for name in SUBMISSIONS}
    return {name: same_in_every_run(parse_report(path.read_bytes())) for name, path in found.items()}


@pytest.fixture(scope="module")
def clean_class(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Json]:
    """The reports on the class, from a folder with nothing else in it."""
    folder = tmp_path_factory.mktemp("clean")
    reports = grade_class(folder, hand_in(folder / "class"))
    assert [report["points"] for report in reports.values()] == [15, 0]
    return reports


def test_a_batch_is_the_same_in_a_hostile_folder(clean_class: Mapping[str, Json], tmp_path: Path) -> None:
    """Neither the caller's folder and what is around it nor the caller's environment has a say.

    The caller is among the submissions, so each of these files is one itself, and nothing more; some are of a kind that
    nobody reads, and need review.
    """
    trace = tmp_path / "trace"
    put_around(tmp_path, trace)
    put_around(tmp_path / "class", trace)
    assert grade_class(hand_in(tmp_path / "class"), Path(), ENVIRONMENT, code=3) == clean_class
    assert not trace.exists()


def test_the_installed_command_is_run_and_no_other(tmp_path: Path) -> None:
    """`grader` is the installed one, whatever the caller's folder holds under that name, and it grades as ever.

    (`python -m grader` would be the caller's own: Python looks there first, before anything of ours runs.)
    """
    clean, hostile, trace = tmp_path / "clean", tmp_path / "hostile", tmp_path / "trace"
    hand_in(clean)
    put_around(hand_in(hostile), trace)
    (hostile / "grader").mkdir()
    for path in (hostile / "grader.py", hostile / "grader" / "__init__.py", hostile / "grader" / "cli.py"):
        path.write_text(RUN.format(trace=str(trace)))
    reports = []
    for folder, environment in ((clean, {}), (hostile, ENVIRONMENT)):
        completed = subprocess.run(
            [Path(sys.executable).with_name("grader"), "check", "wrong.py", *OPTIONS],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert completed.returncode == 1, completed.stderr
        reports.append(same_in_every_run(parse_report(completed.stdout)))
    assert reports[0] == reports[1]
    assert not trace.exists()


SPY = """
import os
import sys

def gradient(f, x):
    for folder in sys.path + [os.environ.get(name, "") for name in ("PYTHONPATH", "HOME", "PWD")] + {folders!r}:
        for place, _, names in os.walk(folder):
            if "right.py" in names or "canary.txt" in names:
                return open(os.path.join(place, names[0])).read()
    return None
"""


def test_no_worker_sees_the_callers_folder(tmp_path: Path) -> None:
    """Not where the caller is, not what PYTHONPATH says, not the class, and not the reports on those before."""
    hand_in(tmp_path / "class")
    (tmp_path / "canary.txt").write_text("canary")
    folders = [str(tmp_path), str(tmp_path / "class"), str(tmp_path / "out" / "reports")]
    (tmp_path / "class" / "spy.py").write_text(SPY.format(folders=folders))
    environment = {"PYTHONPATH": os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(tmp_path), "."])}
    completed = run_grader("batch", "class", "--out", "out", *OPTIONS, cwd=tmp_path, environment=environment)
    assert completed.returncode == 0, completed.stderr
    report = parse_report((tmp_path / "out" / "reports" / "spy.json").read_bytes())
    [gradient] = [one for one in report["exercises"] if one["id"] == "gradient"]
    [numbers] = [one for one in gradient["checks"] if not one["witnessed"]]
    assert numbers["verdict"] == "failed"
    assert "it is None" in numbers["rationale"]
