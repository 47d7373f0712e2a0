"""Says what a wrong answer is, where it is not what was asked for: the simplest relation that holds in all answers.

Pure: compares values, and reads no code. No sentence holds a value, so it may be told of a hidden question.
"""

from grader.judging.relations.answers import CallAnswer, Path
from grader.judging.relations.find import relation, resemblance
from grader.judging.relations.found import OF_ARGUMENTS, Name, Related, Relation
from grader.judging.relations.where import where

__all__ = ["OF_ARGUMENTS", "CallAnswer", "Name", "Path", "Related", "Relation", "relation", "resemblance", "where"]
