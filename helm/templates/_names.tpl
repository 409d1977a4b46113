{{/* Names, labels, images. A component is always given as (dict "root" $ "component" "rooms"). */}}

{{- define "parlor.fullname" -}}
{{- $name := ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) -}}
{{- $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "parlor.name" -}}
{{ include "parlor.fullname" .root }}-{{ .component }}
{{- end -}}

{{/* Immutable: what selects pods. */}}
{{- define "parlor.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "parlor.labels" -}}
{{ include "parlor.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{/* What every pod of this release has, and no other. */}}
{{- define "parlor.ours" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "parlor.podLabels" -}}
{{ include "parlor.selector" . }}
{{/* A sidecar would make every caller look like this machine itself, which may read /metrics. */ -}}
sidecar.istio.io/inject: "false"
{{- if .root.Values.mesh.enabled }}
istio.io/dataplane-mode: ambient
{{- end }}
{{- end -}}

{{/* (dict "image" … "default" tag): a digest wins over a tag. */}}
{{- define "parlor.imageOf" -}}
{{- $tag := .image.tag | default .default -}}
{{- with .image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ .image.repository }}:{{ $tag }}
{{- with .image.digest }}@{{ . }}{{ end }}
{{- end -}}

{{- define "parlor.image" -}}
{{ include "parlor.imageOf" (dict "image" .Values.image "default" .Chart.AppVersion) }}
{{- end -}}

{{- define "parlor.origin" -}}
{{- $scheme := ternary "https" "http" (and .Values.gateway.enabled (ne .Values.gateway.tls.secretName "")) -}}
{{ .Values.origin | default (printf "%s://%s" $scheme .Values.host) }}
{{- end -}}

{{- define "parlor.gatewayName" -}}
{{ .Values.gateway.name | default (include "parlor.fullname" .) }}
{{- end -}}

{{- define "parlor.gatewayNamespace" -}}
{{ .Values.gateway.namespace | default .Release.Namespace }}
{{- end -}}

{{/* Of the process that has pages: what Keycloak calls back. */}}
{{- define "parlor.pages" -}}
{{ ternary "api" "rooms" .Values.api.enabled }}
{{- end -}}

{{/* host:port of a Service, fully named: nothing that a pod asks for is tried in other domains first. */}}
{{- define "parlor.inCluster" -}}
{{ include "parlor.name" . }}.{{ .root.Release.Namespace }}.svc:{{ .port }}
{{- end -}}
