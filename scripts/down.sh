#!/usr/bin/env bash
# ./dev down: stops everything and keeps the data.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

hold_lock
trap release_lock EXIT
stop_stack
say "Everything is stopped. The data is kept; ./dev up goes on with it."
