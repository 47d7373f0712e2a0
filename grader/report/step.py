"""Where to go on, in a sentence."""

from grader.inside.said import Said, say
from grader.report.record import Report


def next_step(report: Report) -> Said | None:
    """The exercise to go on with, and its file as it is called from the folder that was handed in."""
    for exercise in report.exercises:
        if exercise.id == report.next:
            name = report.submission.name
            folder = "" if "." in name else f"{name}/"
            file = f"{folder}{exercise.source or f'{exercise.chapter}.py'}"
            return say("page.next", exercise=exercise.id, file=file)
    return None
