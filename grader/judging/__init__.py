"""Stage two: from what was observed to verdicts, misconceptions and points. No code of a submission runs."""
