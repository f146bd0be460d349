#!/usr/bin/env bash
# ./dev bench revocation, ./dev bench admission: the services as processes, built for release, with
# PostgreSQL and RabbitMQ of their own unless TEST_DATABASE_URL names others.

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

start_servers() {
  ensure_postgres
  ensure_rabbitmq
  touch "$DEV_DIR/throwaway"
  pg_start
  mq_start
  TEST_DATABASE_URL=$(pg_url postgres)
  TEST_AMQP_URL=$(mq_url)
  TEST_RABBITMQ_API=$(mq_api)
  export TEST_DATABASE_URL TEST_AMQP_URL TEST_RABBITMQ_API
}

finish() {
  local result=$?
  trap '' INT TERM
  test_servers_down || true
  release_lock
  exit "$result"
}

cd "$ROOT"
ensure_toolchain
if [ "$1" = admission ]; then ensure_valgrind; fi
cargo build --quiet --release --workspace --bins
if [ -z "${TEST_DATABASE_URL:-}" ]; then
  hold_lock
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  test_servers_down
  start_servers
fi
"$ROOT/target/release/bench" "$@"
