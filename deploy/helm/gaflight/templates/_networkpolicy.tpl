{{/* One rule of egress. usage: include "gaflight.egress" (dict "to" PEERS "ports" LIST "udp" BOOL) */}}
{{- define "gaflight.egress" -}}
- to:
    {{- toYaml .to | nindent 4 }}
  ports:
    {{- range .ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- if $.udp }}
    - {protocol: UDP, port: {{ . }}}
    {{- end }}
    {{- end }}
{{- end -}}

{{/*
Everything is refused but what stands here. In: the gateway's public port and everybody's metrics;
a node's own probes always pass. Out: names, the broker, the service's own database, traces, and
for the dispatcher the public internet. The dispatcher checks every address it dials itself; this
is the second lock on the same door.
*/}}
{{- define "gaflight.networkpolicy" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- if $policy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "gaflight.metadata" . }}
spec:
  podSelector:
    matchLabels:
      {{- include "gaflight.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if eq .name "api-gateway" }}
    - ports: [{protocol: TCP, port: http}]
      {{- with $policy.gateway.from }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
    {{- with $policy.metrics.from }}
    - ports: [{protocol: TCP, port: admin}]
      from:
        {{- toYaml . | nindent 8 }}
    {{- end }}
  egress:
    {{- include "gaflight.egress" (merge (dict "udp" true) $policy.dns) | nindent 4 }}
    {{- include "gaflight.egress" $policy.broker | nindent 4 }}
    {{- if ne .name "api-gateway" }}
    {{- $to := .service.databaseTo | default $policy.database.to }}
    {{- include "gaflight.egress" (dict "to" $to "ports" $policy.database.ports) | nindent 4 }}
    {{- end }}
    {{- if or .service.env.GA_TELEMETRY__OTLP_ENDPOINT .root.Values.env.GA_TELEMETRY__OTLP_ENDPOINT }}
    {{- include "gaflight.egress" $policy.collector | nindent 4 }}
    {{- end }}
    {{- if eq .name "webhook-dispatcher" }}
    - to:
        {{- include "gaflight.internet" . | nindent 8 }}
      {{- /* Partners choose their ports; the dispatcher refuses those of other protocols. */}}
      ports: [{protocol: TCP}]
    {{- end }}
{{- end -}}
{{- end -}}

{{/* Whatever is not the cluster's, the node's or the cloud's own; see crates/egress/src/addresses.rs. */}}
{{- define "gaflight.internet" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    except:
      - 0.0.0.0/8
      - 10.0.0.0/8
      - 100.64.0.0/10
      - 127.0.0.0/8
      - 168.63.129.16/32
      - 169.254.0.0/16
      - 172.16.0.0/12
      - 192.0.0.0/24
      - 192.168.0.0/16
      - 198.18.0.0/15
      - 224.0.0.0/3
      {{- range .root.Values.dispatcher.refusedNetworks }}
      {{- if not (contains ":" .) }}
      - {{ . }}
      {{- end }}
      {{- end }}
{{- /* Global unicast without Teredo and 6to4, which carry IPv4 addresses. */}}
- ipBlock:
    cidr: 2000::/3
    except:
      - 2001::/32
      - 2002::/16
      {{- range .root.Values.dispatcher.refusedNetworks }}
      {{- if regexMatch "^[23][0-9a-fA-F]{3}:" . }}
      - {{ . }}
      {{- end }}
      {{- end }}
{{- end -}}
