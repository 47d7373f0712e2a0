#!/bin/sh
# bin/run.sh SLUG INPUT OUTPUT: checks the solution in INPUT, and writes OUTPUT/results.json. The slug is the name of an
# exercise or a chapter, with `-` for `_`.
set -u
slug=$(printf '%s' "$1" | tr - _)
output=$3/results.json
if grader check "$2" --only "$slug" --format exercism >"/tmp/results.$$"; then
    cat "/tmp/results.$$" >"$output"
else
    printf '{"version": 3, "status": "error", "message": "%s"}\n' \
        "The test runner could not check this solution. This is not your fault." >"$output"
fi
rm -f "/tmp/results.$$"
