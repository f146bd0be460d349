# shellcheck shell=bash
# What rabbitmq.sh does. Sourced after common.sh and install.sh.
#
# The node has everything of its own: name, ports, cookie, port mapper (epmd), data and settings.
# Nothing of it listens beyond this machine, and it never meets the machine's own broker.

MQ_DIR=$DEV_DIR/rabbitmq
MQ_CONTAINER=gaf-rabbitmq-$STACK_ID

mq_url() { echo "amqp://guest:guest@127.0.0.1:$(port_of amqp)/%2f"; }
mq_api() { echo "http://guest:guest@127.0.0.1:$(port_of rabbitmq_api)"; }

mq_in_container() { [ -z "$(find_rabbitmq)" ]; }

mq_is_running() {
  if mq_in_container; then mq_container_runs; else is_running rabbitmq; fi
}

mq_start() {
  if mq_is_running; then
    step_note RabbitMQ "already running"
    return 0
  fi
  require_free_port amqp
  require_free_port rabbitmq_api
  mkdir -p "$MQ_DIR/home" "$MQ_DIR/data" "$MQ_DIR/log"
  if mq_in_container; then mq_start_container; else mq_start_node; fi
}

mq_start_node() {
  local started
  require_free_port rabbitmq_dist
  mq_write_settings
  mq_write_cookie
  mq_start_epmd
  # Each connection, queue and file takes a descriptor.
  ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
  started=$(now_tenths)
  mq_node_environment start_process rabbitmq "$(find_rabbitmq)"
  if ! wait_ready rabbitmq 90 "$started" mq_answers; then
    show_log_tail rabbitmq
    mq_kill
    die "RabbitMQ did not start."
  fi
}

# usage: mq_node_environment COMMAND...   runs a function with the node's environment
mq_node_environment() (
  # The machine's settings for its own node are not ours.
  # shellcheck disable=SC2086
  unset ${!RABBITMQ_@} ${!ERL_@}
  export HOME=$MQ_DIR/home
  ERL_EPMD_PORT=$(port_of epmd)
  RABBITMQ_DIST_PORT=$(port_of rabbitmq_dist)
  export ERL_EPMD_PORT ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_DIST_PORT
  export RABBITMQ_NODENAME=gaf-$STACK_ID@localhost
  export RABBITMQ_MNESIA_BASE=$MQ_DIR/data
  export RABBITMQ_LOG_BASE=$MQ_DIR/log RABBITMQ_LOGS=-
  export RABBITMQ_CONFIG_FILE=$MQ_DIR/rabbitmq.conf
  export RABBITMQ_ENABLED_PLUGINS_FILE=$MQ_DIR/enabled_plugins
  export RABBITMQ_CONF_ENV_FILE=/dev/null
  # Erlang would listen for other nodes on every address.
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
  # Otherwise a shell stays between us and the node, and it would not pass signals on.
  export RUNNING_UNDER_SYSTEMD=true
  "$@"
)

mq_write_settings() {
  {
    echo "# Written by scripts/lib/rabbitmq.sh at every start."
    if mq_in_container; then
      echo "listeners.tcp.default = 5672"
      echo "loopback_users = none"
    else
      echo "listeners.tcp.local = 127.0.0.1:$(port_of amqp)"
      echo "management.tcp.ip = 127.0.0.1"
      echo "management.tcp.port = $(port_of rabbitmq_api)"
    fi
    echo "default_user = guest"
    echo "default_pass = guest"
    echo "vm_memory_high_watermark.absolute = 1GB"
    echo "disk_free_limit.absolute = 50MB"
    # Quorum queues keep this much in memory before it goes to segment files; half a gigabyte,
    # the default, suits no laptop.
    echo "raft.wal_max_size_bytes = 67108864"
    echo "log.console = true"
    echo "log.console.level = info"
  } >"$MQ_DIR/rabbitmq.conf"
  echo '[rabbitmq_management].' >"$MQ_DIR/enabled_plugins"
  # In a container another user reads it.
  chmod 644 "$MQ_DIR/rabbitmq.conf"
}

