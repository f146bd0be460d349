#!/usr/bin/env bash
# ./dev chaos [ARGUMENT...]: dispatchers under load while replicas, servers and networks fail, in some
# ten minutes. Arguments go to the tests: a name runs what bears it.
#
# It has PostgreSQL and RabbitMQ of its own, and leaves nothing running. A run prints its seed; with
# TEST_SEED in the environment the same moments come again.

DEV_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.dev/chaos
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
  TEST_SCRIPTS_DEV_DIR=$DEV_DIR
  export TEST_DATABASE_URL TEST_AMQP_URL TEST_RABBITMQ_API TEST_SCRIPTS_DEV_DIR
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
cargo build --quiet --workspace --bins
hold_lock
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# A run that was killed may have left its servers behind.
test_servers_down
start_servers
cargo test --quiet -p system-tests --test chaos -- --nocapture --test-threads=1 "$@"
