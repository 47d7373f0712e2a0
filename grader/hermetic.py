"""One pytest session in which observations are judged, as often as wanted. Nothing of the caller's reaches it.

No ini file, conftest, plugin or environment variable of the caller's has an effect. Items are collected once and run
again for each submission, which costs a tenth of a session.
"""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import pytest
from _pytest.runner import call_and_report
from pytest_jsonreport.plugin import JSONReport

from grader.authoring import Check
from grader.authoring.judging import Judgement, Know, ungraded
from grader.catalog import ROOT
from grader.model import Observations
from grader.plugin import METADATA, ChecksPlugin, Judged

T = TypeVar("T")

Judge = Callable[[Observations], Mapping[str, Judgement]]
"""Judges observations: the judgement of every check by its id."""


def in_session(checks: Sequence[Check], files: Sequence[Path], seed: str, know: Know, body: Callable[[Judge], T]) -> T:
    """Run `body` inside a pytest session over the checks of these files; it is handed what judges observations.

    Returns what `body` returns, and raises what it raises. A check that pytest does not report on, for whatever reason,
    is ungraded.
    """
    checks_plugin = ChecksPlugin(checks, seed, know)
    session = _Session(checks, files, checks_plugin, body)
    said = io.StringIO()
    with _hermetic(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([*_OPTIONS], plugins=[session.json_report, checks_plugin, session])
    return session.result(f"pytest ended with code {int(code)} before anything was judged. {said.getvalue()[-800:]}")


class _Session(Generic[T]):
    """The plugin that collects the items, and runs the body in the place of pytest's own loop over them."""

    def __init__(
        self, checks: Sequence[Check], files: Sequence[Path], plugin: ChecksPlugin, body: Callable[[Judge], T]
    ) -> None:
        self.json_report = JSONReport()
        self._callers_streams = sys.stdout, sys.stderr
        self._checks = checks
        self._files = files
        self._plugin = plugin
        self._body = body
        self._outcome: T | None = None
        self._error: BaseException | None = None
        self._ended = False

    def result(self, otherwise: str) -> T:
        """The body's result. Raises the body's exception, or RuntimeError where pytest never came to the body."""
        if self._error is not None:
            raise self._error
        if not self._ended:
            raise RuntimeError(otherwise)
        return self._outcome  # type: ignore[return-value]  # set where the body has ended

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect the files' checks directly: pytest's own collection would look around in the caller's folders."""
        for path in self._files:
            session.items += self._plugin.check_file(session, path).collect()
        session.testscollected = len(session.items)
        return True

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the body with the caller's own streams; nothing that it raises may become pytest's affair."""
        for name in _DONE:
            session.config.pluginmanager.unregister(name=name)
        out, err = self._callers_streams
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                self._outcome = self._body(lambda observations: self._judge(session, observations))
            self._ended = True
        except BaseException as error:  # Ctrl-C as well; it is raised again when pytest has ended
            self._error = error
        return True

    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Run a check without set-up and tear-down: it has no fixtures, and they would take most of the time.

        Nor is it announced: nobody is left who would tell of it.
        """
        call_and_report(item, "call")
        return True

    def _judge(self, session: pytest.Session, observations: Observations) -> Mapping[str, Judgement]:
        self._plugin.begin(observations)
        for item in session.items:
            # None follows: to pytest, the next item matters to fixtures only, and these have none.
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        self.json_report.pytest_sessionfinish(session)
        judged = _read(self.json_report.report or {})
        # The one private field that is touched: pytest-json-report is made for one round a session.
        self.json_report._json_tests.clear()  # noqa: SLF001  # pinned, and a test holds that rounds are independent
        silent = ungraded(
            "The check itself was not run, which is no fault of the submission.", "pytest did not report it"
        )
        return {check.id: judged.get(check.id, silent) for check in self._checks}


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
    f"--rootdir={ROOT}",
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
