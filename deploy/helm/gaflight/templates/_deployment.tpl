{{/* Seconds between the pod's removal and SIGTERM, in which load balancers learn to leave it alone. */}}
{{- define "gaflight.drainSeconds" -}}
{{- if eq .name "api-gateway" }}5{{ else }}0{{ end -}}
{{- end -}}

{{- define "gaflight.deployment" -}}
{{- $values := .root.Values -}}
apiVersion: apps/v1
kind: Deployment
{{ include "gaflight.metadata" . }}
spec:
  {{- if not .service.autoscaling }}
  replicas: {{ .service.replicas }}
  {{- end }}
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  selector:
    matchLabels:
      {{- include "gaflight.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "gaflight.labels" . | nindent 8 }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ .name }}
        {{- if eq $values.metrics.scrape "annotations" }}
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
        prometheus.io/path: /metrics
        {{- end }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "gaflight.fullname" . }}
      {{- /* No service talks to Kubernetes. */}}
      automountServiceAccountToken: false
      {{- /* A Service called `ga` would put GA_... variables into every pod, and an unknown setting
             stops the start. */}}
      enableServiceLinks: false
      {{- /* The drain, the two steps of the shutdown, and seven seconds for the last traces and the rest. */}}
      terminationGracePeriodSeconds: {{ add (include "gaflight.drainSeconds" .) $values.shutdown.softSeconds $values.shutdown.hardSeconds 7 }}
      {{- with $values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        seccompProfile: {type: RuntimeDefault}
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - topologyKey: {{ . }}
          maxSkew: 1
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "gaflight.selector" $ | nindent 14 }}
          {{- /* Otherwise the old pods of a rollout would count, and the new ones end up side by side. */}}
          matchLabelKeys: [pod-template-hash]
        {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          {{- include "gaflight.container" . | nindent 10 }}
      {{- with $values.caBundle }}
      {{- if .configMap }}
      volumes:
        - name: ca
          configMap:
            name: {{ .configMap }}
            items: [{key: {{ .key | quote }}, path: {{ .key | quote }}}]
      {{- end }}
      {{- end }}
{{- end -}}

{{- define "gaflight.container" -}}
image: {{ printf "%s:%s" .root.Values.image.repository (.root.Values.image.tag | default .root.Chart.AppVersion) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
command: [/usr/local/bin/{{ .name }}]
env:
  {{- include "gaflight.env" . | trim | nindent 2 }}
ports:
  {{- if eq .name "api-gateway" }}
  - {name: http, containerPort: 8080}
  {{- end }}
  - {name: admin, containerPort: 9090}
{{- /* Alive from the first moment, also while it waits for its database or migrates it; so there is no
       need for a startup probe. */}}
livenessProbe:
  httpGet: {path: /live, port: admin}
  periodSeconds: 10
  timeoutSeconds: 2
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /ready, port: admin}
  periodSeconds: 5
  timeoutSeconds: 2
  failureThreshold: 2
{{- $drain := include "gaflight.drainSeconds" . | int }}
{{- if $drain }}
lifecycle:
  preStop:
    sleep: {seconds: {{ $drain }}}
{{- end }}
resources:
  {{- toYaml .service.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- if .root.Values.caBundle.configMap }}
volumeMounts:
  - {name: ca, mountPath: /etc/gaflight/ca, readOnly: true}
{{- end }}
{{- end -}}
