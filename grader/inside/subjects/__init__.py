"""The subjects that a course can be about, each a module; `grader.inside.subject` says what one has."""
