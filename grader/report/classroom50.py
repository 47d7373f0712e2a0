"""A report as the result of Classroom 50: what an `autograder.py` leaves in `result.json` (`classroom50/result/v1`).

Each check is a test, named by its id, since names are shown as Markdown. Other keys of a test are kept as they are:
ours are its title, verdict, rationale, hint and misconception. Score and maximum are the report's, and the tests add up
to them. A check that is graded later has not passed, and its name says so. Without a `status=` of the entry point, it
turns the whole to a failure: let it be `success` where each other test has passed.

Our own fault is a test with a score of 0 that says `ungraded`, and that the page in Markdown explains. Where nothing
that was begun could be graded, the command ends with a code other than 0, and Classroom 50 publishes no result.

Classroom 50's runner overwrites the owner, the type and both times. It adds `submitted_by`, which is never written
here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from grader.errors import UsageError
from grader.inside.said import Listed, say
from grader.inside.sizes import cut_text
from grader.report.classroom import Standing, as_json, fitted, for_classroom, standing_of
from grader.report.record import CheckReport, Report
from grader.words import Language, own_language
from grader.words.plain import printable

MAX_BYTES = 1 << 20
"""Classroom 50 reads up to 10 MiB (`MAX_RESULT_BYTES` of its collect_scores.py), and puts a class into one file."""
_NEEDED = ("CLASSROOM", "ASSIGNMENT", "ASSIGNMENT_TYPE", "OWNER", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_TYPES = ("individual", "group", "team")
_TAG = "submit/"
_HOLDS = (Standing.EARNED, Standing.HOLDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """Things that Classroom 50 says of a submission."""

    classroom: str
    assignment: str
    assignment_type: str
    owner: str
    submission: str
    commit: str
    release: str
    review: str
    moment: str | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "HandedIn":
        """The content of the environment; raises `UsageError` where Classroom 50 would refuse a result with that.

        `COMMIT_TIME` is the time of the commit as `git log --format=%cI` tells it. Without it, the result has the time
        of grading, and so has that of a commit for which Classroom 50 knows better.
        """
        given = {name: printable(value) for name, value in environment.items() if value}
        if lacking := tuple(name for name in _NEEDED if name not in given):
            raise UsageError(say("usage.no_classroom50", names=Listed(things=lacking)))
        if given["ASSIGNMENT_TYPE"] not in _TYPES:
            raise UsageError(say("usage.assignment_type", type=given["ASSIGNMENT_TYPE"], types=Listed(things=_TYPES)))
        if not given["SUBMISSION_TAG"].startswith(_TAG):
            raise UsageError(say("usage.submission_tag", tag=given["SUBMISSION_TAG"], begin=_TAG))
        time = given.get("COMMIT_TIME")
        return cls(
            classroom=given["CLASSROOM"],
            assignment=given["ASSIGNMENT"],
            assignment_type=given["ASSIGNMENT_TYPE"],
            owner=given["OWNER"],
            submission=given["SUBMISSION_TAG"],
            commit=given["COMMIT_URL"],
            release=given["RELEASE_URL"],
            review=given.get("REVIEW_URL", given["COMMIT_URL"]),
            moment=None if time is None else _moment(time),
        )


def render_classroom50(report: Report, handed_in: HandedIn) -> str:
    """The result of one submission."""
    shown = for_classroom(report)
    return fitted(lambda limit: as_json(_result(shown, handed_in, limit)), MAX_BYTES)


# Any: JSON.
def _result(report: Report, handed_in: HandedIn, limit: int) -> dict[str, Any]:
    graded_at = _moment(report.created)
    language = own_language(report.language)
    return {
        "schema": "classroom50/result/v1",
        "classroom": handed_in.classroom,
        "assignment": handed_in.assignment,
        "assignment_type": handed_in.assignment_type,
        "owner": handed_in.owner,
        "submission": handed_in.submission,
        "commit": handed_in.commit,
        "release": handed_in.release,
        "review": handed_in.review,
        "datetime": handed_in.moment or graded_at,
        "graded_at": graded_at,
        "score": report.points,
        "max-score": report.max_points,
        "tests": [_test(check, language, limit) for exercise in report.exercises for check in exercise.checks],
    }


def _test(check: CheckReport, language: Language, limit: int) -> dict[str, Any]:
    standing = standing_of(check)
    return {
        "test-name": language.say(say("page.later_name", name=check.id)) if standing is Standing.LATER else check.id,
        "passed": standing in _HOLDS,
        "score": check.points or 0,
        "max-score": check.max_points,
        "verdict": check.verdict.value,
        "title": cut_text(check.title, limit),
        "rationale": cut_text(check.rationale, limit),
        "hint": None if check.hint is None else cut_text(check.hint, limit),
        "misconception": check.misconception,
    }


def _moment(time: str) -> str:
    """A time in the one form that is taken; a time without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(time)
        utc = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError) as error:
        raise UsageError(say("usage.commit_time", time=time)) from error
    return f"{utc.replace(microsecond=0, tzinfo=None).isoformat()}Z"
