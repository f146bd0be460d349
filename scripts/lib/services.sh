# shellcheck shell=bash
# The five services: what each is told, and how they start and stop together. Sourced after
# common.sh, postgres.sh and rabbitmq.sh.

# In the order in which they are shown. They may start in any order: each waits for what it needs.
SERVICES="key-service flight-ops read-model webhook-dispatcher api-gateway"

# `up` remembers here which build it runs, so that `./dev gaf` runs the same.
PROFILE_FILE=$DEV_DIR/profile

bin_dir() {
  local profile=debug
  if [ -f "$PROFILE_FILE" ]; then profile=$(cat "$PROFILE_FILE"); fi
  # Cargo is run from the root, so that is what a relative directory is relative to.
  (cd "$ROOT" && cd "${GAF_BIN_DIR:-${CARGO_TARGET_DIR:-target}/$profile}" 2>/dev/null && pwd) ||
    echo "$ROOT/target/$profile"
}

admin_port() { port_of "admin_${1//-/_}"; }
admin_url() { echo "http://127.0.0.1:$(admin_port "$1")"; }
gateway_url() { echo "http://127.0.0.1:$(port_of gateway)"; }

has_database() { [ "$1" != api-gateway ]; }
database_of() { echo "gaf_${1//-/_}"; }

# -- building --------------------------------------------------------------------------------

build_services() { # usage: build_services debug|release
  local started service packages='-p cli'
  for service in $SERVICES; do packages="$packages -p $service"; done
  started=$(now_tenths)
  say "  Building; the first time takes a few minutes."
  # shellcheck disable=SC2086
  if [ "$1" = release ]; then set -- --release; else set --; fi
  # shellcheck disable=SC2086
  (cd "$ROOT" && cargo build $packages "$@" >&2) || die "the build failed; what cargo says stands above."
  step_ended build finished "$started"
}

# -- settings --------------------------------------------------------------------------------

# Keys are made once and kept with the data they protect.
ensure_keys() {
  if [ ! -f "$DEV_DIR/key-ring" ]; then
    { printf 'dev:' && head -c 32 /dev/urandom | base64; } | tr -d '\n' | write_private "$DEV_DIR/key-ring"
  fi
  if [ ! -f "$DEV_DIR/cursor-key" ]; then
    od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' | write_private "$DEV_DIR/cursor-key"
  fi
}

# usage: with_settings SERVICE COMMAND...
with_settings() (
  service=$1
  shift
  GA_BROKER__URL=$(mq_url)
  GA_ADMIN__ADDRESS=127.0.0.1:$(admin_port "$service")
  # The log is a file, so colours would be noise; GA_LOG__FORMAT=json ./dev up gives the other kind.
  export GA_BROKER__URL GA_ADMIN__ADDRESS GA_LOG__FORMAT=${GA_LOG__FORMAT:-human} NO_COLOR=1
  if has_database "$service"; then
    GA_DATABASE__URL=$(pg_url "$(database_of "$service")")
    export GA_DATABASE__URL
  fi
  case $service in
    flight-ops)
      GA_SECRETS__KEY_RING=$(cat "$DEV_DIR/key-ring")
      export GA_SECRETS__KEY_RING
      ;;
    webhook-dispatcher)
      GA_SECRETS__KEY_RING=$(cat "$DEV_DIR/key-ring")
      # The demo's receiver listens on this machine, which partners' receivers never do.
      export GA_SECRETS__KEY_RING GA_EGRESS__ALLOW_LOOPBACK=true
      ;;
    api-gateway)
      GA_HTTP__ADDRESS=127.0.0.1:$(port_of gateway)
      GA_CURSORS__KEY=$(cat "$DEV_DIR/cursor-key")
      export GA_HTTP__ADDRESS GA_CURSORS__KEY
      ;;
  esac
  "$@"
)

# -- starting and stopping -------------------------------------------------------------------

create_databases() {
  local service
  for service in $SERVICES; do
    if has_database "$service"; then pg_create_database "$(database_of "$service")"; fi
  done
}

service_is_ready() { [ "$(http_status "$(admin_port "$1")" /ready)" = 200 ]; }

start_service() { # usage: start_service SERVICE   does not wait
  local program
  program=$(bin_dir)/$1
  [ -x "$program" ] || die "$program is missing." "Build it: ./dev up builds unless --no-build is given."
  if is_running "$1"; then
    if ! [ "$program" -nt "$RUN_DIR/$1.pid" ]; then return 0; fi
    step_note "$1" "was built anew since it started: restarting"
    stop_process "$1" "$STOP_SECONDS"
  fi
  require_free_port "admin_${1//-/_}"
  if [ "$1" = api-gateway ]; then require_free_port gateway; fi
  with_settings "$1" start_process "$1" "$program"
}

start_services() {
  local service started failed=''
  started=$(now_tenths)
  for service in $SERVICES; do start_service "$service"; done
  for service in $SERVICES; do
    if ! wait_ready "$service" 60 "$started" service_is_ready "$service"; then
      show_log_tail "$service"
      failed="$failed $service"
    fi
  done
  if [ -n "$failed" ]; then
    die "not ready:$failed" \
      "Read the lines above or the whole log (./dev logs SERVICE), then run ./dev up again;" \
      "what did start keeps running until ./dev down."
  fi
}

# Longer than a service takes to finish what is under way.
STOP_SECONDS=20

# The door first, so that nobody's request is cut off in the middle; then the others together.
stop_services() {
  local service
  stop_process api-gateway "$STOP_SECONDS"
  for service in $SERVICES; do ask_to_stop "$service"; done
  for service in $SERVICES; do finish_stop "$service" "$STOP_SECONDS"; done
}
