"""The bundle of each classroom: static files, and with them a handout, the whole kit, or neither.

Everybody who can open a handout may see all of it. The whole kit holds the solutions, so it goes only where students
cannot look: into the package of a grading server.
"""

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from grader.bundle import Bundle, static_files
from grader.exam import Exam
from grader.export.kit import whole_kit
from grader.handout import build_handout
from grader.report.legacy_reporter import runner_ids

_STATIC = Path(__file__).parent / "files"
_STUDENTS = "student-repository/"
CLASSROOMS = tuple(sorted(path.name for path in _STATIC.iterdir() if path.is_dir()))
"""The names that `grader export` takes."""


def export(classroom: str, exam: Exam, name: str, *, private: bool = False, with_solutions: bool = False) -> Bundle:
    """The files that a classroom needs to grade an exam's exercises.

    Of Classroom 50's bundle, `private` leaves out the handout, so that the runner's own kit grades; `with_solutions`
    has the whole kit in its place.
    """
    only = _only(exam)
    files = {path: _with_only(data, only) for path, data in static_files(_STATIC / classroom).items()}
    match classroom:
        case "classroom50" if with_solutions:
            files |= _at("kit/", whole_kit(exam.course))
        case "classroom50" if not private:
            files |= _at("handout/", build_handout(exam, name).files.items())
        case "gradescope":
            files |= _at("kit/", whole_kit(exam.course))
        case "prairielearn":
            files |= _question(files, exam, name)
        case "gitlab" | "legacy-reporter":
            handout = _at(_STUDENTS, build_handout(exam, name).files.items())
            files = handout | {path: _filled(data, exam) for path, data in files.items()}
        case _:
            pass
    return Bundle(name, dict(sorted(files.items())))


def _at(folder: str, files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    return {f"{folder}{path}": data for path, data in files}


def _only(exam: Exam) -> str:
    """The exercises to be graded where the whole kit is there; empty for all."""
    selected = exam.catalog.exercise_ids
    return "" if selected == exam.course.catalog.exercise_ids else " ".join(selected)


def _with_only(data: bytes, only: str) -> bytes:
    for sign in ("=", " = ", ": "):
        data = data.replace(f'GRADER_ONLY{sign}""'.encode(), f'GRADER_ONLY{sign}"{only}"'.encode())
    return data


def _question(files: Mapping[str, bytes], exam: Exam, name: str) -> dict[str, bytes]:
    """A question for PrairieLearn: its `info.json`, and the page with the names of the files to upload."""
    lessons = ",".join(f"{chapter.id}.py" for chapter in exam.catalog.chapter)
    page = "question/question.html"
    info = {
        # The same for the same exercises, so that a second export is the same question.
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, "|".join(exam.catalog.exercise_ids))),
        "title": name,
        "topic": "Gradients",
        "type": "v3",
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": "NAME/gradlings-prairielearn",
            "entrypoint": "/opt/gradlings/entrypoint.sh",
            "timeout": 120,
            "enableNetworking": False,
            "environment": {"GRADER_ONLY": _only(exam)},
        },
    }
    return {
        page: files[page].replace(b"FILES", lessons.encode()),
        "question/info.json": msgspec.json.format(msgspec.json.encode(info), indent=2) + b"\n",
    }


def _filled(data: bytes, exam: Exam) -> bytes:
    """A workflow for the reporter, with a runner for each exercise; anything else as it is."""
    runners = runner_ids(exam.catalog.exercise_ids)
    lines = [f"          {one.upper()}_RESULTS: ${{{{ steps.grade.outputs.{one} }}}}\n" for one in runners]
    text = data.decode().replace('          RUNNERS_ENVIRONMENT: ""\n', "".join(lines))
    return text.replace("runners: RUNNERS", f"runners: {','.join(runners)}").encode()
