"""What a Gradescope autograder runs for each submission."""

import unittest
from pathlib import Path

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.discover(".", pattern="test_graded.py")
    with Path("results.json").open("w", encoding="utf-8") as stream:
        JSONTestRunner(visibility="visible", stream=stream).run(suite)
