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

{{/* The environment as a list: plain settings, then those from Secrets, each sorted by name. */}}
{{- define "gaflight.env" -}}
{{- $shutdown := .root.Values.shutdown -}}
{{- $stop := dict
  "GA_SHUTDOWN__SOFT_MS" (mul $shutdown.softSeconds 1000 | toString)
  "GA_SHUTDOWN__HARD_MS" (mul $shutdown.hardSeconds 1000 | toString) -}}
{{- range $key, $value := merge $stop .service.env .root.Values.env }}
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
