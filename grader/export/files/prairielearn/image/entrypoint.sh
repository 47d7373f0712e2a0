#!/bin/sh
# PrairieLearn starts this for each submission. A variant's seed chooses the hidden questions, so that a variant asks
# the same ones again.
set -u
root=${GRADE_ROOT:-/grade}
results=$root/results/results.json
mkdir -p "$root/results"
rm -f "$results"

ungraded() {
    printf '{"gradable": false, "format_errors": ["%s"]}\n' "$1" >"$results"
    exit 0
}

seed=$(python3 -c 'import json, sys; print(int(json.load(open(sys.argv[1]))["variant_seed"]))' "$root/data/data.json") ||
    ungraded "The grader could not read the seed of this variant. This is not your fault, and costs no attempt."
cd "$root" || exit 3
if grader check "$root/student" --format prairielearn --seed "$seed" >"$results.part"; then
    mv "$results.part" "$results"
else
    rm -f "$results.part"
    ungraded "Nothing could be graded. This is not your fault, and costs no attempt."
fi
