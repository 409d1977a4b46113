{{/* Variables that all processes share: docs/configuration.md. */}}
{{- define "parlor.variables" -}}
NODE_ENV: production
HOST: {{ ternary "::" "0.0.0.0" (eq .Values.ipFamily "IPv6") | quote }}
PORT: {{ include "parlor.port" . | quote }}
LOG_LEVEL: {{ .Values.logLevel }}
PARLOR_ORIGIN: {{ include "parlor.origin" . }}
{{- with .Values.allowedOrigins }}
PARLOR_ALLOWED_ORIGINS: {{ join "," . }}
{{- end }}
PARLOR_DATA_DIR: /app/data
PARLOR_LEASE_MS: {{ .Values.rooms.leaseMs | int64 | quote }}
PARLOR_REDIS_REPLICAS: {{ .Values.redis.replicas | quote }}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ ternary $value (int64 $value) (kindIs "string" $value) | toString | quote }}
{{- end }}
{{- end -}}
