#!/usr/bin/env bash
# Checks the Helm chart under deploy/. Nothing is installed anywhere, and no cluster is asked.
#
#   charts.sh             the check
#   charts.sh --write     writes deploy/helm/rendered anew, for a change to be seen and committed
#   charts.sh --settings  asks the programs that are built whether they take the chart's settings

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"
# shellcheck source=scripts/lib/services.sh
. "$SCRIPTS/lib/services.sh"
# shellcheck source=scripts/lib/install_charts.sh
. "$SCRIPTS/lib/install_charts.sh"

KUBERNETES=1.33
CHART=$ROOT/deploy/helm/gaflight
GOLDEN=$ROOT/deploy/helm/rendered/default.yaml
# Kinds that Kubernetes itself does not know; they are checked against their own schemas.
CUSTOM_KINDS='PodMonitor|ScaledObject'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Neither the caller's plugins nor his repositories have a say.
export HELM_CONFIG_HOME=$work/helm HELM_CACHE_HOME=$work/helm HELM_DATA_HOME=$work/helm

chart_tool() { node "$SCRIPTS/lib/charts.mjs" "$CHART_MODULES" "$@"; }

# usage: render NAME [OPTION...]   into $work/NAME.yaml
render() {
  local name=$1
  shift
  "$HELM" template gaflight "$CHART" --namespace gaflight --kube-version "$KUBERNETES" \
    --api-versions keda.sh/v1alpha1 --api-versions monitoring.coreos.com/v1 "$@" >"$work/$name.yaml"
}

# usage: lint [OPTION...]   quiet unless there is something to say
lint() {
  local said
  said=$("$HELM" lint --strict --kube-version "$KUBERNETES" "$@" "$CHART" 2>&1) || die "helm lint $*" "$said"
}

render_all() {
  local file
  lint
  render default || die "the chart does not render with its own values."
  for file in "$ROOT"/deploy/helm/values/*.yaml; do
    lint --values "$file"
    render "values-$(basename "$file" .yaml)" --values "$file" || die "the chart does not render with $file"
  done
}

# Without the file a change of a template would be merged unseen.
golden() {
  echo "# Written by scripts/charts.sh --write: the chart with its own values, for Kubernetes $KUBERNETES."
  cat "$work/default.yaml"
}

check_golden() {
  golden | diff -u "$GOLDEN" - >&2 ||
    die "deploy/helm/rendered/default.yaml is stale." "If the change above is meant: scripts/charts.sh --write"
}

check_manifests() {
  if ! [ -x "$KUBERNETES_VALIDATE" ]; then
    step_note manifests "NOT CHECKED against Kubernetes $KUBERNETES: that needs python3"
    return 0
  fi
  local said
  said=$("$KUBERNETES_VALIDATE" -k "$KUBERNETES" --strict --quiet "$work"/*.yaml 2>&1) || die "a manifest is wrong." "$said"
  # What it does not know it only warns of.
  said=$(printf '%s\n' "$said" | grep -Ev "^WARN .* find schema for kind ($CUSTOM_KINDS) |^$" || true)
  [ -z "$said" ] || die "a manifest could not be checked." "$said"
}

# usage: must_refuse EXPECTED OPTION...   rendering has to fail, and to say EXPECTED
must_refuse() {
  local expected=$1 said
  shift
  if said=$(render refused "$@" 2>&1); then die "the chart takes what it must refuse: $*"; fi
  case $said in
    *"$expected"*) ;;
    *) die "the chart refuses $* for another reason than expected ($expected):" "$said" ;;
  esac
}

check_refusals() {
  must_refuse '/env/GA_DATABASE__URL' --set-string env.GA_DATABASE__URL=postgres://user:password@host/name
  must_refuse "'key-servce' not allowed" --set services.key-servce.replicas=3
  must_refuse '/services/read-model/replicas' --set services.read-model.replicas=none
  must_refuse '/ingress/host' --set ingress.enabled=true
  must_refuse 'needs gateway.trustedProxies' --set ingress.enabled=true,ingress.host=api.example.com
  must_refuse '/gateway/limits/key' --set gateway.limits.key=plenty
  must_refuse '/dispatcher/retentionDays' --set dispatcher.retentionDays=365
  must_refuse '/dispatcher/refusedNetworks/0' --set 'dispatcher.refusedNetworks={partner.example}'
  must_refuse '/env/GA_HTTP__TRUSTED_PROXIES' --set-string services.api-gateway.env.GA_HTTP__TRUSTED_PROXIES=0.0.0.0/0
  must_refuse '/env/GA_RETENTION__DAYS' --set-string services.webhook-dispatcher.env.GA_RETENTION__DAYS=7
  must_refuse '/env/GA_EGRESS__REFUSED_NETWORKS' \
    --set-string services.webhook-dispatcher.env.GA_EGRESS__REFUSED_NETWORKS=198.51.100.0/24
}

# The chart repeats two things that are decided elsewhere.
check_agreement() {
  local version
  version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml")
  grep -qx "appVersion: \"$version\"" "$CHART/Chart.yaml" ||
    die "deploy/helm/gaflight/Chart.yaml: appVersion is not the workspace's version, $version."
  chart_tool queues "$CHART/values.schema.json" "$ROOT/crates/contracts/src/topology.rs" ||
    die "values.schema.json and crates/contracts/src/topology.rs name different queues."
}

check_settings() {
  ensure_chart_modules
  chart_tool settings "$(bin_dir)" "$GOLDEN" ||
    die "a service does not take the settings that the chart gives it." \
      "They come from deploy/helm/gaflight/values.yaml."
}

check() {
  ensure_helm
  ensure_kubernetes_validate
  ensure_chart_modules
  render_all
  check_golden
  check_manifests
  chart_tool crds "$work"/*.yaml || die "a custom resource is wrong."
  check_refusals
  check_agreement
  say "  $(cat "$work"/*.yaml | grep -c '^kind:') manifests, from the chart's own values and those in deploy/helm/values"
}

write() {
  ensure_helm
  render_all
  golden >"$GOLDEN"
  say "  wrote $GOLDEN"
}

mkdir -p "$TOOLS_DIR"
case ${1:-} in
  '') check ;;
  --write) write ;;
  --settings) check_settings ;;
  *) die "usage: scripts/charts.sh [--write | --settings]" ;;
esac
