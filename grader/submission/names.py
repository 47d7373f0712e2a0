"""The names of files: which can be handed in, where a member is inside a submission, and how a name is shown."""

import re
import unicodedata
from pathlib import Path

from grader.errors import SubmissionError
from grader.inside.said import Listed, Said, say
from grader.words.plain import escaped

SOURCES = (".py", ".ipynb")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
SUFFIXES = SOURCES + ARCHIVES
# What browsers, mail programs and Windows' hidden suffixes make of a source file; what is in it stays the same.
RENAMED = {f"{source}{added}": source for source in SOURCES for added in (".txt", ".json", ".download")}
_KNOWN = (*SUFFIXES, *RENAMED)
# Archives that are not opened: in contrast to other files, they may hold anything that was asked for.
_CLOSED = frozenset(
    {
        ".rar",
        ".7z",
        ".xz",
        ".bz2",
        ".gz",
        ".zst",
        ".lzma",
        ".z",
        ".lz",
        ".lz4",
        ".txz",
        ".tbz",
        ".tbz2",
        ".tlz",
        ".tzst",
    }
    | {".zipx", ".ace", ".arj", ".cab", ".lzh", ".sit", ".sitx", ".cpio", ".iso", ".dmg"}
)
_KINDS = {
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf", ".pages"), "document"),
    **dict.fromkeys((".html", ".htm", ".mht", ".mhtml", ".webarchive"), "page"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".heic", ".gif", ".bmp", ".webp"), "picture"),
    **dict.fromkeys((".txt", ".md", ".text"), "text"),
    ".pdf": "pdf",
    ".json": "json",
}
MAX_DEPTH = 20
MAX_NAME = 240
TOO_DEEP = say("refused.deep", limit=MAX_DEPTH)
# Folders that tools leave behind, or that hold other people's code.
_IGNORED = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "__MACOSX"})
IGNORED = say("refused.ignored")
# What systems put beside everybody's files.
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx", "__pycache__", "icon\r"})
_DRIVE = re.compile(r"[A-Za-z]:")


def suffix_of(name: str) -> str:
    """The suffix that is read and that a name ends in, whatever its case (Windows likes `HOMEWORK.PY`), or nothing."""
    return next((suffix for suffix in _KNOWN if name.lower().endswith(suffix) and len(name) > len(suffix)), "")


def is_closed_archive(name: str) -> bool:
    """Is this an archive of a kind that is not opened?"""
    return not suffix_of(name) and _last_suffix(name) in _CLOSED


def kind_of(name: str) -> Said:
    """The kind of a file that is not read, by its name."""
    suffix = _last_suffix(name)
    if suffix in _CLOSED:
        return say("file.closed_archive", suffix=suffix)
    if suffix in _KINDS:
        return say(f"file.{_KINDS[suffix]}")
    return say("file.other", suffix=shown(suffix)) if suffix else say("file.no_suffix")


def accepted() -> Said:
    """The suffixes that can be handed in."""
    return say("file.accepted", suffixes=Listed(things=SUFFIXES[:-1]), last=SUFFIXES[-1])


def folded(name: str) -> str:
    """The same for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def identity_of(name: str) -> str:
    """The name of a file without its suffix; `.tar.gz` is one suffix, and so are `.py.txt` and `.tar.xz`."""
    if known := suffix_of(name):
        return name[: -len(known)]
    suffix = _last_suffix(name)
    if suffix not in _CLOSED and suffix not in _KINDS:
        return name
    short = name[: -len(suffix)]
    return short[: -len(".tar")] if short.lower().endswith(".tar") and len(short) > len(".tar") else short


def _last_suffix(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return Path(last.lower()).suffix if last else ""


def bare(name: str) -> str:
    """The last part of a name, without its suffix."""
    last = name.rpartition("/")[2]
    return last[: len(last) - len(suffix_of(last))]


def is_ignored(part: str) -> bool:
    """Is a file or folder of this name hidden, or a tool's? It is named only where there is nothing else."""
    return part in _IGNORED or part.startswith(".") or is_litter(part)


def is_litter(part: str) -> bool:
    """Does a system leave files or folders of this name, so that nobody has handed them in?"""
    return part.lower() in _LITTER or part.startswith("._")


def parts_of(name: str) -> list[str]:
    """The folders and the file that a member's name goes through; a backslash is Windows' slash.

    Raises `SubmissionError` where they lead out of the submission, or further down than anyone needs.
    """
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise SubmissionError(say("refused.absolute"))
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise SubmissionError(say("refused.leads_out"))
    if len(path) > MAX_NAME or len(_escaped(path)) > MAX_NAME:
        raise SubmissionError(say("refused.long_name", limit=MAX_NAME))
    if len(parts) > MAX_DEPTH + 1:
        raise SubmissionError(TOO_DEEP)
    return parts


def shown(name: str) -> str:
    """A name that disturbs no terminal, no log and no report: control characters are escaped, and the middle is cut.

    A known suffix is shown in lower case, which is how the rest of the grader tells what a file is.
    """
    plain = name.replace("\\", "/")
    plain = plain[: len(plain) - len(suffix_of(plain))] + suffix_of(plain)
    text = _escaped(plain[:MAX_NAME] + plain[MAX_NAME:][-MAX_NAME:])
    if len(text) > MAX_NAME:
        return f"{text[: MAX_NAME // 2]}…{text[-MAX_NAME // 3 :]}"
    return text or "(no name)"


def _escaped(name: str) -> str:
    return "".join(character if character.isprintable() else escaped(character) for character in name)
