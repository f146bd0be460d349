{{/*
Unless it says otherwise, a template takes this dictionary:
  root      the chart's own top: .Values, .Release, .Capabilities
  name      the service's, as in `services`
  service   its values
*/}}

{{/* What its objects are called. Only the longest release names have to be cut. */}}
{{- define "gaflight.fullname" -}}
{{- printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What a Deployment's pods are known by; these must never change. */}}
{{- define "gaflight.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "gaflight.labels" -}}
{{ include "gaflight.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* The start of every object. */}}
{{- define "gaflight.metadata" -}}
metadata:
  name: {{ include "gaflight.fullname" . }}
  labels:
    {{- include "gaflight.labels" . | nindent 4 }}
{{- end -}}

{{/* What the values say besides `env`, as settings. */}}
{{- define "gaflight.given" -}}
{{- $shutdown := .root.Values.shutdown -}}
GA_SHUTDOWN__SOFT_MS: {{ mul $shutdown.softSeconds 1000 | quote }}
GA_SHUTDOWN__HARD_MS: {{ mul $shutdown.hardSeconds 1000 | quote }}
{{- if eq .name "api-gateway" }}
{{- $gateway := .root.Values.gateway }}
{{- with $gateway.trustedProxies }}
GA_HTTP__TRUSTED_PROXIES: {{ join "," . | quote }}
{{- end }}
{{- range $name, $limit := $gateway.limits }}
GA_LIMITS__{{ upper $name }}: {{ $limit | quote }}
{{- end }}
{{- end }}
{{- if eq .name "webhook-dispatcher" }}
{{- $dispatcher := .root.Values.dispatcher }}
{{- with $dispatcher.refusedNetworks }}
GA_EGRESS__REFUSED_NETWORKS: {{ join "," . | quote }}
{{- end }}
GA_RETENTION__DAYS: {{ $dispatcher.retentionDays | quote }}
{{- end }}
{{- end -}}

{{/* The environment as a list: plain settings, then those from Secrets, each sorted by name. */}}
{{- define "gaflight.env" -}}
{{- $given := include "gaflight.given" . | fromYaml -}}
{{- range $key, $value := merge $given .service.env .root.Values.env }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- range $key, $from := merge (dict) .service.secretEnv .root.Values.secretEnv }}
- name: {{ $key }}
  valueFrom:
    secretKeyRef:
      name: {{ $from.secret | default $.root.Values.secret }}
      key: {{ $from.key }}
{{- end }}
{{- if .root.Values.caBundle.configMap }}
{{- /* The file is read besides the directory, which is the image's own. */}}
- name: SSL_CERT_FILE
  value: /etc/gaflight/ca/{{ .root.Values.caBundle.key }}
- name: SSL_CERT_DIR
  value: /etc/ssl/certs
{{- end }}
{{- end -}}
