# shellcheck shell=bash
# What every script here shares: where things are, how progress is told, and which port, process
# and lock belongs to whom. It is sourced, never run.
#
# The scripts keep to bash 3.2, because that is what macOS has: no associative arrays, no mapfile,
# and no "${array[@]}" on an array that may be empty.

set -euo pipefail

SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ROOT=$(dirname "$SCRIPTS")

# One DEV_DIR is one stack: its servers, ports, data and logs. Naming another directory gives a
# second stack beside the first; the tests do just that.
DEV_DIR=${DEV_DIR:-$ROOT/.dev}
case $DEV_DIR in
  /*) ;;
  *) DEV_DIR=$PWD/$DEV_DIR ;;
esac
export DEV_DIR

LOG_DIR=$DEV_DIR/log
RUN_DIR=$DEV_DIR/run
# shellcheck disable=SC2034  # used by demo.sh
ENV_FILE=$DEV_DIR/env
# What was installed for this checkout alone. It outlives a reset, and all stacks share it.
# shellcheck disable=SC2034  # used by install.sh
TOOLS_DIR=$ROOT/.dev/tools

mkdir -p "$LOG_DIR" "$RUN_DIR"

# A number that is this directory's own on this machine. It keeps two checkouts apart: their first
# port, their broker's node name.
STACK_ID=$(printf '%s' "$DEV_DIR" | cksum | cut -d' ' -f1)

# shellcheck source=scripts/lib/output.sh
. "$SCRIPTS/lib/output.sh"
# shellcheck source=scripts/lib/ports.sh
. "$SCRIPTS/lib/ports.sh"
# shellcheck source=scripts/lib/processes.sh
. "$SCRIPTS/lib/processes.sh"

is_root() { [ "$(id -u)" -eq 0 ]; }
is_macos() { [ "$(uname -s)" = Darwin ]; }
has() { command -v "$1" >/dev/null 2>&1; }

# Everything below holds secrets or may do so: readable by its owner alone.
# usage: COMMAND | write_private FILE
write_private() {
  local file=$1
  (umask 077 && cat >"$file.new" && mv "$file.new" "$file")
}
