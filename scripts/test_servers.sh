#!/usr/bin/env bash
# PostgreSQL and RabbitMQ that stay up while one works on the tests.
#
#   eval "$(./dev test-servers up)"     start them, or find them running, and export where they are
#   ./dev test-servers down             stop them and forget their data
#
# Only the exports go to stdout. `./dev test` has a pair of its own and does not meet these.

DEV_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.dev/test-servers
# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"
# shellcheck source=scripts/lib/postgres.sh
. "$SCRIPTS/lib/postgres.sh"
# shellcheck source=scripts/lib/rabbitmq.sh
. "$SCRIPTS/lib/rabbitmq.sh"
# shellcheck source=scripts/lib/install_charts.sh
. "$SCRIPTS/lib/install_charts.sh"
# shellcheck source=scripts/lib/install_webhooks.sh
. "$SCRIPTS/lib/install_webhooks.sh"
# shellcheck source=scripts/lib/test_servers.sh
. "$SCRIPTS/lib/test_servers.sh"

usage() { die "usage: ./dev test-servers up|down"; }

[ $# -eq 1 ] || usage
hold_lock
trap release_lock EXIT
case $1 in
  up)
    ensure_webhook_libraries
    test_servers_up
    test_servers_exports
    webhook_library_exports
    ;;
  down) test_servers_down ;;
  *) usage ;;
esac
