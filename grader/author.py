"""For authors: plain pytest runs check files against one submission.

    python -m pytest -p grader.author grader/checks/ch02_first_backward.py --submission exercises --seed 7 -k gradient

`-k`, `-x`, `--pdb` and pytest's other options work as always.
"""

from pathlib import Path

import pytest

from grader.catalog import exercises_folder, load_catalog
from grader.loading import Oracle, checks_of, questions_of
from grader.model import Limits
from grader.observe import Observer
from grader.plugin import CheckItem, ChecksPlugin
from grader.sandbox import confined_launcher
from grader.submission import read_submission


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which submission is judged, and with which hidden inputs."""
    group = parser.getgroup("gradlings")
    group.addoption("--submission", type=Path, default=exercises_folder(), help="the folder or file to judge")
    group.addoption("--seed", default="0", help="the seed of the hidden inputs")


def pytest_configure(config: pytest.Config) -> None:
    """Let the check files be collected."""
    catalog = load_catalog()
    seed: str = config.getoption("seed")
    plugin = ChecksPlugin(checks_of(catalog), seed, Oracle(catalog))
    config.pluginmanager.register(plugin)
    config.pluginmanager.register(_Observing(config.getoption("submission"), seed, plugin))


class _Observing:
    """Asks the submission what the collected checks want to know."""

    def __init__(self, submission: Path, seed: str, plugin: ChecksPlugin) -> None:
        self._submission = submission
        self._seed = seed
        self._plugin = plugin

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Observe before the first check runs."""
        checks = [item.check for item in session.items if isinstance(item, CheckItem)]
        tree = read_submission(self._submission)
        start = confined_launcher(Limits())
        try:
            with Observer(tree, load_catalog(), start, Limits()) as observer:
                self._plugin.begin(observer.observe(questions_of(checks, self._seed)))
        finally:
            start.close()
