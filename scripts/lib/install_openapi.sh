# shellcheck shell=bash
# Installs what the check of the API's descriptions needs. Sourced after install.sh and
# install_charts.sh.

OPENAPI_DIR=$TOOLS_DIR/openapi
# shellcheck disable=SC2034  # used by openapi.sh
OPENAPI_MODULES=$OPENAPI_DIR/node_modules
OPENAPI_PYTHON=$TOOLS_DIR/openapi-python

# One version for everybody; a list that changes is installed anew.
OPENAPI_NPM='@redocly/cli@2.77.0 @asyncapi/parser@3.6.3 yaml@2.9.1 openapi-typescript@7.13.0
  openapi-fetch@0.17.0 typescript@5.9.3 @types/node@22.20.5 playwright-core@1.65.1'
OPENAPI_PIP='schemathesis==4.32.5 openapi-python-client==0.29.1 ruff==0.17.6'

# As redocly asks for it.
node_is_new_enough() {
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}

ensure_openapi_modules() {
  node_is_new_enough || die "Node.js $(node --version) does not do for the tools that check the API's descriptions." \
    "Install Node.js 20.19 or newer of 20, or 22.12 or newer, then run this command again."
  if is_complete "$OPENAPI_DIR" "$OPENAPI_NPM"; then return 0; fi
  has npm || die "npm is missing." "Install Node.js with npm, then run this command again."
  mkdir -p "$OPENAPI_DIR"
  # shellcheck disable=SC2086  # a list of packages
  install_step "API tools" npm npm install --prefix "$OPENAPI_DIR" --no-audit --no-fund --loglevel=error $OPENAPI_NPM ||
    die "the tools that check the API's descriptions could not be installed."
  printf '%s' "$OPENAPI_NPM" >"$OPENAPI_DIR/.complete"
}

ensure_openapi_python() {
  if is_complete "$OPENAPI_PYTHON" "$OPENAPI_PIP"; then return 0; fi
  # Debian's python3 comes without the parts that make an environment.
  if ! python_makes_environments && can_apt; then apt_install Python python3-venv || true; fi
  has python3 || die "python3 is missing." "Install Python 3.10 or newer with venv, then run this command again."
  install_step "schemathesis, Python client" pip install_openapi_python ||
    die "schemathesis and openapi-python-client could not be installed." "They need python3 with venv and pip."
  printf '%s' "$OPENAPI_PIP" >"$OPENAPI_PYTHON/.complete"
}

install_openapi_python() {
  # shellcheck disable=SC2086  # a list of packages
  rm -rf "$OPENAPI_PYTHON" && python3 -m venv "$OPENAPI_PYTHON" &&
    "$OPENAPI_PYTHON/bin/pip" install --quiet --disable-pip-version-check $OPENAPI_PIP
}

# Prints the path of a browser.
find_chromium() {
  local name
  for name in chromium chromium-browser google-chrome; do
    if has "$name"; then
      command -v "$name"
      return 0
    fi
  done
  if is_macos && [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; then
    echo "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
  fi
}

ensure_chromium() {
  [ -z "$(find_chromium)" ] || return 0
  if can_apt; then apt_install browser chromium fonts-dejavu-core || true; fi
  [ -n "$(find_chromium)" ] ||
    die "a browser is missing and could not be installed." "Install Chromium or Chrome, then run this command again."
}
