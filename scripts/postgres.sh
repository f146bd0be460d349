#!/usr/bin/env bash
# The stack's private PostgreSQL.
#
#   scripts/postgres.sh start | stop | restart | kill | forget | status | url [DATABASE]
#   scripts/postgres.sh create-database NAME
#
# DEV_DIR chooses the stack. `kill` ends it as a crash would; `forget` does so and removes its data.
# A stack whose directory holds a file named `throwaway` trades safety against power failure for
# speed; the tests' stacks do.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"
# shellcheck source=scripts/lib/postgres.sh
. "$SCRIPTS/lib/postgres.sh"

case ${1:-} in
  start) pg_start ;;
  stop) pg_stop fast ;;
  restart)
    pg_stop fast
    pg_start
    ;;
  kill) pg_stop immediate ;;
  forget)
    pg_stop immediate
    pg_forget
    ;;
  status) pg_is_running && echo running || echo stopped ;;
  url) pg_url "${2:-postgres}" ;;
  create-database) pg_create_database "${2:?a name is needed}" ;;
  *) die "usage: scripts/postgres.sh start|stop|restart|kill|forget|status|url [DATABASE]|create-database NAME" ;;
esac
