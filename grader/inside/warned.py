"""Keeps the warnings that are given while a submission's function runs: a library's own say what it found odd."""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

_MAX_WARNINGS = 12
_MAX_BYTES = 300


@contextlib.contextmanager
def listening(heard: list[str]) -> Iterator[None]:
    """Add the text of each `UserWarning` to `heard`, the first few and once each; it is printed as ever."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        # Any: where it was, which is for whoever prints it.
        def hear(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, UserWarning) and len(heard) < _MAX_WARNINGS:
                text = str(message).encode(errors="replace")[:_MAX_BYTES].decode(errors="replace")
                if text not in heard:
                    heard.append(text)
            show(message, category, *where, **more)

        warnings.showwarning = hear
        yield
