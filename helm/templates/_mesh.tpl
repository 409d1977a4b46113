{{/* Who somebody is in the mesh: (dict "root" $ "component" "edge"). */}}
{{- define "parlor.principal" -}}
{{ .root.Values.mesh.trustDomain }}/ns/{{ .root.Release.Namespace }}/sa/{{ include "parlor.name" . }}
{{- end -}}

{{- define "parlor.gatewayPrincipal" -}}
{{- $name := include "parlor.gatewayName" . -}}
{{- $account := .Values.gateway.serviceAccount | default (printf "%s-%s" $name .Values.gateway.className) -}}
{{ .Values.mesh.trustDomain }}/ns/{{ include "parlor.gatewayNamespace" . }}/sa/{{ $account }}
{{- end -}}

{{/* Only identities and ports: ztunnel judges them by itself, and closes what it cannot read.
     (dict "root" $ "component" "rooms" "callers" (list …) "port" 2567 "gateway" true "scraped" true) */}}
{{- define "parlor.meshAllow" -}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: {{ include "parlor.name" . }}
  labels:
    {{- include "parlor.labels" . | nindent 4 }}
spec:
  selector:
    matchLabels:
      {{- include "parlor.selector" . | nindent 6 }}
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              {{- if .gateway }}
              - {{ include "parlor.gatewayPrincipal" .root }}
              {{- end }}
              {{- range .callers }}
              - {{ include "parlor.principal" (dict "root" $.root "component" .) }}
              {{- end }}
      to:
        - operation:
            ports: [{{ .port | toString | quote }}]
    {{- if and .scraped (include "parlor.scraped" .root) }}
    - from:
        - source:
            namespaces: [{{ .root.Values.metrics.namespace }}]
      to:
        - operation:
            ports: [{{ .port | toString | quote }}]
    {{- end }}
{{- end -}}
