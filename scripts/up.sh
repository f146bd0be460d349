#!/usr/bin/env bash
# ./dev up [--detach] [--release] [--no-build]
#
# Starts the whole stack and creates the demo school. Without --detach it then follows the logs,
# and Ctrl-C stops everything. Run again, it starts what is not running and restarts what was
# built anew.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

detach=no
build=yes
profile=debug

for argument in "$@"; do
  case $argument in
    --detach | -d) detach=yes ;;
    --release) profile=release ;;
    --no-build) build=no ;;
    *) die "unknown argument: $argument" "usage: ./dev up [--detach] [--release] [--no-build]" ;;
  esac
done

# Ctrl-C, also in the middle of starting, leaves nothing behind. The signal reaches the programs in
# the terminal's foreground, such as cargo, by itself; the servers have sessions of their own.
interrupted() {
  trap '' INT TERM
  say ""
  heading "Stopping"
  stop_followers
  stop_stack
  exit 0
}

followers=''
stop_followers() {
  # shellcheck disable=SC2086
  if [ -n "$followers" ]; then kill $followers 2>/dev/null || true; fi
}

print_summary() {
  local gateway org key sandbox_key
  gateway=$(gateway_url)
  org=$(demo_value ORG_ID)
  key=$(demo_value API_KEY)
  sandbox_key=$(demo_value TF_TEST_API_KEY)
  cat <<SUMMARY

$(print_status)

  School    Palo Alto Flight School, $org
  API key   $key
  Sandbox   $sandbox_key
  Settings  $ENV_FILE

Try:

  curl -s '$gateway/api/v1/public/flights?limit=3' \\
    -H 'Authorization: Bearer $key' -H 'X-Org-Id: $org'

  curl -s '$gateway/api/external/v1/me' -H 'Authorization: Bearer $sandbox_key'

  ./dev import FILE.csv                               # a ForeFlight logbook
  ./dev gaf flight approve --org $org FLIGHT_ID
                                                      # then: curl -s $(receiver_url)/deliveries
SUMMARY
}

# Stays until Ctrl-C, and says so when something ends by itself.
follow() {
  local service running reported=' '
  # shellcheck disable=SC2086
  follow_logs 0 $SERVICES receiver
  followers=$(jobs -p)
  while sleep 1; do
    running=no
    for service in $SERVICES; do
      if is_running "$service"; then
        running=yes
        reported=${reported/ $service / }
      elif [ "${reported#* "$service" }" = "$reported" ]; then
        say "$service has ended; see $LOG_DIR/$service.log. Start it again from another terminal: ./dev up --detach"
        reported="$reported$service "
      fi
    done
    if [ "$running" = no ]; then
      say "Every service has ended."
      stop_followers
      exit 1
    fi
  done
}

hold_lock
trap release_lock EXIT
trap interrupted INT TERM

echo "$profile" >"$PROFILE_FILE"
heading "Programs"
ensure_postgres
ensure_rabbitmq
ensure_curl
if [ "$build" = yes ]; then build_services "$profile"; else step_note build "left out"; fi

heading "Servers"
pg_start
mq_start
create_databases
ensure_keys
write_env

heading "Services"
start_services

heading "Demo"
start_receiver
create_demo
release_lock

print_summary
if [ "$detach" = yes ]; then
  printf '\n  ./dev down stops it; ./dev logs follows it.\n'
else
  printf '\n  Following the logs. Ctrl-C stops everything.\n\n'
  follow
fi
