"""Figures of the grader beside those of others, taken in one run: `make bench`. Nothing here is asserted in a test."""
