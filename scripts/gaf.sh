#!/usr/bin/env bash
# ./dev gaf ARGUMENT...: the operators' command line, against the running stack.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

load_env
program=$(bin_dir)/gaf
[ -x "$program" ] || die "$program is missing." "./dev up builds it."
exec "$program" "$@"
