"""Stage two under pytest: check files become items, items become verdicts, pytest-json-report carries them out.

The session is hermetic: no ini file, conftest, plugin or environment variable of the caller's reaches it.
"""

import contextlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytest_jsonreport.plugin import JSONReport

from grader.authoring import Check, judge
from grader.authoring.judging import Judgement, Know
from grader.catalog import ROOT
from grader.loading import load_checks
from grader.model import Evidence, Observations, Outcome, Verdict, Visibility

_METADATA = "gradlings"


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
        """One line for what did not pass; the whole traceback where the check itself is at fault."""
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

    def __init__(self, checks: Iterable[Check], seed: str, observations: Observations, know: Know) -> None:
        self.selected = {check.id for check in checks}
        self.judged: dict[str, Judgement] = {}
        self._seed = seed
        self._observations = observations
        self._know = know

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
        judged = self.judged.get(item.nodeid) or _ungraded(call.excinfo)
        return {_METADATA: {"check": item.check.id, "judged": msgspec.to_builtins(judged)}}


class _Collection:
    """Hands pytest the files' checks directly: its own collection would look around in the caller's folders."""

    def __init__(self, files: Sequence[Path], checks: ChecksPlugin) -> None:
        self._files = files
        self._checks = checks

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect; True says that there is nothing left to do."""
        for path in self._files:
            session.items += self._checks.check_file(session, path).collect()
        session.testscollected = len(session.items)
        return True


def run_checks(
    checks: Sequence[Check], files: Sequence[Path], seed: str, observations: Observations, know: Know
) -> Mapping[str, Judgement]:
    """Judge the checks in one pytest session; the outcome of each by its id.

    A check that pytest did not report on, for whatever reason, is ungraded: never a zero, never full marks.
    """
    json_report = JSONReport()
    plugin = ChecksPlugin(checks, seed, observations, know)
    with _hermetic(), contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        code = pytest.main([*_OPTIONS], plugins=[json_report, plugin, _Collection(files, plugin)])
    verdicts = _read(json_report.report or {})
    silent = _our_fault(f"pytest ended with code {int(code)} before this check. {said.getvalue()[-800:]}")
    return {check.id: verdicts.get(check.id, silent) for check in checks}


_OPTIONS = (
    "-c",
    os.devnull,
    f"--rootdir={ROOT}",
    "--noconftest",
    "--import-mode=importlib",
    "--assert=plain",
    "--tb=short",
    "--capture=no",
    "-q",
    *(
        "-p",
        "no:cacheprovider",
        "-p",
        "no:logging",
        "-p",
        "no:unraisableexception",
        "-p",
        "no:threadexception",
    ),
    *("-p", "no:python", "-p", "no:warnings", "-p", "no:doctest", "-p", "no:faulthandler"),
    *("-p", "pytest_jsonreport.plugin"),
    "--json-report-file=none",
    *("--json-report-omit", "collectors", "log", "streams", "warnings", "keywords"),
)


@contextlib.contextmanager
def _hermetic() -> Iterator[None]:
    """Hide the caller's pytest settings for a while."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(("PYTEST", "PY_COLORS"))}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        for name in [name for name in os.environ if name.startswith("PYTEST")]:
            del os.environ[name]
        os.environ.update(kept)


# Any: pytest-json-report's result is untyped JSON.
def _read(report: Mapping[str, Any]) -> dict[str, Judgement]:
    entries = [test["metadata"][_METADATA] for test in report.get("tests", ()) if _METADATA in test.get("metadata", {})]
    return {entry["check"]: msgspec.convert(entry["judged"], Judgement) for entry in entries}


def _ungraded(excinfo: pytest.ExceptionInfo[BaseException] | None) -> Judgement:
    return _our_fault(f"{type(excinfo.value).__name__}: {excinfo.value}" if excinfo else "it did not run")


def _our_fault(said: str) -> Judgement:
    outcome = Outcome(
        verdict=Verdict.UNGRADED,
        visibility=Visibility.HIDDEN,
        rationale="The check itself failed, which is no fault of the submission. A person has to look at it.",
        evidence=Evidence(detail=said[:1000]),
    )
    return Judgement(outcome=outcome, reads=frozenset())
