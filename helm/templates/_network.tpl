{{/* Pieces of NetworkPolicies. */}}

{{/* Our own pods of (dict "root" $ "components" (list …)), as peers. */}}
{{- define "parlor.podsOf" -}}
{{- range .components }}
- podSelector:
    matchLabels:
      {{- include "parlor.selector" (dict "root" $.root "component" .) | nindent 6 }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "port" 2567). In a mesh everything comes wrapped, on ztunnel's port: what is inside, AuthorizationPolicies judge. */}}
{{- define "parlor.onPort" -}}
- { protocol: TCP, port: {{ .port }} }
{{- if .root.Values.mesh.enabled }}
- { protocol: TCP, port: 15008 }
{{- end }}
{{- end -}}

{{/* Where the gateway's pods are; the label is the Gateway API's own. */}}
{{- define "parlor.gatewayPods" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ include "parlor.gatewayNamespace" . }}
  podSelector:
    matchLabels:
      gateway.networking.k8s.io/gateway-name: {{ include "parlor.gatewayName" . }}
{{- end -}}

{{- define "parlor.scraped" -}}
{{ or .Values.metrics.annotations.enabled .Values.metrics.serviceMonitor.enabled | ternary "yes" "" }}
{{- end -}}

{{/* An ingress rule for Prometheus. */}}
{{- define "parlor.fromPrometheus" -}}
{{- if include "parlor.scraped" . }}
- from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.metrics.namespace }}
  ports:
    {{- include "parlor.onPort" (dict "root" . "port" (include "parlor.port" .)) | nindent 4 }}
{{- end }}
{{- end -}}

{{/* Egress to what is internal, or to the named peers, or anywhere: (dict "root" $ "purpose" "redis" "port" 6379). */}}
{{- define "parlor.toStore" -}}
{{- if eq (index .root.Values .purpose).mode "internal" }}
- to:
    {{- include "parlor.podsOf" (dict "root" .root "components" (list .purpose)) | trim | nindent 4 }}
  ports:
    {{- include "parlor.onPort" . | nindent 4 }}
{{- else }}
- ports:
    {{- include "parlor.onPort" . | nindent 4 }}
  {{- with index .root.Values.networkPolicy .purpose }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "parlor.toKeycloak" -}}
{{- if eq .Values.keycloak.mode "internal" }}
{{- include "parlor.toStore" (dict "root" . "purpose" "keycloak" "port" 8080) }}
{{- else if eq .Values.keycloak.mode "external" }}
{{- include "parlor.toStore" (dict "root" . "purpose" "keycloak" "port" .Values.networkPolicy.keycloakPort) }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "component" "rooms"): the head of a policy. */}}
{{- define "parlor.policyHead" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "parlor.name" . }}
  labels:
    {{- include "parlor.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "parlor.selector" . | nindent 6 }}
{{- end -}}
