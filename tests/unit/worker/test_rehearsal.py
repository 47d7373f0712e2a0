"""The rehearsal of a process that workers are forked from."""

import io
import subprocess
import sys

from grader.catalog import ROOT
from grader.model import Answered, Raised
from grader.wire import Loaded, Reply, decode_report, read_frame

_PROGRAM = """
import linecache, os, sys
from grader.worker.serve import prepare
from grader.worker.rehearsal import rehearse
prepare()
before = list(sys.meta_path), set(linecache.cache), set(sys.modules)
answers = rehearse()
after = list(sys.meta_path), set(linecache.cache), set(sys.modules)
assert (before[0], before[1] & after[1]) == (after[0], before[1]), "something is left"
assert not [name for name in after[1] | after[2] if "rehearsal.py" in name and "/" not in name], "something is left"
sys.stdout.buffer.write(answers)
"""


def test_every_question_is_answered_and_nothing_is_left() -> None:
    """The little submission is loaded whole; an answer that had to be an exception is one, and no other."""
    completed = subprocess.run(
        [sys.executable, "-c", _PROGRAM], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    assert completed.returncode == 0, completed.stderr
    stream = io.BytesIO(completed.stdout)
    reports = []
    while body := read_frame(stream):
        reports.append(decode_report(body))
    (loaded,) = [report for report in reports if isinstance(report, Loaded)]
    assert loaded.notes == ()
    answers = [report.observation for report in reports if isinstance(report, Reply)]
    assert {type(answer) for answer in answers} == {Answered, Raised}
    assert {answer.message for answer in answers if isinstance(answer, Raised)} == {"no answer"}
    assert {answer.exception for answer in answers if isinstance(answer, Raised)} == {"ValueError"}
