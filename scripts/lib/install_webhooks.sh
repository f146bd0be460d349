# shellcheck shell=bash
# Installs the public libraries that the tests check signatures with. Sourced after install.sh and
# install_charts.sh.

WEBHOOKS_DIR=$TOOLS_DIR/webhooks
WEBHOOKS_PYTHON=$TOOLS_DIR/webhooks-python

# One version for everybody; another one is installed anew.
WEBHOOKS_NPM='standardwebhooks@1.1.1'
WEBHOOKS_PIP='standardwebhooks==1.1.0'

ensure_webhook_libraries() {
  if ! is_complete "$WEBHOOKS_DIR" "$WEBHOOKS_NPM"; then
    has npm || die "npm is missing." "Install Node.js with npm, then run this command again."
    mkdir -p "$WEBHOOKS_DIR"
    install_step "Standard Webhooks" npm npm install --prefix "$WEBHOOKS_DIR" --no-audit --no-fund --loglevel=error "$WEBHOOKS_NPM" ||
      die "the npm package $WEBHOOKS_NPM could not be installed."
    printf '%s' "$WEBHOOKS_NPM" >"$WEBHOOKS_DIR/.complete"
  fi
  if ! is_complete "$WEBHOOKS_PYTHON" "$WEBHOOKS_PIP"; then
    # Debian's python3 comes without the parts that make an environment.
    if ! python_makes_environments && can_apt; then apt_install Python python3-venv || true; fi
    has python3 || die "python3 is missing." "Install Python 3.10 or newer with venv, then run this command again."
    install_step "Standard Webhooks" pip install_webhooks_python ||
      die "the Python package $WEBHOOKS_PIP could not be installed." "It needs python3 with venv and pip."
    printf '%s' "$WEBHOOKS_PIP" >"$WEBHOOKS_PYTHON/.complete"
  fi
}

install_webhooks_python() {
  rm -rf "$WEBHOOKS_PYTHON" && python3 -m venv "$WEBHOOKS_PYTHON" &&
    "$WEBHOOKS_PYTHON/bin/pip" install --quiet --disable-pip-version-check "$WEBHOOKS_PIP"
}

webhook_library_exports() {
  echo "export TEST_WEBHOOKS_NODE_MODULES='$WEBHOOKS_DIR/node_modules'"
  echo "export TEST_WEBHOOKS_PYTHON='$WEBHOOKS_PYTHON/bin/python'"
}
