#!/bin/sh
# Installs what PyroLab GUI needs on Linux, into this checkout, and then runs the command that is given:
#
#     sh resources/setup.sh pyrolab-gui demo     the window, on a simulated bench
#     sh resources/setup.sh pytest               the tests
#
# It may be run again and again: what is there is left alone. System packages come from apt (as root or with sudo;
# otherwise the one line to run is printed); uv goes into .tools/, Python packages into .venv/, both in this folder.
# On Windows and macOS nothing of the system is missing: `pip install uv`, then `uv run pyrolab-gui demo`.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

say() { printf 'setup: %s\n' "$*" >&2; }

# --- libraries of the system ------------------------------------------------------------------------------------------
# Each line: the file that must be there, and the Debian or Ubuntu package that brings it.
window_libraries='libEGL.so.1 libegl1
libGL.so.1 libgl1
libglib-2.0.so.0 libglib2.0-0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libxkbcommon.so.0 libxkbcommon0
libgssapi_krb5.so.2 libgssapi-krb5-2
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0'
test_programs='Xvfb xvfb
xauth xauth
openbox openbox
xdotool xdotool
import imagemagick'

missing_packages() {
    known=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p) 2>/dev/null )
    printf '%s\n' "$window_libraries" | while read -r file package; do
        case "$known" in *"$file "*) ;; *) printf ' %s' "$package" ;; esac
    done
    if [ "${1:-}" = pytest ]; then
        printf '%s\n' "$test_programs" | while read -r program package; do
            command -v "$program" >/dev/null 2>&1 || printf ' %s' "$package"
        done
    fi
}

install_packages() {
    packages=$(missing_packages "${1:-}")
    [ -n "$packages" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        say "these libraries are missing; install them with your system's package manager (Debian's names):$packages"
        return 0
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=''
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root='sudo'
    else
        say "some libraries of the system are missing. Have an administrator run this line, then start again:"
        printf '    apt-get update && apt-get install -y%s\n' "$packages" >&2
        exit 1
    fi
    say "installing$packages"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # the list is words on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
}

# --- uv, and the packages of Python -----------------------------------------------------------------------------------
find_uv() {
    if command -v uv >/dev/null 2>&1; then
        uv=$(command -v uv)
        return
    fi
    uv="$root/.tools/bin/uv"
    [ -x "$uv" ] && return
    if ! python3 -m pip --version >/dev/null 2>&1; then
        say "pip is missing: apt-get install python3-pip"
        exit 1
    fi
    say "installing uv into .tools"
    # A folder of our own: the system's Python stays as it is (PEP 668).
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
        --target "$root/.tools" 'uv>=0.5,<1' ||
        python3 -m pip install --quiet --disable-pip-version-check --target "$root/.tools" 'uv>=0.5,<1'
}

install_python_packages() {
    wanted=$(cksum requirements.txt pyproject.toml)
    [ -f .venv/installed ] && [ "$wanted" = "$(cat .venv/installed)" ] && return 0
    say "installing the Python packages into .venv"
    [ -x .venv/bin/python ] || "$uv" venv --quiet --python '>=3.11' .venv
    "$uv" pip install --quiet --python .venv/bin/python --require-hashes -r requirements.txt
    "$uv" pip install --quiet --python .venv/bin/python --no-deps -e .
    printf '%s\n' "$wanted" > .venv/installed
}

if [ "$(uname -s)" = Linux ]; then
    install_packages "${1:-}"
fi
find_uv
install_python_packages

[ $# -gt 0 ] || { say "ready. Next: sh resources/setup.sh pyrolab-gui demo"; exit 0; }
PATH="$root/.venv/bin:$root/.tools/bin:$PATH"
export PATH
exec "$@"
