"""Stage two under pytest: check files become items, items become verdicts, pytest-json-report carries them out."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.authoring import Check
from grader.inside.said import Said, say
from grader.inside.values import Record
from grader.judging.judgement import Judgement, Know, judge, ungraded
from grader.records import Observations, Outcome, Question, Verdict
from grader.words import Language

METADATA = "gradlings"


class Judged(Record):
    """The judgement that a check's item carries out through pytest-json-report."""

    check: str
    judgement: Judgement


class NotPassed(Exception):
    """Tells pytest that a check did not pass."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement.outcome.verdict)
        self.judgement = judgement


class CheckItem(pytest.Item):
    """One check as a pytest item, without fixtures."""

    def __init__(self, *, check: Check, plugin: "ChecksPlugin", **kwargs: Any) -> None:
        # Any: pytest's own constructor arguments.
        super().__init__(**kwargs)
        self.check = check
        self.plugin = plugin

    def runtest(self) -> None:
        """Judge the check; anything but a pass ends in an exception, so that pytest counts it as failed."""
        judgement = self.plugin.judge(self.check)
        outcome = judgement.outcome
        self.plugin.judged[self.nodeid] = judgement
        if outcome.verdict is not Verdict.PASSED:
            raise NotPassed(judgement)

    def repr_failure(  # the signature is pytest's
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ARG002
    ) -> str:
        """One line for a check that did not pass; the whole traceback where the check itself is at fault."""
        if isinstance(excinfo.value, NotPassed):
            return _told(self.check, excinfo.value.judgement.outcome, self.plugin.language)
        return str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where pytest says the item is."""
        return self.path, self.check.claim.__code__.co_firstlineno - 1, self.check.id


def _told(check: Check, outcome: Outcome, language: Language) -> str:
    """An outcome in a few lines, for who runs pytest by hand."""
    lines = [f"{language.say(say('page.should_hold'))} {language.say(check.title)}"]
    lines.append(f"{outcome.verdict}: {language.text(outcome.rationale)}")
    if outcome.evidence:
        evidence = msgspec.structs.asdict(outcome.evidence)
        written = {name: language.say(one) if isinstance(one, Said) else one for name, one in evidence.items()}
        lines += [f"  {name}: {text}" for name, text in written.items() if text is not None]
    return "\n".join(lines)


class CheckFile(pytest.File):
    """A check file; collects the checks that are selected."""

    plugin: "ChecksPlugin"

    def collect(self) -> Iterator[CheckItem]:
        """The file's checks, in its order."""
        for check in self.plugin.checks_of(self.path):
            yield CheckItem.from_parent(self, name=check.id, check=check, plugin=self.plugin)


class ChecksPlugin:
    """Judges stored observations.

    `files` are the checks by the file that they are written in, `questions` those of the checks that are asked; `know`
    gives the expected facts. Who runs pytest by hand reads in a `language`.
    """

    def __init__(
        self,
        files: Mapping[Path, Sequence[Check]],
        questions: Mapping[Check, Sequence[Question]],
        know: Know,
        language: Language,
    ) -> None:
        self.language = language
        self.judged: dict[str, Judgement] = {}
        self._files = files
        self._questions = questions
        self._observations: Observations = {}
        self._know = know

    def begin(self, observations: Observations) -> None:
        """Judge these from now on."""
        self._observations = observations
        self.judged = {}

    def judge(self, check: Check) -> Judgement:
        """Judge one check."""
        return judge(check, self._questions[check], self._observations, self._know)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> CheckFile | None:
        """Take the check files, whatever their names."""
        return self.check_file(parent, file_path) if file_path in self._files else None

    def checks_of(self, path: Path) -> Sequence[Check]:
        """The checks of a file that ask something."""
        return [check for check in self._files[path] if self._questions.get(check)]

    def check_file(self, parent: pytest.Collector, path: Path) -> CheckFile:
        """A check file as pytest's node."""
        file: CheckFile = CheckFile.from_parent(parent, path=path)
        file.plugin = self
        return file

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_runtest_metadata(self, item: pytest.Item, call: pytest.CallInfo[None]) -> dict[str, Any]:
        """Put the outcome into pytest-json-report's result, which is what reports are built from."""
        if call.when != "call" or not isinstance(item, CheckItem):
            return {}
        judged = self.judged.get(item.nodeid) or _broken(call.excinfo)
        # As text: pytest-json-report tries whether metadata can be written as JSON, and a text always can.
        return {METADATA: msgspec.json.encode(Judged(check=item.check.id, judgement=judged)).decode()}


def _broken(excinfo: pytest.ExceptionInfo[BaseException] | None) -> Judgement:
    said = f"{type(excinfo.value).__name__}: {excinfo.value}" if excinfo else None
    return ungraded(say("fault.check_failed"), said)
