#!/usr/bin/env bash
# ./dev test [ARGUMENT...]: the whole check. Arguments go to `cargo test`.
#
# It needs nothing that runs already, touches nothing of the demo's, and leaves nothing running.

ROOT_OF_THIS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DEV_DIR=$ROOT_OF_THIS/.dev/test
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

timings=''
current_step=''

# usage: run_step TITLE COMMAND...
run_step() {
  local started
  current_step=$1
  started=$(now_tenths)
  heading "$1"
  shift
  "$@"
  step_ended "" passed "$started"
  timings="$timings$(printf '  %-34s %s' "$current_step" "$(seconds_since "$started")")
"
  current_step=''
}

finish() {
  local result=$?
  trap '' INT TERM
  test_servers_down || true
  release_lock
  if [ "$result" = 0 ]; then
    heading "All checks passed"
    printf '%s' "$timings" >&2
  else
    heading "Failed: ${current_step:-preparation}"
  fi
  exit "$result"
}

start_servers() {
  # A run that was killed may have left its servers behind.
  test_servers_down
  ensure_webhook_libraries
  test_servers_up
  eval "$(test_servers_exports)"
  eval "$(webhook_library_exports)"
}

ensure_components() {
  if has rustup; then
    (cargo fmt --version && cargo clippy --version) >/dev/null 2>&1 || rustup component add rustfmt clippy
  fi
}

# The faults of ./dev chaos are no test by default, and so none of "all targets".
lints() {
  cargo clippy --workspace --all-targets -- -D warnings
  cargo clippy --quiet -p system-tests --test chaos -- -D warnings
}

test_receiver() { (cd "$ROOT/examples/receiver" && node --test --test-reporter=spec); }

cd "$ROOT"
ensure_toolchain
hold_lock
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

run_step "Tools" ensure_components
run_step "Formatting" cargo fmt --all --check
run_step "Lints" lints
run_step "Layers" cargo run --quiet -p xtask -- layers
run_step "Charts" "$SCRIPTS/charts.sh"
run_step "Copies" cargo run --quiet -p xtask -- copies
run_step "API descriptions" "$SCRIPTS/openapi.sh"
run_step "Servers for the tests" start_servers
run_step "Programs" cargo build --workspace --bins
run_step "Settings in the charts" "$SCRIPTS/charts.sh" --settings
run_step "Tests" cargo test --workspace "$@"
run_step "API against its descriptions" "$SCRIPTS/openapi.sh" --live
run_step "Example receiver" test_receiver
