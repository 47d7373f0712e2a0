"""Turns an exception of a submission into data, without trusting its text, its type's name or its `__str__`."""

import builtins
import linecache
from collections.abc import Collection
from types import TracebackType

from grader.model import Raised

_MAX_MESSAGE = 1000


def describe(error: BaseException, places: Collection[str]) -> Raised:
    """The exception as a record. `places` are the file names of the submission, as compiled."""
    file, line = None, None
    for frame_file, frame_line in _frames(error.__traceback__):
        if frame_file in places:
            file, line = frame_file, frame_line
    return Raised(exception=_builtin_name(error), message=_message(error), file=file, line=line)


def is_stub(error: BaseException, function: str, places: Collection[str]) -> bool:
    """Was it the stub's own `raise NotImplementedError` that raised? Helpers and torch raise that type, too."""
    traceback = error.__traceback__
    if not isinstance(error, NotImplementedError) or traceback is None:
        return False
    while traceback.tb_next:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    line = linecache.getline(code.co_filename, traceback.tb_lineno)
    return code.co_name == function and code.co_filename in places and "raise NotImplementedError" in line


def is_out_of_memory(error: BaseException) -> bool:
    """Python and torch say it differently."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in _message(error)
    )


def _frames(traceback: TracebackType | None) -> list[tuple[str, int]]:
    frames = []
    while traceback is not None:
        frames.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return frames


def _builtin_name(error: BaseException) -> str:
    """The nearest built-in type: a type of the submission's own could carry anything in its name."""
    for kind in type(error).__mro__:
        name = kind.__name__
        if getattr(builtins, name, None) is kind:
            return name
    return "BaseException"


def _message(error: BaseException) -> str:
    try:
        message = str(error)[:_MAX_MESSAGE]
        return message.encode(errors="replace").decode()
    except BaseException:  # a __str__ of the submission's own may do anything
        return ""
