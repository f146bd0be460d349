#!/usr/bin/env bash
# ./dev bench ARGUMENT...: the measurements, against the running stack when there is one.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

if [ -f "$ENV_FILE" ]; then load_env; fi
exec cargo run --manifest-path "$ROOT/Cargo.toml" --quiet --release -p bench -- "$@"
