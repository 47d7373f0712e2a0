"""Turns an exception of a submission into data, without trusting its text, its type's name or its `__str__`.

A class may lie about everything that is looked up through it, so the facts are read as Python keeps them.
"""

import builtins
import linecache
from collections.abc import Collection
from types import CodeType, TracebackType

from grader.inside.reading import name_of
from grader.inside.values import Raised

_MAX_MESSAGE = 1000
# As they are before any submission's code runs.
_EXCEPTIONS: tuple[type[BaseException], ...] = tuple(
    one for one in vars(builtins).values() if isinstance(one, type) and issubclass(one, BaseException)
)
_BASES = type.__dict__["__mro__"].__get__
_TRACEBACK = BaseException.__dict__["__traceback__"].__get__


def describe(error: BaseException, places: Collection[str]) -> Raised:
    """The exception as a record. `places` are the file names of the submission, as compiled."""
    file, line = None, None
    for frame_file, frame_line in _frames(_TRACEBACK(error)):
        if frame_file in places:
            file, line = frame_file, frame_line
    return Raised(exception=_builtin_name(error), message=message_of(error), file=file, line=line)


def stub_of(error: BaseException, function: str, places: Collection[str]) -> CodeType | None:
    """The code whose own `raise NotImplementedError` raised, if that was it: helpers and torch raise that type, too."""
    traceback = _TRACEBACK(error)
    if not issubclass(type(error), NotImplementedError) or traceback is None:
        return None
    while traceback.tb_next:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    return code if code.co_name == function and code.co_filename in places and _raises(traceback) else None


def message_of(thing: object) -> str:
    """The text of an exception or a warning, cut; empty where it cannot be had."""
    try:
        # A string of a type of its own may answer anything when it is cut, unless str itself cuts it.
        message: str = str.__getitem__(str(thing), slice(_MAX_MESSAGE))
        return message.encode(errors="replace").decode()
    except BaseException:  # a __str__ of the submission's own may do anything
        return ""


def is_out_of_memory(error: BaseException) -> bool:
    """Python and torch say it differently."""
    return issubclass(type(error), MemoryError) or (
        issubclass(type(error), RuntimeError) and "can't allocate memory" in message_of(error)
    )


def _raises(traceback: TracebackType) -> bool:
    """Is it that very statement, and not another one of its line or a comment there, that was running?"""
    code = traceback.tb_frame.f_code
    _, _, column, _ = list(code.co_positions())[traceback.tb_lasti // 2]
    line = linecache.getline(code.co_filename, traceback.tb_lineno).encode()
    return line[column or 0 :].lstrip().startswith(b"raise NotImplementedError")


def _frames(traceback: TracebackType | None) -> list[tuple[str, int]]:
    frames = []
    while traceback is not None:
        frames.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return [(file, line) for file, line in frames if type(file) is str]


def _builtin_name(error: BaseException) -> str:
    """The nearest built-in type: a type of the submission's own could carry anything in its name."""
    for kind in _BASES(type(error)):
        if any(one is kind for one in _EXCEPTIONS):
            return name_of(kind)
    return "BaseException"
