"""The words that people read: one whole sentence for each id, in each language."""

from grader.words.language import Language, own_language

__all__ = ["Language", "own_language"]
