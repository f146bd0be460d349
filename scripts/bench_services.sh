#!/usr/bin/env bash
# ./dev bench revocation | admission | webhooks: the services as processes, optimised, with PostgreSQL
# and RabbitMQ of their own unless TEST_DATABASE_URL names others.

DEV_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.dev/bench
# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"
# shellcheck source=scripts/lib/postgres.sh
. "$SCRIPTS/lib/postgres.sh"
# shellcheck source=scripts/lib/rabbitmq.sh
. "$SCRIPTS/lib/rabbitmq.sh"
# shellcheck source=scripts/lib/test_servers.sh
. "$SCRIPTS/lib/test_servers.sh"

# The programs that a measurement runs.
programs_of() {
  case $1 in
    revocation) echo key-service read-model api-gateway ;;
    webhooks) echo key-service flight-ops webhook-dispatcher ;;
    *) echo key-service flight-ops read-model webhook-dispatcher api-gateway ;;
  esac
}

# Not quietly: the first build takes minutes, and as long as it likes where another one holds the
# directory.
build() {
  local started program packages=()
  started=$(now_tenths)
  for program in bench $(programs_of "$1"); do packages+=(-p "$program"); done
  step_note build "bench $(programs_of "$1")"
  cargo build --release "${packages[@]}" --bins
  step_ended build finished "$started"
}

cd "$ROOT"
ensure_toolchain
if [ "$1" = admission ]; then ensure_valgrind; fi
build "$1"
if [ -z "${TEST_DATABASE_URL:-}" ]; then test_servers_while_this_runs; fi
"${CARGO_TARGET_DIR:-$ROOT/target}/release/bench" "$@"
