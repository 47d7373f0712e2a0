"""The commands of `grader`, one module each: its name is the command's, and `command` is what click runs.

A handout has the modules of the commands that students need, so it has no others. Each imports at its top only what is
there at once, and the rest where it is needed: wrong usage is told without a wait.
"""
