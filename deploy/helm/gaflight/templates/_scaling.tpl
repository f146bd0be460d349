{{/* One at a time may be taken away on purpose; never blocks a node from being emptied. */}}
{{- define "gaflight.poddisruptionbudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
{{ include "gaflight.metadata" . }}
spec:
  maxUnavailable: 1
  {{- /* A pod that is not ready serves nobody, so it may go at any time. */}}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "gaflight.selector" . | nindent 6 }}
{{- end -}}

{{/* Nothing, a HorizontalPodAutoscaler, or a KEDA ScaledObject, which makes one of its own. */}}
{{- define "gaflight.autoscaler" -}}
{{- with .service.autoscaling -}}
{{- if gt (int .minReplicas) (int .maxReplicas) -}}
{{- fail (printf "services.%s.autoscaling: minReplicas is above maxReplicas" $.name) -}}
{{- end -}}
{{- if or .queues .triggers -}}
{{- include "gaflight.scaledobject" $ -}}
{{- else -}}
{{- include "gaflight.horizontalpodautoscaler" $ -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "gaflight.horizontalpodautoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
{{ include "gaflight.metadata" . }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "gaflight.fullname" . }}
  minReplicas: {{ .service.autoscaling.minReplicas }}
  maxReplicas: {{ .service.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ .service.autoscaling.cpuPercent }}}
{{- end -}}

{{- define "gaflight.scaledobject" -}}
{{- if not (.root.Capabilities.APIVersions.Has "keda.sh/v1alpha1") -}}
{{- fail (printf "services.%s.autoscaling needs KEDA for queues and triggers, which this cluster does not have (keda.sh/v1alpha1)" .name) -}}
{{- end -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
{{ include "gaflight.metadata" . }}
spec:
  scaleTargetRef:
    name: {{ include "gaflight.fullname" . }}
  pollingInterval: 10
  minReplicaCount: {{ int .service.autoscaling.minReplicas }}
  maxReplicaCount: {{ int .service.autoscaling.maxReplicas }}
  triggers:
    {{- range $queue, $messages := .service.autoscaling.queues }}
    - type: rabbitmq
      metadata:
        {{- /* KEDA finds the variable, and the Secret behind it, in the Deployment. */}}
        hostFromEnv: GA_BROKER__URL
        protocol: amqp
        queueName: {{ $queue }}
        mode: QueueLength
        value: {{ int $messages | quote }}
    {{- end }}
    {{- with .service.autoscaling.cpuPercent }}
    - type: cpu
      metricType: Utilization
      metadata:
        value: {{ int . | quote }}
    {{- end }}
    {{- with .service.autoscaling.triggers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
