"""Keeps the warnings that are given while a submission's function runs: a library's own say what it found odd."""

import warnings
from types import TracebackType
from typing import Any

from grader.inside.worker.describe import message_of

_MAX_WARNINGS = 12
_MAX_MESSAGE = 300


# No generator: a submission may have replaced the exceptions by which one ends.
class Listening:
    """Adds the text of each `UserWarning` to `heard`, the first few and once each; it is printed as ever."""

    def __init__(self, heard: list[str]) -> None:
        self._heard = heard
        self._caught = warnings.catch_warnings()

    def __enter__(self) -> None:
        self._caught.__enter__()
        show = warnings.showwarning

        # Any: where it was, which is for whoever prints it.
        def hear(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, UserWarning) and len(self._heard) < _MAX_WARNINGS:
                text = message_of(message)[:_MAX_MESSAGE]
                if text not in self._heard:
                    self._heard.append(text)
            show(message, category, *where, **more)

        warnings.showwarning = hear

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._caught.__exit__(kind, error, traceback)
