"""Everything of the grader that a submission's process sees.

It imports nothing else of the grader, and holds no answer.
"""
