class Verdict:
    PASSED = FAILED = "passed"
