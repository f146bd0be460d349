# shellcheck shell=bash
# How the scripts speak. Progress goes to stderr, so that stdout holds only what was asked for
# (`eval "$(./dev test-servers up)"` depends on it).

# On a terminal a running step counts its seconds on one line; in a log it says one line at its end.
is_terminal() { [ -t 2 ] && [ -z "${CI:-}" ]; }

say() { printf '%s\n' "$*" >&2; }

heading() {
  if is_terminal; then printf '\n\033[1m%s\033[0m\n' "$*" >&2; else printf '\n== %s\n' "$*" >&2; fi
}

die() {
  printf '\nerror: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

# Tenths of a second since some moment. Bash 3.2 has whole seconds only, which will do.
now_tenths() {
  if [ -n "${EPOCHREALTIME:-}" ]; then
    local micros=${EPOCHREALTIME/[.,]/}
    echo $((micros / 100000))
  else
    echo $((SECONDS * 10))
  fi
}

# usage: seconds_since TENTHS   prints "1.2 s"
seconds_since() {
  local tenths=$(($(now_tenths) - $1))
  echo "$((tenths / 10)).$((tenths % 10)) s"
}

# Processes are named as their files are; people write two of the names otherwise.
shown_name() {
  case $1 in
    postgres) echo PostgreSQL ;;
    rabbitmq) echo RabbitMQ ;;
    *) echo "$1" ;;
  esac
}

step_running() { # usage: step_running NAME WHAT STARTED
  if is_terminal; then
    printf '\r\033[K  %-20s %s  %s' "$(shown_name "$1")" "$2" "$(seconds_since "$3")" >&2
  fi
}

step_ended() { # usage: step_ended NAME RESULT STARTED
  if is_terminal; then printf '\r\033[K' >&2; fi
  printf '  %-20s %s (%s)\n' "$(shown_name "$1")" "$2" "$(seconds_since "$3")" >&2
}

step_note() { # usage: step_note NAME TEXT
  printf '  %-20s %s\n' "$1" "$2" >&2
}
