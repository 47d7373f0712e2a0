"""Everything that stage one finds out about a submission: what judging starts from, now or again later."""

from grader.model import Observations, Question, Record, Row
from grader.resolve import Source
from grader.wire import Note


class Observed(Record):
    """A submission's answers, and what is known of its files. `sources` are by exercise, `unread` as a tree has it."""

    name: str
    digest: str
    files: tuple[str, ...]
    notes: tuple[Note, ...]
    import_output: str
    sources: dict[str, Source]
    rows: tuple[tuple[Question, Row], ...]
    unread: tuple[str, ...] = ()

    @property
    def observations(self) -> Observations:
        """The answers by question."""
        return dict(self.rows)
