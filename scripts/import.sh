#!/usr/bin/env bash
# ./dev import FILE [OPTION...]: a ForeFlight logbook into the demo school. Further options are those
# of `gaf import`; which school it is, is said already.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

[ $# -ge 1 ] || die "which file?" "usage: ./dev import FILE.csv"
load_env
[ -n "${ORG_ID:-}" ] || die "there is no demo school yet." "Start the stack first: ./dev up"
exec "$SCRIPTS/gaf.sh" import "$@" --org "$ORG_ID"
