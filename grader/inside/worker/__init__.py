"""UNTRUSTED side: the process that runs a submission's code. It knows no answer, no seed and no verdict."""
