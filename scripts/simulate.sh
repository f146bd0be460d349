#!/usr/bin/env bash
# ./dev simulate [--rate N] [OPTION...]: the demo school lives on, until Ctrl-C. Further options are
# those of `gaf simulate`; which school it is, and what it has lived, is said already.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

load_env
[ -n "${ORG_ID:-}" ] || die "there is no demo school yet." "Start the stack first: ./dev up"
rate=(--rate 6)
for argument in "$@"; do
  case $argument in --rate | --rate=* | --to | --to=* | -h | --help) rate=() ;; esac
done
options=()
while IFS= read -r option; do options+=("$option"); done < <(simulated)
exec "$SCRIPTS/gaf.sh" simulate "${options[@]}" ${rate[@]+"${rate[@]}"} "$@"
