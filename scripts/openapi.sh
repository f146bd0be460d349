#!/usr/bin/env bash
# Checks what the API says of itself, in docs/api.
#
#   openapi.sh          the files: current, valid, and clients can be generated from them
#   openapi.sh --live   the gateway does what they say: schemathesis, the generated clients and a
#                       browser, against a stack of its own. It needs the tests' servers
#                       (./dev test-servers up) and the programs (cargo build --workspace --bins).

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"
# shellcheck source=scripts/lib/install_charts.sh
. "$SCRIPTS/lib/install_charts.sh"
# shellcheck source=scripts/lib/install_openapi.sh
. "$SCRIPTS/lib/install_openapi.sh"

API=$ROOT/docs/api
CLIENTS=$ROOT/examples/clients
# Requests that schemathesis sends at least to each surface; fewer would mean that it was kept from
# its work.
LEAST_CASES=2000
LEAST_TRUEFLIGHT_CASES=200

work=$(mktemp -d)
school=''

finish() {
  if [ -n "$school" ]; then
    exec 9>&-
    wait "$school" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

# usage: quietly NAME COMMAND...   what it says is shown when it fails
quietly() {
  local name=$1 started
  shift
  started=$(now_tenths)
  if "$@" >"$work/said" 2>&1; then
    step_ended "$name" passed "$started"
  else
    step_ended "$name" failed "$started"
    cat "$work/said" >&2
    die "$name failed."
  fi
}

# -- the files -------------------------------------------------------------------------------

# The recommended rules, all of them; a warning is a failure too.
lint() {
  local said
  cp "$API"/openapi.json "$API"/openapi.yaml "$API"/trueflight.openapi.json "$API"/trueflight.openapi.yaml "$work"
  printf 'extends: [recommended]\n' >"$work/redocly.yaml"
  said=$(cd "$work" && REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_COLOR=1 \
    "$OPENAPI_MODULES/.bin/redocly" lint openapi.json openapi.yaml \
    trueflight.openapi.json trueflight.openapi.yaml 2>&1) || { echo "$said"; return 1; }
  echo "$said"
  ! grep -Eq 'You have [0-9]+ (warning|error)' <<<"$said"
}

# Types, and a program that uses them.
typescript_client() {
  cp "$CLIENTS"/typescript/* "$work/typescript"
  ln -s "$OPENAPI_MODULES" "$work/typescript/node_modules"
  echo '{"type":"module"}' >"$work/typescript/package.json"
  "$OPENAPI_MODULES/.bin/openapi-typescript" "$API/openapi.json" -o "$work/typescript/schema.d.ts" &&
    "$OPENAPI_MODULES/.bin/tsc" --project "$work/typescript"
}

python_client() {
  PATH=$OPENAPI_PYTHON/bin:$PATH "$OPENAPI_PYTHON/bin/openapi-python-client" generate --path "$API/openapi.json" \
    --meta none --output-path "$work/python/gaflight" --overwrite --fail-on-warning &&
    cp "$CLIENTS"/python/* "$work/python"
}

generate_clients() {
  mkdir -p "$work/typescript" "$work/python"
  quietly "TypeScript client" typescript_client
  quietly "Python client" python_client
}

check_files() {
  quietly "current" cargo run --quiet -p xtask -- openapi --check
  quietly "redocly lint" lint
  quietly "AsyncAPI, YAML" node "$SCRIPTS/lib/openapi.mjs" "$OPENAPI_MODULES" "$API"
  generate_clients
}

# -- the gateway -----------------------------------------------------------------------------

# A stack with a school that ends when this script closes descriptor 9, whatever ends it.
start_school() {
  local waited=0
  # In a condition, as here, bash does not heed `set -e`.
  # Of the whole workspace, so that features, and so the libraries, are those of the tests.
  cargo build --quiet --workspace --example school || return 1
  mkfifo "$work/hold" || return 1
  "${CARGO_TARGET_DIR:-$ROOT/target}/debug/examples/school" <"$work/hold" >"$work/school" 2>"$work/school.log" &
  school=$!
  exec 9>"$work/hold"
  until grep -qx READY "$work/school"; do
    if ! kill -0 "$school" 2>/dev/null || [ "$waited" -ge 300 ]; then
      cat "$work/school.log" >&2
      return 1
    fi
    sleep 1
    waited=$((waited + 1))
  done
  local key value
  while IFS='=' read -r key value; do
    if [ -n "$value" ]; then export "$key=$value"; fi
  done <"$work/school"
}

# usage: schemathesis KEY DESCRIPTION
# Every check and every phase; deterministic, unless SCHEMATHESIS_SEED asks for other requests.
schemathesis() {
  local arguments=(--no-color --report json --report-json-path "$work/schemathesis.json")
  if [ -n "${SCHEMATHESIS_SEED:-}" ]; then arguments+=(--seed "$SCHEMATHESIS_SEED"); fi
  (cd "$work" && API_KEY=$1 PYTHONPATH=$SCRIPTS/schemathesis SCHEMATHESIS_HOOKS=hooks PYTHONDONTWRITEBYTECODE=1 \
    "$OPENAPI_PYTHON/bin/schemathesis" --config-file "$SCRIPTS/schemathesis/schemathesis.toml" \
    run "$GATEWAY_URL/$2" "${arguments[@]}") || return 1
}

# usage: enough_cases LEAST
enough_cases() {
  local cases
  cases=$(sed -n 's/^ *\([0-9]*\) generated, .*/\1/p' "$work/said" | tail -1)
  say "  $cases requests"
  [ "${cases:-0}" -ge "$1" ] || die "schemathesis sent ${cases:-no} requests, fewer than $1."
}

# usage: reads_a_page NAME COMMAND...   it prints the flights, their number, and a refusal's code
reads_a_page() {
  local said
  said=$("$@") || return 1
  echo "$said"
  grep -qx '5 flights' <<<"$said" && grep -q '^refused: [a-z_]*$' <<<"$said"
}

check_live() {
  ensure_chromium
  generate_clients
  local started
  started=$(now_tenths)
  start_school || die "the stack did not start."
  step_ended "a stack with a school" ready "$started"
  quietly "schemathesis, GA Flight" schemathesis "$API_KEY" openapi.json
  enough_cases "$LEAST_CASES"
  quietly "schemathesis, TrueFlight" schemathesis "$TF_API_KEY" trueflight/openapi.json
  enough_cases "$LEAST_TRUEFLIGHT_CASES"
  quietly "TypeScript reads a page" reads_a_page node "$work/typescript/read.js"
  quietly "Python reads a page" reads_a_page "$OPENAPI_PYTHON/bin/python" -B "$work/python/read.py"
  quietly "pages in a browser" node "$SCRIPTS/lib/pages.mjs" "$OPENAPI_MODULES" "$(find_chromium)" "$GATEWAY_URL"
}

mkdir -p "$TOOLS_DIR"
ensure_openapi_modules
ensure_openapi_python
cd "$ROOT"
case ${1:-} in
  '') check_files ;;
  --live) check_live ;;
  *) die "usage: scripts/openapi.sh [--live]" ;;
esac
