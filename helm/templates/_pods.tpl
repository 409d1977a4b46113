{{/* What all pods have in common: no rights, no token, no writable image. */}}

{{/* (dict "user" 1000). */}}
{{- define "parlor.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "parlor.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Fields of a pod's spec, for (dict "root" $ "component" "rooms" "user" 1000).
     Without `enableServiceLinks: false` Kubernetes would put PARLOR_…_SERVICE_HOST into every environment, and Parlor
     refuses to start with variables that it does not know. */}}
{{- define "parlor.pod" -}}
serviceAccountName: {{ include "parlor.name" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "parlor.podSecurity" . | nindent 2 }}
{{- with .root.Values.scheduling.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.scheduling.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "parlor.selector" . | nindent 8 }}
{{- end -}}

{{- define "parlor.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "parlor.name" . }}
  labels:
    {{- include "parlor.labels" . | nindent 4 }}
automountServiceAccountToken: false
{{- end -}}

{{/* One may go at a time, and never all by an eviction. */}}
{{- define "parlor.disruption" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "parlor.name" . }}
  labels:
    {{- include "parlor.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "parlor.selector" . | nindent 6 }}
{{- end -}}

{{/* (dict … "storage" .Values.redis.storage): the volume of a StatefulSet. */}}
{{- define "parlor.volumeClaim" -}}
- metadata:
    name: data
    labels:
      {{- include "parlor.selector" . | nindent 6 }}
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .storage.className }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .storage.size }}
{{- end -}}
