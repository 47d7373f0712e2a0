"""A newer handout comes into a student's folder: lessons are merged around what the student wrote."""
