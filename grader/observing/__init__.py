"""Stage one: puts questions to a submission, in workers that may die, hang or lie. The only dirty step."""
