"""One pytest session, kept open, in which observations are judged as often as wanted.

Nothing of the caller's reaches it: no ini file, conftest, plugin or environment variable of the caller's has an effect.
Items are collected once and run again for each submission, which costs a tenth of a session.
"""

import contextlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import pytest
from _pytest.config import _prepareconfig
from _pytest.runner import call_and_report
from pytest_jsonreport.plugin import JSONReport

from grader.authoring import Check
from grader.inside.said import say
from grader.judging.items import METADATA, CheckItem, ChecksPlugin, Judged
from grader.judging.judgement import Judgement, Know, deferred, ungraded
from grader.records import Observations, Question
from grader.words import Language

# The functions of pytest's that open and close a session have no public names: `pytest.main` does both at once. They
# are touched here and nowhere else; pytest is pinned, and tests hold that rounds are independent.


class JudgingSession:
    """Judges observations. Use it as a context manager, or close it.

    Raises RuntimeError where pytest cannot be brought to judge.
    """

    def __init__(
        self,
        files: Mapping[Path, Sequence[Check]],
        questions: Mapping[Check, Sequence[Question]],
        know: Know,
        language: Language,
    ) -> None:
        self._questions = questions
        self._plugin = ChecksPlugin(files, questions, know, language)
        self._json_report = JSONReport()
        said = io.StringIO()
        try:
            with _hermetic(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                self._config = _prepareconfig([*_OPTIONS], [self._json_report, self._plugin, _RunsOnly()])
                self._config._do_configure()  # noqa: SLF001  # see above
                self._session = pytest.Session.from_config(self._config)
                self._session.exitstatus = pytest.ExitCode.OK
                self._config.hook.pytest_sessionstart(session=self._session)
                for name in _DONE:
                    self._config.pluginmanager.unregister(name=name)
        except (Exception, SystemExit) as error:
            raise RuntimeError(
                f"pytest refused before anything was judged: {error}. {said.getvalue()[-800:]}"
            ) from error
        # Directly: pytest's own collection would look around in the caller's folders.
        items = [item for path in files for item in self._plugin.check_file(self._session, path).collect()]
        self._session.items += items
        self._session.testscollected = len(items)
        self._items: Mapping[Check, CheckItem] = {item.check: item for item in items}

    def __enter__(self) -> "JudgingSession":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the session; to end it twice changes nothing."""
        with _silent():
            self._config._ensure_unconfigure()  # noqa: SLF001  # see above

    def judge(self, observations: Observations, checks: Iterable[Check]) -> Mapping[str, Judgement]:
        """The judgements of some checks by id; a check that pytest does not report on is ungraded.

        One that asks nothing is deferred.
        """
        wanted = list(checks)
        self._forget()
        self._plugin.begin(observations)
        with _hermetic():  # pytest leaves a variable behind
            for check in wanted:
                if (item := self._items.get(check)) is not None:
                    # None follows: to pytest, the next item matters to fixtures only, and these have none.
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        with _silent():
            self._json_report.pytest_sessionfinish(self._session)
        judged = _read(self._json_report.report or {})
        silent = ungraded(say("fault.check_silent"), None)
        return {check.id: judged.get(check.id, silent) if self._questions[check] else deferred() for check in wanted}

    def _forget(self) -> None:
        """Begin a round: pytest-json-report is made for one a session, and a broken one may have left some."""
        self._json_report._json_tests.clear()  # noqa: SLF001  # see above


class _RunsOnly:
    """Runs a check without set-up and tear-down: it has no fixtures, and they would take most of the time."""

    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Nor is it announced: nobody is left who would tell of it."""
        call_and_report(item, "call")
        return True


# Any: pytest-json-report's result is untyped JSON.
def _read(report: Mapping[str, Any]) -> dict[str, Judgement]:
    texts = (test.get("metadata", {}).get(METADATA) for test in report.get("tests", ()))
    judged = (msgspec.json.decode(text, type=Judged) for text in texts if text)
    return {one.check: one.judgement for one in judged}


# pytest's own plugins that judging has no use for; each costs time to import or at every item.
_UNUSED = (
    *("cacheprovider", "logging", "unraisableexception", "threadexception", "warnings", "faulthandler", "subtests"),
    *("python", "unittest", "doctest", "debugging", "tmpdir", "monkeypatch", "recwarn", "pastebin", "junitxml"),
    *("setuponly", "setupplan", "stepwise", "skipping"),
)
# Those that a session starts with, and that would cost time at every item; the first would also keep something of each.
_DONE = ("terminalreporter", "capturemanager", "assertion")
_OPTIONS = (
    "-c",
    os.devnull,
    f"--rootdir={Path(__file__).parent}",
    "--noconftest",
    "--import-mode=importlib",
    "--assert=plain",
    "--tb=short",
    "--capture=no",
    "-q",
    *(part for name in _UNUSED for part in ("-p", f"no:{name}")),
    *("-p", "pytest_jsonreport.plugin"),
    "--json-report-file=none",
    *("--json-report-omit", "collectors", "log", "streams", "warnings", "keywords"),
)


@contextlib.contextmanager
def _hermetic() -> Iterator[None]:
    """Hide the caller's pytest settings for a while, and leave none of our own."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(("PYTEST", "PY_COLORS"))}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        for name in [name for name in os.environ if name.startswith("PYTEST")]:
            del os.environ[name]
        os.environ.update(kept)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Let pytest's plugins say nothing to the caller."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
