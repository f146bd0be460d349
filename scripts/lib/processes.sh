# shellcheck shell=bash
# Background processes with a name: started detached, found again by a later command, stopped in
# bounded time. A process is known by its id and the moment it started, so that an id which the
# system has since given to a stranger is never signalled.

# usage: process_start PID   prints when it started; nothing when it is gone or only a zombie
process_start() {
  local stat
  if [ -r "/proc/$1/stat" ]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    # The second field is the program's name, which may hold spaces and parentheses.
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [ "$1" = Z ] || echo "${20}"
  elif is_macos; then
    ps -o state= -o lstart= -p "$1" 2>/dev/null | awk '$1 !~ /^Z/ { $1 = ""; gsub(/ /, "_"); print }'
  fi
}

# usage: pid_of NAME   prints its process id while it runs
pid_of() {
  local file=$RUN_DIR/$1.pid pid start
  [ -f "$file" ] || return 0
  read -r pid start <"$file" || return 0
  if [ -n "$pid" ] && [ "$(process_start "$pid")" = "$start" ]; then echo "$pid"; fi
}

is_running() { [ -n "$(pid_of "$1")" ]; }

remember_pid() { # usage: remember_pid NAME PID
  echo "$2 $(process_start "$2")" >"$RUN_DIR/$1.pid"
}

# Runs a command in a session of its own: Ctrl-C in the terminal, and the end of it, do not reach
# it. It keeps the process id, so `$!` is right. macOS has no setsid, but both systems have perl.
own_session() {
  if has setsid; then exec setsid "$@"; fi
  exec perl -e 'use POSIX; POSIX::setsid(); exec @ARGV or die "$ARGV[0]: $!\n"' "$@"
}

# usage: start_process NAME COMMAND...
start_process() {
  local name=$1 log=$LOG_DIR/$1.log
  shift
  keep_log_small "$log"
  # From our own directory: a crash dump, say, shall not land where the caller happens to stand.
  (cd "$DEV_DIR" && own_session "$@") </dev/null >>"$log" 2>&1 &
  remember_pid "$name" $!
  # The shell shall neither wait for it nor say "Terminated" when it ends.
  disown
}

# One old log is kept, so that a stack that runs for weeks does not fill the disk.
keep_log_small() {
  if [ -f "$1" ] && [ "$(wc -c <"$1")" -gt 10000000 ]; then mv "$1" "$1.1"; fi
}

# usage: stop_process NAME SECONDS   asks with SIGTERM, waits, then insists with SIGKILL
stop_process() {
  ask_to_stop "$1"
  finish_stop "$1" "$2"
}

# Once only: a second SIGTERM tells our services to drop what they are doing.
ask_to_stop() {
  local pid
  pid=$(pid_of "$1")
  if [ -n "$pid" ]; then kill -TERM "$pid" 2>/dev/null || true; fi
}

# usage: finish_stop NAME SECONDS   after ask_to_stop
finish_stop() {
  local name=$1 limit=$2 started
  [ -f "$RUN_DIR/$name.pid" ] || return 0
  started=$(now_tenths)
  if wait_until_gone "$name" "$limit" stopping; then
    step_ended "$name" stopped "$started"
    rm -f "$RUN_DIR/$name.pid"
  else
    kill_process "$name"
    step_ended "$name" "killed: it did not stop within $limit s" "$started"
  fi
}

# usage: kill_process NAME   without asking; for crash tests
kill_process() {
  local pid
  pid=$(pid_of "$1")
  if [ -n "$pid" ]; then
    kill -KILL "$pid" 2>/dev/null || true
    wait_until_gone "$1" 5 killing || die "$1 (process $pid) does not end"
  fi
  rm -f "$RUN_DIR/$1.pid"
}

wait_until_gone() { # usage: wait_until_gone NAME SECONDS DOING
  local started
  started=$(now_tenths)
  while is_running "$1"; do
    [ $(($(now_tenths) - started)) -lt $(($2 * 10)) ] || return 1
    step_running "$1" "$3" "$started"
    sleep 0.1
  done
}

# usage: wait_ready NAME SECONDS STARTED CHECK...   true once CHECK is; false when the process ends
# first or the time is over. Says what it is waiting for, and for how long.
wait_ready() {
  local name=$1 limit=$2 started=$3
  shift 3
  until "$@"; do
    if ! is_running "$name"; then
      step_ended "$name" "ended before it was ready" "$started"
      return 1
    fi
    if [ $(($(now_tenths) - started)) -ge $((limit * 10)) ]; then
      step_ended "$name" "not ready after $limit s" "$started"
      return 1
    fi
    step_running "$name" starting "$started"
    sleep 0.1
  done
  step_ended "$name" ready "$started"
}

# Shows why something failed: the end of its log, and where the rest is.
show_log_tail() { # usage: show_log_tail NAME
  local log=$LOG_DIR/$1.log
  say ""
  say "The last lines of $log:"
  tail -n 20 "$log" 2>/dev/null | cut -c 1-300 | sed 's/^/    /' >&2 || true
}

# Two commands that change the same stack at once would undo each other's work, so the second waits
# for the first, within bounds. A symbolic link is made in one step together with what it says, so
# there is no moment at which the lock is there and its holder unknown.
hold_lock() {
  local lock=$DEV_DIR/lock holder started told=no
  started=$(now_tenths)
  until ln -s "$$:$(process_start $$)" "$lock" 2>/dev/null; do
    holder=$(readlink "$lock" || true)
    if [ -z "$holder" ] || [ "$(process_start "${holder%%:*}")" != "${holder#*:}" ]; then
      # Its holder is gone without having tidied up.
      rm -f "$lock"
    elif [ $(($(now_tenths) - started)) -ge 1200 ]; then
      die "another command (process ${holder%%:*}) has been changing this stack for two minutes." \
        "Wait until it has ended, or end it; then try again."
    else
      if [ "$told" = no ]; then say "Waiting for another command (process ${holder%%:*}) to be done with this stack."; fi
      told=yes
      sleep 0.2
    fi
  done
}

release_lock() {
  local holder
  holder=$(readlink "$DEV_DIR/lock" 2>/dev/null || true)
  if [ "${holder%%:*}" = "$$" ]; then rm -f "$DEV_DIR/lock"; fi
}
