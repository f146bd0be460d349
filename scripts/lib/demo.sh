# shellcheck shell=bash
# The demo school and its partner: created by the first `up` with the same command line an operator
# uses, and written down in .dev/env. Sourced after services.sh.

# What has been created, one KEY=VALUE a line and each written at once, so that an `up` that was
# interrupted goes on where it stopped.
DEMO_FILE=$DEV_DIR/demo
WEBHOOK_SECRET_FILE=$DEV_DIR/webhook-secret
SAMPLE_LOGBOOK=$ROOT/examples/logbooks/sample.csv

receiver_url() { echo "http://127.0.0.1:$(port_of receiver)"; }

demo_value() { # usage: demo_value KEY
  [ -f "$DEMO_FILE" ] || return 0
  # What was written down last counts.
  sed -n "s/^$1=//p" "$DEMO_FILE" | tail -n 1
}

remember_demo() { # usage: remember_demo KEY VALUE
  { cat "$DEMO_FILE" 2>/dev/null || true; echo "$1=$2"; } | write_private "$DEMO_FILE"
}

# usage: json_field NAME   of the object on stdin; fails when it has none
json_field() {
  # shellcheck disable=SC2016  # the ${} are JavaScript's
  node -e '
    const text = require("node:fs").readFileSync(0, "utf8");
    const value = JSON.parse(text)[process.argv[1]];
    if (value === undefined || value === null) throw new Error(`no ${process.argv[1]} in ${text}`);
    console.log(value);
  ' "$1"
}

gaf() { AMQP_URL=$(mq_url) "$(bin_dir)/gaf" "$@"; }

# usage: gaf_json ARGUMENT...   prints the answer; ends with what the command said when it fails
gaf_json() {
  gaf "$@" --json 2>>"$LOG_DIR/demo.log" || {
    show_log_tail demo
    die "gaf $1 $2 failed." "The services are running; ./dev up tries the rest again."
  }
}

start_receiver() {
  if is_running receiver; then
    step_note receiver "already running"
    return 0
  fi
  require_free_port receiver
  mkdir -p "$DEV_DIR/receiver"
  local started
  started=$(now_tenths)
  HOST=127.0.0.1 PORT=$(port_of receiver) WEBHOOK_SECRET_FILE=$WEBHOOK_SECRET_FILE \
    RECEIVER_LOG=$DEV_DIR/receiver/deliveries.jsonl \
    start_process receiver node "$ROOT/examples/receiver/server.js"
  if ! wait_ready receiver 10 "$started" receiver_is_ready; then
    show_log_tail receiver
    die "the demo receiver did not start."
  fi
}

receiver_is_ready() { [ "$(http_status "$(port_of receiver)" /health)" = 200 ]; }

create_demo() {
  create_school
  create_keys
  write_env
  create_sandbox
  # Before there is a partner: a year of webhooks at once would tell nobody anything.
  live_the_year
  create_endpoint
  import_sample
}

create_school() {
  [ -z "$(demo_value ORG_ID)" ] || return 0
  local answer started
  started=$(now_tenths)
  answer=$(gaf_json org create --name "Palo Alto Flight School" --timezone America/Los_Angeles)
  # The school is there once its id is written down, so that comes last.
  remember_demo LOCATION_ID "$(json_field location_id <<<"$answer")"
  remember_demo ORG_ID "$(json_field id <<<"$answer")"
  step_ended "demo school" created "$started"
}

create_keys() {
  local started
  if [ -n "$(demo_value API_KEY)" ] && [ -n "$(demo_value TF_API_KEY)" ] &&
    [ -n "$(demo_value TF_TEST_API_KEY)" ]; then return 0; fi
  started=$(now_tenths)
  mint_key API_KEY ga --name demo --all-scopes
  mint_key TF_API_KEY tf --name "demo, TrueFlight" --scope write
  mint_key TF_TEST_API_KEY tf_test --name "demo, sandbox" --scope read
  step_ended "API keys" minted "$started"
}

mint_key() { # usage: mint_key NAME SURFACE OPTION...   unless a key of that name was written down
  local name=$1 surface=$2 answer
  shift 2
  [ -z "$(demo_value "$name")" ] || return 0
  answer=$(gaf_json key mint --org "$(demo_value ORG_ID)" --surface "$surface" "$@")
  remember_demo "$name" "$(json_field token <<<"$answer")"
}

