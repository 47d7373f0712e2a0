#!/bin/sh
# Makes .venv ready; every target of the Makefile calls it first. Usage: sh scripts/setup.sh run|dev
#   run: the packages that grading needs       dev: those, and the tools of `make test` and `make lint`
# Environment, all optional: PYTHON names the interpreter, TORCH_INDEX the index to take torch from.
#
# .venv/.ready is written last and says for which kind, Python, folder and versions .venv was made. Where it is
# absent or differs, .venv is made anew: so the next call repairs an interrupted set-up or a moved folder.
set -eu
exec >&2 # stdout belongs to the report
CDPATH='' cd -- "$(dirname -- "$0")/.."
unset PYTHONHOME PYTHONPATH
# A personal `user = true` would make pip refuse every .venv, and a question of pip's would not be seen.
export PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1

kind=$1
ready=.venv/.ready

fail() {
    echo "Set-up failed: $1" >&2
    exit 1
}

# Prints what .venv is made for when the interpreter is $1.
fingerprint() {
    "$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null || return
    pwd -P
    # The tool sections at the end of pyproject.toml do not change what is installed.
    sed '/^\[tool\./,$d' pyproject.toml | cat - constraints.txt | cksum
}

is_ready() {
    [ -x .venv/bin/python ] && [ -x .venv/bin/grader ] && [ "$(cat "$ready" 2>/dev/null)" = "$1 $wanted" ]
}

stop_if_ready() {
    wanted=$(fingerprint "${PYTHON:-.venv/bin/python}") || wanted=nothing
    if is_ready "$kind" || is_ready dev; then exit 0; fi
}

# Prints the path of the first interpreter that is new enough: of its base, since .venv itself may be active.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11 python
    fi
    for candidate; do
        "$candidate" -c 'import sys
print(sys._base_executable) if sys.version_info >= (3, 11) else sys.exit(1)' 2>/dev/null && return
    done
    fail "no Python 3.11 or newer was found (tried: $*); install one, or name yours as in \
'make check PYTHON=/path/to/python3.12'."
}

# One set-up at a time. The lock belongs to descriptor 9, so it lasts until this script and pip have ended, even
# by kill -9. Where the file system cannot lock, the set-up goes on without.
lock() {
    exec 9<constraints.txt
    "$python" -c 'import fcntl, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("Waiting for another set-up of this folder to finish ...", file=sys.stderr, flush=True)
    fcntl.flock(9, fcntl.LOCK_EX)
except OSError:
    pass'
}

make_venv() {
    "$python" -c 'import venv, ensurepip' 2>/dev/null || {
        name=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        fail "$python has no venv module; install it (on Debian and Ubuntu: sudo apt install $name) and run the same \
command again."
    }
    output=$({ rm -rf .venv && "$python" -m venv .venv; } 2>&1) || {
        echo "$output"
        fail "the folder .venv could not be made; remove the cause named above and run the same command again."
    }
}

# On a terminal, shows every few seconds that the set-up goes on; ends with this script, however that ends.
show_time() {
    [ -t 2 ] || return 0
    seconds=0
    while sleep 5 && kill -0 $$ 2>/dev/null; do
        seconds=$((seconds + 5))
        printf '\r  still at it: %s s ' "$seconds"
    done &
    ticker=$!
}

stop_time() {
    [ -z "${ticker:-}" ] || { kill "$ticker" 2>/dev/null; printf '\r%30s\r' ''; }
}

pip_install() {
    .venv/bin/python -m pip install --quiet -c constraints.txt "$@"
}

# The index for torch need not hold the locked versions of other packages: hence --no-deps.
install() {
    if [ -n "${TORCH_INDEX:-}" ]; then
        pip_install --no-deps --index-url "$TORCH_INDEX" torch || return
    fi
    if [ "$kind" = dev ]; then pip_install -e '.[dev]'; else pip_install -e .; fi
}

stop_if_ready
trap 'stop_time; fail "it was interrupted; run the same command again."' INT TERM HUP
python=$(find_python)
lock
stop_if_ready # the lock may have been held by a set-up that did it all

grading_works=no
if is_ready run; then
    grading_works=yes
    echo "Adding the tools for tests and lint to .venv ..."
else
    echo "Setting up .venv with $python (once, two to three minutes; torch is about 200 MB) ..."
    make_venv
fi

rm -f "$ready"
show_time
output=$(install 2>&1) || {
    stop_time
    echo "$output"
    # pip downloads everything before it changes anything, so after its failure grading still works.
    if [ "$grading_works" = yes ]; then echo "run $wanted" >"$ready"; fi
    fail "pip could not install the packages; check the network and the free disk space (pip's reason is above) and \
run the same command again."
}
stop_time
echo "$kind $(fingerprint .venv/bin/python)" >"$ready"
