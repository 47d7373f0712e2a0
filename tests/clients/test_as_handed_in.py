"""Each classroom from end to end: what `grader export` writes is set up, a student hands in, and the client reads.

The environment of a bundle is this one: nothing is installed. All else runs as it does there: the scripts and the steps
of the workflows that were written, in folders as the client has them.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.clients import actions, classroom50, exercism, gitlab, gradescope, legacy_reporter, prairielearn
from tests.clients.seen import Json, Seen
from tests.support import CLASSROOM50, graded, grader_program, misconception, parse_report, right_answer, run_grader

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sh")

ANSWERS = (
    right_answer("jacobian_2xtx"),
    misconception("gradient", "returns_value"),
    "def make_leaf(values, scale):\n    raise ValueError('::error::no\\n##[error]no')\n",
)


@dataclass(frozen=True)
class Exported:
    """The folder that an export has written, and a folder beside it for what a client does."""

    folder: Path
    around: Path

    def run(
        self, *command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program as a client does."""
        return subprocess.run(
            list(map(str, command)),
            cwd=cwd,
            env={**os.environ, "GRADER_ONLY": "", **(environment or {})},
            capture_output=True,
            check=False,
            timeout=300,
        )


def exported(classroom: str, folder: Path, *options: str) -> Exported:
    """Write what a classroom needs for one chapter."""
    made = run_grader("export", classroom, "--out", "written", "--only", "ch02", *options, cwd=folder)
    assert made.returncode == 0, made.stderr
    return Exported(folder / "written", folder)


def installed(kit: Path) -> None:
    """Let a kit or a handout have an environment, whose `grader` runs its own code."""
    grader_program(kit / ".venv" / "bin", kit)
    (kit / "scripts" / "setup.sh").write_text("exit 0\n")


def solved(lesson: Path) -> Path:
    """Write the answers into a lesson, below its stubs."""
    lesson.write_text("\n\n".join([lesson.read_text(encoding="utf-8"), *ANSWERS]), encoding="utf-8")
    return lesson


def handed_in(folder: Path) -> Path:
    """A student's file of the chapter."""
    folder.mkdir(parents=True)
    (folder / "ch02_first_backward.py").write_text("\n\n".join(ANSWERS), encoding="utf-8")
    return folder


def agree(seen: Seen, report: Json, raised: frozenset[str] = frozenset()) -> None:
    """The client shows the points of the report, and refuses nothing; `raised` is what it tells as errors."""
    assert seen.refusals == ()
    assert {message for message in seen.ours if message} == raised
    assert (seen.points, seen.max_points) == (report["points"], report["max_points"])
    assert 0 < report["points"] < report["max_points"]


def rationales(report: Json, verdict: str) -> frozenset[str]:
    """The reasons of all checks that ended so."""
    checks = [check for exercise in report["exercises"] for check in exercise["checks"]]
    return frozenset(check["rationale"] for check in checks if check["verdict"] == verdict)


def teachers_report(folder: Path, cwd: Path) -> Json:
    """What the teacher's own run says; no answer here depends on the seed."""
    return graded(run_grader("check", folder, "--only", "ch02", cwd=cwd))


# Any: YAML.
def step(workflow: Path, name: str) -> Json:
    """A step of a workflow or an action, by its id or its name."""
    content = YAML(typ="safe").load(workflow)
    steps = content["runs"]["steps"] if "runs" in content else next(iter(content["jobs"].values()))["steps"]
    found: Json = next(one for one in steps if name in (one.get("id"), one.get("name")))
    return found


# ---------------------------------------------------------------- graded on servers, with all checks