# What the sandbox key reads: an organisation beside the school, where made-up people fly.
create_sandbox() {
  [ -z "$(demo_value SANDBOX_ORG_ID)" ] || return 0
  local answer started
  started=$(now_tenths)
  # On a terminal the command draws how far it is.
  if ! answer=$(gaf org sandbox "$(demo_value ORG_ID)" --json); then
    die "the demo school's sandbox could not be filled." "The services are running; ./dev up tries the rest again."
  fi
  remember_demo SANDBOX_ORG_ID "$(json_field id <<<"$answer")"
  step_ended sandbox "made, $(json_field flights <<<"$answer") flights" "$started"
}

create_endpoint() {
  [ -z "$(demo_value ENDPOINT_ID)" ] || return 0
  local answer started
  started=$(now_tenths)
  answer=$(gaf_json endpoint create --org "$(demo_value ORG_ID)" --url "$(receiver_url)/webhooks" --events '*')
  # The secret is told this once, so it is put away before anything else can fail.
  json_field secret <<<"$answer" | tr -d '\n' | write_private "$WEBHOOK_SECRET_FILE"
  remember_demo ENDPOINT_ID "$(json_field id <<<"$answer")"
  step_ended "webhook endpoint" registered "$started"
}

import_sample() {
  [ -f "$SAMPLE_LOGBOOK" ] && [ -z "$(demo_value SAMPLE_IMPORTED)" ] || return 0
  local started
  started=$(now_tenths)
  step_running "sample logbook" importing "$started"
  if ! gaf import "$SAMPLE_LOGBOOK" --org "$(demo_value ORG_ID)" >>"$LOG_DIR/demo.log" 2>&1; then
    show_log_tail demo
    die "the sample logbook could not be imported." "Try it again with: ./dev up"
  fi
  remember_demo SAMPLE_IMPORTED yes
  step_ended "sample logbook" imported "$started"
}

# usage: simulated GAF_OPTION...   what names the demo's simulated school, and the days it has lived
simulated() {
  set -- --org "$(demo_value ORG_ID)" "$@"
  if [ -n "$(demo_value LOCATION_ID)" ]; then set -- --location "$(demo_value LOCATION_ID)" "$@"; fi
  set -- --aircraft 3 --from "$(demo_value SIMULATED_FROM)" "$@"
  if [ -n "$(demo_value SIMULATED_TO)" ]; then set -- --after "$(demo_value SIMULATED_TO)" "$@"; fi
  printf '%s\n' "$@"
}

# A year of operations up to yesterday, through the same commands as any user's. What was lived
# before is left out, so that a later `up` adds the days since.
live_the_year() {
  local started options=() option answer
  started=$(now_tenths)
  # Written down first: one that is interrupted goes on with the same days.
  if [ -z "$(demo_value SIMULATED_FROM)" ]; then
    remember_demo SIMULATED_FROM "$(node -p 'new Date(Date.now() - 366 * 864e5).toISOString().slice(0, 10)')"
  fi
  while IFS= read -r option; do options+=("$option"); done < <(simulated)
  if ! is_terminal; then step_note "demo year" "living; a minute or two"; fi
  # On a terminal the command draws how far it is.
  if ! answer=$(gaf simulate "${options[@]}" --json); then
    die "the demo school could not live its year." "The services are running; ./dev up tries the rest again."
  fi
  remember_demo SIMULATED_TO "$(json_field to <<<"$answer")"
  step_ended "demo year" "lived, $(json_field flights <<<"$answer") flights more" "$started"
}

# -- .dev/env --------------------------------------------------------------------------------

write_env() {
  local service name
  {
    echo "GATEWAY_URL=$(gateway_url)"
    echo "ORG_ID=$(demo_value ORG_ID)"
    echo "API_KEY=$(demo_value API_KEY)"
    echo "TF_API_KEY=$(demo_value TF_API_KEY)"
    echo "TF_TEST_API_KEY=$(demo_value TF_TEST_API_KEY)"
    echo "AMQP_URL=$(mq_url)"
    echo "RABBITMQ_API=$(mq_api)"
    echo "RECEIVER_URL=$(receiver_url)"
    for service in $SERVICES; do
      name=$(printf '%s' "$service" | tr 'a-z-' 'A-Z_')
      if has_database "$service"; then
        echo "${name}_DATABASE_URL=$(pg_url "$(database_of "$service")")"
      fi
      echo "${name}_ADMIN_URL=$(admin_url "$service")"
    done
  } | write_private "$ENV_FILE"
}

# Read line by line, not sourced: a value is a value, whatever it holds.
load_env() {
  [ -f "$ENV_FILE" ] || die "there is no $ENV_FILE yet." "Start the stack first: ./dev up"
  local key value
  while IFS='=' read -r key value; do
    export "$key=$value"
  done <"$ENV_FILE"
}
