# shellcheck shell=bash
# A stack chooses its ports once and remembers them, so that what was written down from them
# (.dev/env, a registered webhook address) is still right after `down` and `up`.

PORTS_FILE=$DEV_DIR/ports

# Ports are taken from 20000 to 31999. That is below the range from which Linux and macOS give
# ports to outgoing connections, so none is lost to a passing client while the stack is down.
FIRST_PORT=20000
PORT_SPAN=12000

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

remembered_port() {
  [ -f "$PORTS_FILE" ] || return 0
  sed -n "s/^$1=//p" "$PORTS_FILE"
}

# usage: port_of NAME   prints the port, choosing it at the first call
port_of() {
  local port
  port=$(remembered_port "$1")
  if [ -z "$port" ]; then
    hold_ports
    # Somebody else may have chosen it in the meantime.
    port=$(remembered_port "$1")
    if [ -z "$port" ]; then
      port=$(free_port)
      echo "$1=$port" >>"$PORTS_FILE"
    fi
    rmdir "$PORTS_FILE.lock" 2>/dev/null || true
  fi
  echo "$port"
}

# Two servers that start at the same time shall not choose the same port. Choosing takes
# milliseconds; a lock of seconds was left behind by somebody who was killed.
hold_ports() {
  local tries=0
  until mkdir "$PORTS_FILE.lock" 2>/dev/null || [ "$tries" -ge 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
}

# Starts looking at a place of the stack's own, so that two stacks get different ports even when
# neither is running.
free_port() {
  local offset=$((STACK_ID % (PORT_SPAN / 40) * 40)) tries=0 port
  while [ "$tries" -lt "$PORT_SPAN" ]; do
    port=$((FIRST_PORT + (offset + tries) % PORT_SPAN))
    if ! grep -q "=$port\$" "$PORTS_FILE" 2>/dev/null && ! port_in_use "$port"; then
      echo "$port"
      return 0
    fi
    tries=$((tries + 1))
  done
  die "no free port between $FIRST_PORT and $((FIRST_PORT + PORT_SPAN))"
}

# usage: require_free_port NAME   before starting what listens there
require_free_port() {
  local port
  port=$(port_of "$1")
  if port_in_use "$port"; then
    die "port $port, which this stack remembers for $1, is in use by another program." \
      "Stop that program, or delete the line $1=$port from $PORTS_FILE and start again."
  fi
}

# usage: http_status PORT PATH   prints the status, or nothing when there is no answer in 2 s.
# In bash alone, since a bare machine has no curl.
http_status() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$2" >&3
    read -r -t 2 _ status _ <&3 || exit 0
    echo "$status"
  ) 2>/dev/null || true
}
