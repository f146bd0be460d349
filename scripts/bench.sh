#!/usr/bin/env bash
# ./dev bench ARGUMENT...: the measurements, against the running stack when there is one; those of
# whole services start their own.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

bench() { exec cargo run --manifest-path "$ROOT/Cargo.toml" --release -p bench -- "$@"; }

# Whoever asks what there is needs no services.
case " $* " in *" --help "* | *" -h "*) bench "$@" ;; esac
case ${1:-} in
  revocation | admission | webhooks) exec "$SCRIPTS/bench_services.sh" "$@" ;;
esac
if [ -f "$ENV_FILE" ]; then load_env; fi
bench "$@"
