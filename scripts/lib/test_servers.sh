# shellcheck shell=bash
# PostgreSQL and RabbitMQ for tests: apart from the demo's, empty at the start, thrown away at the
# end. Sourced after postgres.sh, rabbitmq.sh and install_webhooks.sh, with DEV_DIR naming the tests'
# own stack.

test_servers_up() {
  ensure_postgres
  ensure_rabbitmq
  ensure_webhook_libraries
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
  webhook_library_exports
  # With this as DEV_DIR, scripts/postgres.sh and scripts/rabbitmq.sh stop and start these servers.
  echo "export TEST_SCRIPTS_DEV_DIR='$DEV_DIR'"
}
