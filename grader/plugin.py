"""Stage two under pytest: check files become items, items become verdicts, pytest-json-report carries them out."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.authoring import Check, judge
from grader.authoring.judging import Judgement, Know, ungraded
from grader.loading import load_checks
from grader.model import Observations, Outcome, Record, Verdict

METADATA = "gradlings"


class Judged(Record):
    """The judgement that a check's item carries out through pytest-json-report."""

    check: str
    judgement: Judgement


class NotPassed(Exception):
    """Tells pytest that a check did not pass; its text is the rationale."""


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
            raise NotPassed(_told(outcome))

    def repr_failure(  # the signature is pytest's
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ARG002
    ) -> str:
        """One line for a check that did not pass; the whole traceback where the check itself is at fault."""
        if isinstance(excinfo.value, NotPassed):
            return str(excinfo.value)
        return str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where pytest says the item is."""
        return self.path, self.check.judge.__code__.co_firstlineno - 1, self.check.id


def _told(outcome: Outcome) -> str:
    """An outcome in a few lines, for who runs pytest by hand."""
    lines = [f"{outcome.verdict}: {outcome.rationale}"]
    if outcome.evidence:
        evidence = msgspec.structs.asdict(outcome.evidence)
        lines += [f"  {name}: {text}" for name, text in evidence.items() if text is not None]
    return "\n".join(lines)


class CheckFile(pytest.File):
    """A check file; collects the checks that are selected."""

    plugin: "ChecksPlugin"

    def collect(self) -> Iterator[CheckItem]:
        """The file's checks, in its order."""
        for check in load_checks(self.path):
            if check.id in self.plugin.selected:
                yield CheckItem.from_parent(self, name=check.id, check=check, plugin=self.plugin)


class ChecksPlugin:
    """Judges stored observations. `selected` are the ids of the checks to run; `know` gives the expected facts."""

    def __init__(self, checks: Iterable[Check], seed: str, know: Know) -> None:
        self.selected = {check.id for check in checks}
        self.judged: dict[str, Judgement] = {}
        self._seed = seed
        self._observations: Observations = {}
        self._know = know

    def begin(self, observations: Observations) -> None:
        """Judge these from now on."""
        self._observations = observations
        self.judged = {}

    def judge(self, check: Check) -> Judgement:
        """Judge one check."""
        return judge(check, self._seed, self._observations, self._know)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> CheckFile | None:
        """Take the check files, whatever their names."""
        is_check_file = file_path.suffix == ".py" and file_path.parent.name == "checks"
        return self.check_file(parent, file_path) if is_check_file else None

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
    said = f"{type(excinfo.value).__name__}: {excinfo.value}" if excinfo else "it did not run"
    return ungraded("The check itself failed, which is no fault of the submission. A person has to look at it.", said)
