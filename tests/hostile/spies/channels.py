"""A submission that looks for what a platform lends the grader: tokens in its surroundings, and files to write to.

`PATHS` is put in front of this text. Each thing that it finds is a line that it prints, when it is imported and when it
is called. A canary is `CNRY` and 16 digits; the pattern does not match itself.
"""

import contextlib
import ctypes
import gc
import os
import re
import socket
import stat
from pathlib import Path

CANARY = re.compile(rb"CNRY[0-9a-f]{16}")
PAGE = 4096
libc = ctypes.CDLL(None)
OUT, IN = os.pipe()


def found(where, what=""):
    print("FOUND", where, what)


def look_for_variables():
    for name, value in os.environ.items():
        if CANARY.search(value.encode()):
            found("in os.environ", name)
    own = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    for number in range(10_000) if own else ():
        if own[number] is None:
            break
        if CANARY.search(own[number]):
            found("in environ", own[number])
    ancestors = ["self", "thread-self", str(os.getppid()), *map(str, range(1, 100))]
    for process in ancestors:
        for name in ("environ", "cmdline", "fd", "root/proc/1/environ"):
            with contextlib.suppress(OSError):
                if CANARY.search(Path("/proc", process, name).read_bytes()):
                    found("in /proc", process)


def content_of(page):
    # The kernel says no where there is nothing to read, instead of ending the process.
    size = libc.write(IN, ctypes.c_void_p(page), ctypes.c_size_t(PAGE))
    return os.read(OUT, size) if size > 0 else b""


def pages_from(start, step, most):
    page = start // PAGE * PAGE
    for _ in range(most):
        if not (content := content_of(page)):
            break
        yield page, content
        page += step


def look_in_memory():
    libc.sbrk.restype = ctypes.c_void_p
    # The arguments and the variables of the start lie at the end of the stack; then the heap, and Python's own.
    stack = ctypes.c_void_p.in_dll(libc, "program_invocation_name").value
    looks = [(stack, PAGE, 4096), (stack, -PAGE, 4096), (libc.sbrk(0) - 1, -PAGE, 1 << 15)]
    looks += [(place << 20, PAGE, 256) for place in {id(thing) >> 20 for thing in gc.get_objects()}]
    looked = 0
    for start, step, most in looks:
        for page, content in pages_from(start, step, most):
            looked += 1
            for match in CANARY.finditer(content):
                found("in memory", (hex(page), match.group()[:8]))
    print("LOOKED at", looked, "pages")


def look_for_files():
    for name in PATHS:  # noqa: F821  # put in front
        path = Path(name)
        attempts = {
            "read": path.read_bytes if path.suffix else lambda path=path: list(path.iterdir()),
            "stat": lambda path=path: path.stat() and os.access(path, os.R_OK) and os.listdir(path.parent),
            "appended to": lambda path=path: path.open("ab").write(b"CNRYx"),
            "written": lambda path=path: path.write_bytes(b"forged"),
            "made a file in": lambda path=path: (path / "results.json").write_text("{}"),
            "linked": lambda path=path: (path / "link").symlink_to("/etc/passwd"),
            "renamed": lambda path=path: path.rename(f"{path}.old"),
            "removed": path.unlink,
            "truncated": lambda path=path: os.truncate(path, 0),
            "opened to all": lambda path=path: path.chmod(0o777),
            "given away": lambda path=path: os.chown(path, -1, -1),
            "given other times": lambda path=path: os.utime(path),
            "labelled": lambda path=path: os.setxattr(path, "user.mark", b"CNRYx"),
        }
        for verb, attempt in attempts.items():
            with contextlib.suppress(OSError):
                if attempt() is not False:
                    found(verb, name)


def look_for_ways_out():
    for number in range(256):
        with contextlib.suppress(OSError):
            if not stat.S_ISFIFO(os.fstat(number).st_mode) and not stat.S_ISCHR(os.fstat(number).st_mode):
                found("a descriptor", number)
    with contextlib.suppress(OSError):
        socket.socket()
        found("a socket")
    for directory in ("/tmp", os.getcwd(), os.path.expanduser("~")):
        with contextlib.suppress(OSError):
            Path(directory, "left-behind").write_text("CNRYx")
            found("wrote to", directory)


def look():
    look_for_variables()
    look_in_memory()
    look_for_files()
    look_for_ways_out()


look()


def gradient(f, x):
    look()
    return x
