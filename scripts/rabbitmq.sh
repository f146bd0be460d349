#!/usr/bin/env bash
# The stack's private RabbitMQ.
#
#   scripts/rabbitmq.sh start | stop | restart | kill | forget | status | url | api
#
# DEV_DIR chooses the stack. `kill` ends it as a crash would; `forget` does so and removes its data.
# `stop` takes some 6 s: connections are closed at once, but the management plugin is in no hurry.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"
# shellcheck source=scripts/lib/rabbitmq.sh
. "$SCRIPTS/lib/rabbitmq.sh"

case ${1:-} in
  start) mq_start ;;
  stop) mq_stop ;;
  restart)
    mq_stop
    mq_start
    ;;
  kill) mq_kill ;;
  forget)
    mq_kill
    mq_forget
    ;;
  status) mq_is_running && echo running || echo stopped ;;
  url) mq_url ;;
  api) mq_api ;;
  *) die "usage: scripts/rabbitmq.sh start|stop|restart|kill|forget|status|url|api" ;;
esac
