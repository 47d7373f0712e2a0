"""The Actions runner's reading of what a step prints, and of the files that it fills (contract, section 1.2).

It is stricter than the contract, as the runner's own source is (actions/runner, `ActionCommand.cs`): a command may be
indented, and `##[name]` is one wherever it stands in a line. Capitals do not matter, and a lone carriage return begins
a line.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.clients.seen import Rules, Seen

MOST_OF_A_LEVEL = 10
MOST_BYTES_OF_A_SUMMARY = 1024 * 1024
_LEVELS = ("error", "warning", "notice")
_STOP = "stop-commands"
# The commands that the runner has registered.
_COMMANDS = frozenset({
    *_LEVELS, _STOP, "debug", "group", "endgroup", "echo", "add-mask", "add-matcher", "remove-matcher",
    "set-env", "set-output", "save-state", "add-path",
})  # fmt: skip
_HARMLESS = frozenset({*_LEVELS, _STOP, "group", "endgroup", "debug"})
_PLACES = ("file", "line", "endLine", "col", "endColumn", "title")
_LINES = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One workflow command, with everything unescaped."""

    name: str
    properties: tuple[tuple[str, str], ...]
    text: str

    def property(self, name: str) -> str | None:
        """One of the properties, by its name."""
        return dict(self.properties).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(Seen):
    """The commands that the runner obeys, in order; annotations are those of the three levels."""

    commands: tuple[Command, ...]

    @property
    def annotations(self) -> tuple[Command, ...]:
        """The errors, warnings and notices."""
        return tuple(command for command in self.commands if command.name in _LEVELS)


def read(printed: bytes, *, by_student: Sequence[str] = (), exit_status: int = 0) -> Printed:
    """What the runner does with what one step printed.

    `by_student` holds the texts that came out of a submission: a command that the runner takes from one is refused.
    """
    rules = Rules()
    commands = tuple(_obeyed(rules, printed.decode("utf-8", "replace")))
    injected = {command for text in by_student for command in would_inject(text)}
    for command in commands:
        rules.hold("injection", not _is_from(injected, command), command)
        rules.hold("command", command.name in _HARMLESS, command)
        if command.name in _LEVELS:
            _check_place(rules, command)
    for level, number in Counter(command.name for command in commands if command.name in _LEVELS).items():
        rules.hold("annotations-of-a-step", number <= MOST_OF_A_LEVEL, f"{number} of {level}")
    return Printed(status="success" if exit_status == 0 else "failure", refusals=tuple(rules.broken), commands=commands)


def would_inject(text: str) -> tuple[Command, ...]:
    """The commands that a text would give if it were printed as it is."""
    return tuple(filter(None, (_command(line, _COMMANDS) for line in _LINES.split(text))))


def read_summary(raw: bytes) -> Seen:
    """A step's summary: over its size the upload fails, silently and green."""
    rules = Rules()
    shown = rules.hold("summary-size", len(raw) <= MOST_BYTES_OF_A_SUMMARY, f"{len(raw)} bytes")
    return Seen(status="shown" if shown else "lost", refusals=tuple(rules.broken))


def read_outputs(raw: bytes) -> tuple[dict[str, str], Seen]:
    """The names and values of `$GITHUB_OUTPUT`: `name=value`, or `name<<delimiter`, lines and the delimiter."""
    rules = Rules()
    values: dict[str, str] = {}
    lines = iter(_LINES.split(raw.decode("utf-8", "replace")))
    for line in lines:
        heredoc, equals = line.find("<<"), line.find("=")
        if heredoc > 0 and (equals < 0 or heredoc < equals):
            name, delimiter = line.split("<<", 1)
            values[name] = "\n".join(_until(rules, lines, delimiter))
        elif equals > 0:
            values[line[:equals]] = line[equals + 1 :]
        else:
            rules.hold("output-line", not line, line)
    return values, Seen(status="success" if not rules.broken else "failure", refusals=tuple(rules.broken))


def _until(rules: Rules, lines: Iterator[str], delimiter: str) -> Iterator[str]:
    for line in lines:
        if line == delimiter:
            return
        yield line
    rules.refuse("output-delimiter", delimiter)


def _obeyed(rules: Rules, text: str) -> Iterator[Command]:
    token: str | None = None
    for line in _LINES.split(text):
        command = _command(line, _COMMANDS | ({token} if token else set()))
        if command is None:
            continue
        if token is not None:
            token = None if command.name == token else token
            continue
        if command.name == _STOP:
            token = command.text.lower()
        yield command
    rules.hold("resumed", token is None, "commands are stopped to the end")


def _command(line: str, names: frozenset[str]) -> Command | None:
    return _double_colon(line.lstrip(), names) or _bracket(line, names)


def _double_colon(line: str, names: frozenset[str]) -> Command | None:
    head, found, text = line[2:].partition("::")
    name, _, properties = head.partition(" ")
    if not (line.startswith("::") and found and name.lower() in names):
        return None
    pairs = _pairs(properties.strip(), ",", (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")))
    return Command(
        name=name.lower(), properties=pairs, text=_unescaped(text, (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")))
    )


def _bracket(line: str, names: frozenset[str]) -> Command | None:
    _, begun, rest = line.partition("##[")
    head, ended, text = rest.partition("]")
    name, _, properties = head.partition(" ")
    if not (begun and ended and name.lower() in names):
        return None
    escapes = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))
    return Command(name=name.lower(), properties=_pairs(properties, ";", escapes), text=_unescaped(text, escapes))


def _pairs(text: str, separator: str, escapes: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    halves = (part.partition("=") for part in text.split(separator))
    return tuple((name, _unescaped(value, escapes)) for name, equals, value in halves if equals and name and value)


def _unescaped(text: str, escapes: Sequence[tuple[str, str]]) -> str:
    for escaped, character in escapes:
        text = text.replace(escaped, character)
    return text


def _is_from(injected: set[Command], command: Command) -> bool:
    return any(
        (one.name, one.properties) == (command.name, command.properties) and command.text.startswith(one.text)
        for one in injected
    )


def _check_place(rules: Rules, command: Command) -> None:
    for name, value in command.properties:
        rules.hold("property", name in _PLACES, f"{name}={value}")
        whole = name in ("file", "title") or (value.isascii() and value.isdigit() and int(value) > 0)
        rules.hold("line", name not in _PLACES or whole, f"{name}={value}")
    file = command.property("file")
    rules.hold("file", file is None or not file.startswith(("/", "..")), file)
    rules.hold("text", bool(command.text.strip()), command)