def test_gradescope_and_codio(tmp_path: Path) -> None:
    """As in a container: the zip file in source/, a submission, and results.json in the end."""
    bundle = exported("gradescope", tmp_path)
    assert gradescope.refusals_of_package((tmp_path / "written.zip").read_bytes()) == ()
    root = tmp_path / "autograder"
    shutil.copytree(bundle.folder, root / "source")
    installed(root / "source" / "kit")
    student = handed_in(root / "submission")
    done = bundle.run(
        "sh", root / "source" / "run_autograder", cwd=tmp_path, environment={"AUTOGRADER_ROOT": str(root)}
    )
    assert done.returncode == 0, done.stderr
    results = (root / "results" / "results.json").read_bytes()
    report = teachers_report(student, tmp_path)
    agree(gradescope.read(results), report)
    percent = -(-100 * report["points"] // report["max_points"])
    assert gradescope.read_as_codio(results).points == percent
    assert [path.name for path in (root / "results").iterdir()] == ["results.json"]


def test_gradescope_says_that_the_autograder_failed_where_nothing_was_graded(tmp_path: Path) -> None:
    """No results, not even an older one: nobody gets a zero for a kit that is broken."""
    bundle = exported("gradescope", tmp_path)
    root = tmp_path / "autograder"
    shutil.copytree(bundle.folder, root / "source")
    installed(root / "source" / "kit")
    (root / "source" / "kit" / "catalog.toml").write_text("broken = ")
    handed_in(root / "submission")
    (root / "results").mkdir()
    (root / "results" / "results.json").write_text("{}")
    done = bundle.run(
        "sh", root / "source" / "run_autograder", cwd=tmp_path, environment={"AUTOGRADER_ROOT": str(root)}
    )
    assert done.returncode != 0
    assert list((root / "results").iterdir()) == []


@pytest.fixture
def grade(tmp_path: Path) -> tuple[Exported, Path, dict[str, str]]:
    """PrairieLearn's folder with a submission, and the kit's image: a `grader` on the path."""
    bundle = exported("prairielearn", tmp_path)
    root = tmp_path / "grade"
    handed_in(root / "student")
    (root / "data").mkdir()
    (root / "data" / "data.json").write_text('{"variant_seed": 4711, "submitted_answers": {}}')
    programs = grader_program(tmp_path / "bin")
    (programs / "python3").symlink_to(sys.executable)
    question = YAML(typ="safe").load(bundle.folder / "question" / "info.json")
    of_question = question["externalGradingOptions"]["environment"]
    return bundle, root, {**of_question, "GRADE_ROOT": str(root), "PATH": f"{programs}:{os.environ['PATH']}"}


def test_prairielearn(grade: tuple[Exported, Path, dict[str, str]], tmp_path: Path) -> None:
    """The fraction is that of the points, and a variant's seed asks the same questions again."""
    bundle, root, environment = grade
    texts = []
    for _ in range(2):
        done = bundle.run("sh", bundle.folder / "image" / "entrypoint.sh", cwd=tmp_path, environment=environment)
        assert done.returncode == 0, done.stderr
        texts.append((root / "results" / "results.json").read_bytes())
    assert texts[0] == texts[1]
    report = teachers_report(root / "student", tmp_path)
    seen = prairielearn.read(texts[0])
    assert seen.refusals == ()
    assert seen.ours == ()
    assert seen.points == report["points"] / report["max_points"]
    assert sum(test.points or 0 for test in seen.tests) == report["points"]


def test_prairielearn_takes_no_attempt_for_our_fault(
    grade: tuple[Exported, Path, dict[str, str]], tmp_path: Path
) -> None:
    """Where the seed cannot be read, or the grader ends with a fault, the submission is not gradable."""
    bundle, root, environment = grade
    entry = bundle.folder / "image" / "entrypoint.sh"
    (root / "data" / "data.json").write_text("{}")
    assert bundle.run("sh", entry, cwd=tmp_path, environment=environment).returncode == 0
    assert prairielearn.read((root / "results" / "results.json").read_bytes()).status == "not gradable"
    (root / "data" / "data.json").write_text('{"variant_seed": 1}')
    (tmp_path / "bin" / "grader").write_text("#!/bin/sh\nexit 3\n")
    assert bundle.run("sh", entry, cwd=tmp_path, environment=environment).returncode == 0
    assert prairielearn.read((root / "results" / "results.json").read_bytes()).status == "not gradable"


def test_exercism(grade: tuple[Exported, Path, dict[str, str]], tmp_path: Path) -> None:
    """One exercise by its slug: a test for each check, and the first failure tells what went wrong."""
    bundle = exported("exercism", tmp_path / "bin")
    _, root, environment = grade
    output = tmp_path / "output"
    output.mkdir()
    run_sh = bundle.folder / "bin" / "run.sh"
    for slug, status in (("jacobian-2xtx", "pass"), ("gradient", "fail"), ("no-such", "error")):
        done = bundle.run("sh", run_sh, slug, root / "student", output, cwd=tmp_path, environment=environment)
        assert done.returncode == 0, done.stderr
        seen = exercism.read((output / "results.json").read_bytes())
        assert (seen.status, seen.refusals) == (status, ())


# ---------------------------------------------------------------- in repositories of students


def test_classroom50(tmp_path: Path) -> None:
    """The public bundle, which is small and holds no link, grades a checkout of the handout."""
    bundle = exported("classroom50", tmp_path)
    assert classroom50.refusals_of_bundle((tmp_path / "written.tar.gz").read_bytes()) == ()
    checkout = tmp_path / "checkout"
    shutil.copytree(bundle.folder / "handout", checkout)
    solved(checkout / "exercises" / "ch02_first_backward.py")
    report = parse_report(bundle.run(sys.executable, "-m", "grader", "check", cwd=checkout).stdout)
    installed(bundle.folder / "handout")
    outputs = tmp_path / "outputs"
    outputs.touch()
    environment = {**CLASSROOM50, "CLASSROOM50_BUNDLE_DIR": str(bundle.folder), "GITHUB_OUTPUT": str(outputs)}
    done = bundle.run(sys.executable, bundle.folder / "autograder.py", cwd=checkout, environment=environment)
    assert done.returncode == 0, done.stderr
    result = (checkout / "result.json").read_bytes()
    seen = classroom50.read(result, CLASSROOM50, exit_status=done.returncode, outputs=outputs.read_bytes())
    agree(seen, report)
    assert seen.status == "failure"
    assert "hidden ones follow when you hand in" in (checkout / "release-body.md").read_text(encoding="utf-8")


def test_classroom50_on_a_runner_of_ones_own(tmp_path: Path) -> None:
    """The private bundle is the script alone; without any grader nothing is published."""
    bundle = exported("classroom50", tmp_path, "--private")
    assert [path.name for path in bundle.folder.rglob("*")] == ["autograder.py"]
    checkout = handed_in(tmp_path / "checkout")
    command = (sys.executable, bundle.folder / "autograder.py")
    nowhere = {**CLASSROOM50, "PATH": str(tmp_path)}
    assert bundle.run(*command, cwd=checkout, environment=nowhere).returncode != 0
    assert not (checkout / "result.json").exists()
    program = grader_program(tmp_path / "bin") / "grader"
    done = bundle.run(*command, cwd=checkout, environment={**CLASSROOM50, "GRADER": str(program)})
    assert done.returncode == 0, done.stderr
    agree(
        classroom50.read((checkout / "result.json").read_bytes(), CLASSROOM50, exit_status=done.returncode),
        teachers_report(handed_in(tmp_path / "again"), tmp_path),
    )


def test_solutions_come_into_a_public_bundle_only_by_a_flag(tmp_path: Path) -> None:
    """And then a sentence says what that means."""
    assert list(exported("classroom50", tmp_path).folder.rglob("solutions")) == []
    folder = tmp_path / "again"
    folder.mkdir()
    made = run_grader("export", "classroom50", "--out", "w", "--only", "ch02", "--with-solutions", cwd=folder)
    assert "every student can read them" in made.stderr
    assert list((folder / "w").rglob("solutions")) != []


def test_the_legacy_reporter(tmp_path: Path) -> None:
    """The step grades, each output goes into a variable, and both totals are the report's."""
    bundle = exported("legacy-reporter", tmp_path)
    home = bundle.folder / "student-repository"
    solved(home / "exercises" / "ch02_first_backward.py")
    installed(home)
    workflow = home / ".github" / "workflows" / "grade.yml"
    outputs = tmp_path / "outputs"
    outputs.touch()
    done = bundle.run(
        "bash", "-c", step(workflow, "grade")["run"], cwd=home, environment={"GITHUB_OUTPUT": str(outputs)}
    )
    assert done.returncode == 0, done.stderr
    values, seen = actions.read_outputs(outputs.read_bytes())
    assert seen.refusals == ()
    reporter = YAML(typ="safe").load(workflow)["jobs"]["autograding"]["steps"][-1]
    environment = {
        name: values[re.fullmatch(r"\$\{\{ steps\.grade\.outputs\.(\w+) \}\}", value)[1]]  # type: ignore[index]
        for name, value in reporter["env"].items()
    }
    reported = legacy_reporter.read(reporter["with"]["runners"], environment)
    report = parse_report(bundle.run(home / ".venv" / "bin" / "grader", "check", cwd=home).stdout)
    assert reported.logged == reported.points
    # This client prints a message only with an error, so each exception of the student's is one.
    agree(reported, report, raised=rationales(report, "errored"))


def test_github_actions(tmp_path: Path) -> None:
    """The composite action: annotations that nothing of the student's has made, a summary, outputs, files to keep."""
    bundle = exported("github", tmp_path)
    action = bundle.folder / "kit-repository" / ".github" / "actions" / "grade" / "action.yml"
    work = handed_in(tmp_path / "repository" / "work" / "exercises")
    kit = tmp_path / "repository" / "kit"
    grader_program(kit / ".venv" / "bin")
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    environment = {
        **{name: str(file) for name, file in files.items()},
        "GRADED": "work/exercises",
        "KIT": "kit",
        "MUST_BE_COMPLETE": "false",
        "GRADER_ONLY": "ch02",
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_WORKSPACE": str(tmp_path / "repository"),
    }
    script = step(action, "grade")["run"]
    done = bundle.run("bash", "-eo", "pipefail", "-c", script, cwd=tmp_path / "repository", environment=environment)
    assert done.returncode == 0, done.stderr
    printed = actions.read(done.stdout + done.stderr, by_student=["::error::no\n##[error]no"])
    assert printed.refusals == ()
    assert actions.read_summary(files["GITHUB_STEP_SUMMARY"].read_bytes()).refusals == ()
    report = parse_report((tmp_path / "temp" / "report" / "report.json").read_bytes())
    values, _ = actions.read_outputs(files["GITHUB_OUTPUT"].read_bytes())
    assert values == {"points": str(report["points"]), "max-points": str(report["max_points"])}
    assert report["points"] == teachers_report(work, tmp_path)["points"]
    strict = {**environment, "MUST_BE_COMPLETE": "true"}
    assert bundle.run(
        "bash", "-eo", "pipefail", "-c", script, cwd=tmp_path / "repository", environment=strict
    ).returncode


def test_gitlab(tmp_path: Path) -> None:
    """The job's script in a checkout of the handout; its exit status lets the pipeline go on below full marks."""
    bundle = exported("gitlab", tmp_path)
    home = bundle.folder / "student-repository"
    solved(home / "exercises" / "ch02_first_backward.py")
    installed(home)
    job = YAML(typ="safe").load(home / ".gitlab-ci.yml")["check"]
    done = bundle.run("sh", "-ec", "\n".join(job["script"]), cwd=home)
    assert done.returncode in job["allow_failure"]["exit_codes"]
    seen = gitlab.read((home / "junit.xml").read_bytes(), exit_status=done.returncode)
    report = parse_report((home / "report.json").read_bytes())
    agree(seen, report)
