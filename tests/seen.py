"""HTML as a browser reads it."""

from html.parser import HTMLParser


class Seen(HTMLParser):
    """The tags, attributes and texts of a piece of HTML, and the roles of what has a colour of its own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.coloured: set[str | None] = set()
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)
        found = dict(attrs)
        rules = dict(rule.strip().split(": ") for rule in (found.get("style") or "").split(";") if rule)
        if rules.get("color", "inherit") != "inherit":
            self.coloured.add(found.get("role"))

    def handle_endtag(self, tag: str) -> None:
        """Hold it against the last that was opened."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note it."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All of the text."""
        return "\n".join(self.words)
