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

cd "$ROOT"
ensure_toolchain
cargo build --quiet --workspace --bins
test_servers_while_this_runs
cargo test --quiet -p system-tests --test chaos -- --nocapture --test-threads=1 "$@"
