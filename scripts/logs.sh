#!/usr/bin/env bash
# ./dev logs [NAME]: follows the log of one service or server, or of all services.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

if [ $# -eq 0 ]; then
  # shellcheck disable=SC2086
  set -- $SERVICES receiver
elif [ ! -f "$LOG_DIR/$1.log" ]; then
  die "there is no log named $1." \
    "There are: $(cd "$LOG_DIR" && for file in *.log; do printf '%s ' "${file%.log}"; done)"
fi

trap 'exit 0' INT TERM
follow_logs 20 "$@"
wait
