# shellcheck shell=bash
# PostgreSQL and RabbitMQ for tests: apart from the demo's, empty at the start, thrown away at the
# end. Sourced after postgres.sh and rabbitmq.sh, with DEV_DIR naming the tests' own stack.

test_servers_up() {
  ensure_postgres
  ensure_rabbitmq
  touch "$DEV_DIR/throwaway"
  pg_start
  mq_start
}

# What they hold is worth nothing, so they are not asked to finish.
test_servers_down() {
  mq_kill
  pg_stop immediate
  mq_forget
  pg_forget
}

test_servers_exports() {
  echo "export TEST_DATABASE_URL='$(pg_url postgres)'"
  echo "export TEST_AMQP_URL='$(mq_url)'"
  echo "export TEST_RABBITMQ_API='$(mq_api)'"
  # With this as DEV_DIR, scripts/postgres.sh and scripts/rabbitmq.sh stop and start these servers.
  echo "export TEST_SCRIPTS_DEV_DIR='$DEV_DIR'"
}

# For a script that has a pair to itself: up, exported, and gone when it ends.
test_servers_while_this_runs() {
  hold_lock
  trap test_servers_finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # A run that was killed may have left its servers behind.
  test_servers_down
  test_servers_up
  eval "$(test_servers_exports)"
}

test_servers_finish() {
  local result=$?
  trap '' INT TERM
  test_servers_down || true
  release_lock
  exit "$result"
}