# Whoever knows the cookie commands the node, so it is this stack's own and random. Erlang wants
# it readable by its owner alone.
mq_write_cookie() {
  local cookie=$MQ_DIR/home/.erlang.cookie
  if [ ! -f "$cookie" ]; then
    od -An -N20 -tx1 /dev/urandom | tr -d ' \n' | write_private "$cookie"
  fi
  chmod 400 "$cookie"
}

# Erlang would start its port mapper by itself and leave it behind; started here, it has an id and
# can be stopped again.
mq_start_epmd() {
  mq_stop_epmd
  require_free_port epmd
  start_process epmd "$(mq_find_epmd)" -address 127.0.0.1 -port "$(port_of epmd)"
  local tries=0
  until port_in_use "$(port_of epmd)"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ] || ! is_running epmd; then
      show_log_tail epmd
      die "epmd, Erlang's port mapper, did not start."
    fi
    sleep 0.05
  done
}

# The node watches its port mapper and starts another when it is gone, which then has no id here but
# ends when told to, as long as no node is registered with it.
mq_stop_epmd() {
  kill_process epmd
  if port_in_use "$(port_of epmd)"; then
    ERL_EPMD_PORT=$(port_of epmd) "$(mq_find_epmd)" -kill >/dev/null 2>&1 || true
  fi
}

mq_find_epmd() {
  if has epmd; then
    command -v epmd
  else
    echo "$(erl -noshell -eval 'io:format("~s", [code:root_dir()])' -s init stop)/bin/epmd"
  fi
}

# Ready when both doors are open; the broker opens them at the end of its start.
mq_answers() {
  mq_speaks_amqp && [ "$(http_status "$(port_of rabbitmq_api)" /)" = 200 ]
}

# A broker that is greeted answers at once.
mq_speaks_amqp() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$(port_of amqp)" || exit 1
    printf 'AMQP\000\000\011\001' >&3
    IFS= read -r -t 2 -n 1 first <&3 && [ -n "$first" ]
  ) 2>/dev/null
}

mq_stop() {
  if mq_in_container; then
    if mq_container_runs; then
      "$(find_container_engine)" stop -t 30 "$MQ_CONTAINER" >/dev/null
      step_note RabbitMQ stopped
    fi
    return 0
  fi
  stop_process rabbitmq 30
  mq_stop_epmd
}

mq_kill() {
  if mq_in_container; then
    "$(find_container_engine)" kill "$MQ_CONTAINER" >/dev/null 2>&1 || true
    return 0
  fi
  if is_running rabbitmq; then step_note RabbitMQ "ending as by a crash"; fi
  kill_process rabbitmq
  mq_stop_epmd
}

mq_forget() {
  if mq_in_container && [ -n "$(find_container_engine)" ]; then
    "$(find_container_engine)" rm -f "$MQ_CONTAINER" >/dev/null 2>&1 || true
  fi
  rm -rf "$MQ_DIR"
}

# -- where there is no package, a container does ----------------------------------------------

mq_container_runs() {
  local engine
  engine=$(find_container_engine)
  [ -n "$engine" ] &&
    [ "$("$engine" inspect -f '{{.State.Running}}' "$MQ_CONTAINER" 2>/dev/null)" = true ]
}

# The data stays in the container, whose files are another user's; `reset` removes it whole.
mq_start_container() {
  local engine started
  engine=$(find_container_engine)
  started=$(now_tenths)
  mq_write_settings
  step_note RabbitMQ "starting a container with $engine; its image may have to be fetched first"
  if ! "$engine" start "$MQ_CONTAINER" >/dev/null 2>&1; then
    "$engine" run --detach --name "$MQ_CONTAINER" --hostname gaf \
      --publish "127.0.0.1:$(port_of amqp):5672" \
      --publish "127.0.0.1:$(port_of rabbitmq_api):15672" \
      --volume "$MQ_DIR/rabbitmq.conf:/etc/rabbitmq/rabbitmq.conf:ro" \
      rabbitmq:4-management >>"$LOG_DIR/rabbitmq.log" 2>&1 ||
      die "the RabbitMQ container did not start." "See $LOG_DIR/rabbitmq.log"
  fi
  until mq_answers; do
    [ $(($(now_tenths) - started)) -lt 1800 ] || die "RabbitMQ in its container is not ready after 180 s."
    step_running RabbitMQ starting "$started"
    sleep 0.5
  done
  step_ended RabbitMQ ready "$started"
}
