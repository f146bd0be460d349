# shellcheck shell=bash
# The whole stack, for the commands that need all of it: sources everything else, and stops and
# shows what there is.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"
# shellcheck source=scripts/lib/postgres.sh
. "$SCRIPTS/lib/postgres.sh"
# shellcheck source=scripts/lib/rabbitmq.sh
. "$SCRIPTS/lib/rabbitmq.sh"
# shellcheck source=scripts/lib/services.sh
. "$SCRIPTS/lib/services.sh"
# shellcheck source=scripts/lib/demo.sh
. "$SCRIPTS/lib/demo.sh"

stop_stack() {
  stop_services
  stop_process receiver 5
  mq_stop
  pg_stop fast
}

# -- the table -------------------------------------------------------------------------------

status_row() { printf '  %-20s %-12s %-8s %s\n' "$1" "$2" "${3:--}" "$4"; }

service_state() {
  if ! is_running "$1"; then
    echo stopped
  elif service_is_ready "$1"; then
    echo ready
  else
    echo "not ready"
  fi
}

server_state() { if "$1"; then echo ready; else echo stopped; fi; }

print_status() {
  local service where
  status_row NAME STATE PID WHERE
  status_row PostgreSQL "$(server_state pg_is_running)" "$(pg_pid)" "127.0.0.1:$(port_of postgres)"
  status_row RabbitMQ "$(server_state mq_is_running)" "$(pid_of rabbitmq)" "127.0.0.1:$(port_of amqp), management $(port_of rabbitmq_api)"
  for service in $SERVICES; do
    where="admin $(admin_url "$service")"
    if [ "$service" = api-gateway ]; then where="$(gateway_url), $where"; fi
    status_row "$service" "$(service_state "$service")" "$(pid_of "$service")" "$where"
  done
  status_row receiver "$(server_state receiver_is_ready)" "$(pid_of receiver)" "$(receiver_url)"
}

# -- the logs --------------------------------------------------------------------------------

# usage: follow_logs LINES NAME...   in the background, each line with its service's name before it
follow_logs() {
  local lines=$1 name unbuffered=-u
  shift
  # A line shall be seen when it is written, not when a buffer is full.
  if is_macos; then unbuffered=-l; fi
  for name in "$@"; do
    touch "$LOG_DIR/$name.log"
    tail -n "$lines" -F "$LOG_DIR/$name.log" 2>/dev/null |
      sed "$unbuffered" "s/^/$(printf '%-18s | ' "$name")/" &
  done
}
