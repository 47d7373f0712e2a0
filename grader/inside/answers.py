"""The answers of a worker to a question, beside an exception (`Raised`, which is a value, too)."""

from typing import Annotated

from msgspec import Meta

from grader.inside.values import MAX_ENTRIES, Record, Text, Value


class Answered(Record, tag="answered"):
    """The call came back; `facts` are what the probe recorded, in its order."""

    facts: Annotated[tuple[tuple[Text, Value], ...], Meta(max_length=MAX_ENTRIES)]


class NotStarted(Record, tag="not_started"):
    """The stub's own `raise NotImplementedError` is still there and is what raised."""


class OutOfMemory(Record, tag="out_of_memory"):
    """The call asked for more memory than a submission may use."""
