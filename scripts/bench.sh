#!/usr/bin/env bash
# ./dev bench ARGUMENT...: the measurements, against the running stack when there is one; those of
# whole services start their own.

case ${1:-} in
  revocation | admission | webhooks) exec "$(dirname "${BASH_SOURCE[0]}")/bench_services.sh" "$@" ;;
esac

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

if [ -f "$ENV_FILE" ]; then load_env; fi
exec cargo run --manifest-path "$ROOT/Cargo.toml" --profile measure -p bench -- "$@"
