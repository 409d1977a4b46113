{{/* Where each secret is, and what is derived when it is not one of yours. A purpose is encryption, registry, redis, postgres, keycloak or metrics. */}}

{{- define "parlor.existingSecret" -}}
{{ (index .root.Values .purpose).existingSecret }}
{{- end -}}

{{- define "parlor.secretName" -}}
{{ include "parlor.existingSecret" . | default (printf "%s-%s" (include "parlor.fullname" .root) .purpose) }}
{{- end -}}

{{- define "parlor.secretKey" -}}
{{- get (dict "encryption" .root.Values.encryption.key "registry" .root.Values.registry.key "redis" .root.Values.redis.passwordKey "postgres" .root.Values.postgres.passwordKey "keycloak" .root.Values.keycloak.clientSecretKey "metrics" .root.Values.metrics.tokenKey) .purpose -}}
{{- end -}}

{{/* name and key, for a secretKeyRef; "key" overrules the key. */}}
{{- define "parlor.secretRef" -}}
name: {{ include "parlor.secretName" . }}
key: {{ .key | default (include "parlor.secretKey" .) }}
{{- end -}}

{{/* 43 hex digits of (dict "root" $ "purpose" …): 172 bits, and as base64 with its `=` also 32 bytes. */}}
{{- define "parlor.derived" -}}
{{ printf "%s\n%s/%s\n%s" .root.Values.secrets.seed .root.Release.Namespace .root.Release.Name .purpose | sha512sum | trunc 43 }}
{{- end -}}

{{/* Changes with the seed, and tells nothing of it: pods start anew. */}}
{{- define "parlor.seeds" -}}
{{ with .Values.secrets.seed }}{{ include "parlor.derived" (dict "root" $ "purpose" "checksum") }}{{ end }}
{{- end -}}

{{/* Immutable: a seed that was forgotten or changed is refused by the cluster, before it locks anybody out. */}}
{{- define "parlor.ownSecret" -}}
{{- if not (include "parlor.existingSecret" .) }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "parlor.secretName" . }}
  labels:
    {{- include "parlor.labels" (dict "root" .root "component" .purpose) | nindent 4 }}
  annotations:
    # As long as there are volumes that it opens.
    helm.sh/resource-policy: keep
type: Opaque
immutable: true
stringData:
  {{- if or (eq .purpose "encryption") (eq .purpose "registry") }}
  {{ include "parlor.secretKey" . }}: {{ include "parlor.derived" . | printf "%s=" | quote }}
  {{- else }}
  {{ include "parlor.secretKey" . }}: {{ include "parlor.derived" . | quote }}
  {{- end }}
  {{- if eq .purpose "redis" }}
  {{ .root.Values.redis.edgePasswordKey }}: {{ include "parlor.derived" (dict "root" .root "purpose" "redis-edge") | quote }}
  {{- end }}
  {{- if eq .purpose "keycloak" }}
  {{ .root.Values.keycloak.adminPasswordKey }}: {{ include "parlor.derived" (dict "root" .root "purpose" "keycloak-admin") | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* An edge has a user of its own, with few rights. Given as (dict "root" $ "role" "edge"). */}}
{{- define "parlor.redisEnv" -}}
{{- $redis := .root.Values.redis -}}
{{- $edge := eq .role "edge" -}}
{{- if eq $redis.mode "internal" -}}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      {{- include "parlor.secretRef" (dict "root" .root "purpose" "redis" "key" (ternary $redis.edgePasswordKey $redis.passwordKey $edge)) | nindent 6 }}
- name: REDIS_URL
  value: redis://{{ ternary "edge" "" $edge }}:$(REDIS_PASSWORD)@{{ include "parlor.inCluster" (dict "root" .root "component" "redis" "port" $redis.port) }}
{{- else -}}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      {{- include "parlor.secretRef" (dict "root" .root "purpose" "redis" "key" (ternary ($redis.edgeUrlKey | default $redis.urlKey) $redis.urlKey $edge)) | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "parlor.postgresEnv" -}}
{{- if eq .Values.postgres.mode "internal" -}}
- name: POSTGRES_PASSWORD
  valueFrom:
    secretKeyRef:
      {{- include "parlor.secretRef" (dict "root" . "purpose" "postgres") | nindent 6 }}
- name: DATABASE_URL
  value: postgres://parlor:$(POSTGRES_PASSWORD)@{{ include "parlor.inCluster" (dict "root" . "component" "postgres" "port" .Values.postgres.port) }}/parlor
{{- else -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      {{- include "parlor.secretRef" (dict "root" . "purpose" "postgres" "key" .Values.postgres.urlKey) | nindent 6 }}
{{- end }}
{{- end -}}
