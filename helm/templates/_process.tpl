{{/* A process of Parlor. Given as (dict "root" $ "component" "rooms" "role" "rooms" "user" 1000 "values" .Values.rooms). */}}

{{- define "parlor.port" -}}2567{{- end -}}

{{/* Only environment that is this process's own; the rest is in the ConfigMap. Order matters: $(NAME) is what stands above. */}}
{{- define "parlor.processEnv" -}}
{{- $values := .root.Values -}}
- name: PARLOR_ROLE
  value: {{ .role }}
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: PARLOR_ADDRESS
  value: {{ printf "%s:%s" (ternary "[$(POD_IP)]" "$(POD_IP)" (eq $values.ipFamily "IPv6")) (include "parlor.port" .) | quote }}
- name: PARLOR_DRAIN_MS
  value: {{ mul 1000 .values.drainSeconds | quote }}
- name: PARLOR_TRUSTED_PROXIES
  value: {{ .proxies | quote }}
{{ include "parlor.redisEnv" . }}
- name: PARLOR_REGISTRY_KEY
  valueFrom:
    secretKeyRef:
      {{- include "parlor.secretRef" (dict "root" .root "purpose" "registry") | nindent 6 }}
{{- if ne .role "edge" }}
{{ include "parlor.postgresEnv" .root }}
- name: PARLOR_KEY_FILE
  value: /etc/parlor/key/parlor.key
{{- include "parlor.identityEnv" .root }}
{{- end }}
- name: PARLOR_METRICS_TOKEN
  valueFrom:
    secretKeyRef:
      {{- include "parlor.secretRef" (dict "root" .root "purpose" "metrics") | nindent 6 }}
{{- end -}}

{{- define "parlor.processTemplate" -}}
metadata:
  labels:
    {{- include "parlor.podLabels" . | nindent 4 }}
  annotations:
    # What changes there starts the processes anew.
    checksum/config: {{ include "parlor.variables" .root | sha256sum }}
    checksum/secrets: {{ include "parlor.seeds" .root | sha256sum }}
    {{- if .root.Values.metrics.annotations.enabled }}
    prometheus.io/scrape: "true"
    prometheus.io/port: {{ include "parlor.port" . | quote }}
    prometheus.io/path: /metrics
    {{- end }}
spec:
  {{- include "parlor.pod" . | nindent 2 }}
  # Longer than everything that happens between the signal and the last line.
  terminationGracePeriodSeconds: {{ add .values.preStopSeconds .values.drainSeconds 15 }}
  containers:
    - name: {{ .component }}
      image: {{ include "parlor.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      securityContext:
        {{- include "parlor.containerSecurity" . | nindent 8 }}
      envFrom:
        - configMapRef:
            name: {{ include "parlor.fullname" .root }}
      env:
        {{- include "parlor.processEnv" . | nindent 8 }}
      ports:
        - name: http
          containerPort: {{ include "parlor.port" . }}
      # It listens once its storage is open; migrations and a cold node take their time.
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 2
        failureThreshold: 60
      # A stuck event loop, and nothing else: a restart helps neither Redis nor Postgres.
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 3
        timeoutSeconds: 3
        failureThreshold: 2
      lifecycle:
        preStop:
          # Until everybody who is told of endpoints has heard.
          sleep:
            seconds: {{ .values.preStopSeconds }}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /app/data
        - name: tmp
          mountPath: /tmp
        {{- if ne .role "edge" }}
        - name: key
          mountPath: /etc/parlor/key
          readOnly: true
        {{- end }}
  volumes:
    # Nothing that is kept: what survives a pod is in Redis and in Postgres.
    - name: data
      emptyDir: { sizeLimit: 64Mi }
    - name: tmp
      emptyDir: { sizeLimit: 64Mi }
    {{- if ne .role "edge" }}
    - name: key
      secret:
        secretName: {{ include "parlor.secretName" (dict "root" .root "purpose" "encryption") }}
        defaultMode: 0440
        items:
          - key: {{ .root.Values.encryption.key }}
            path: parlor.key
    {{- end }}
{{- end -}}

{{- define "parlor.processService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "parlor.name" . }}
  labels:
    {{- include "parlor.labels" . | nindent 4 }}
spec:
  type: {{ .type | default "ClusterIP" }}
  selector:
    {{- include "parlor.selector" . | nindent 4 }}
  ports:
    - name: http
      appProtocol: http
      port: {{ .port | default (include "parlor.port" .) }}
      targetPort: http
{{- end -}}

{{/* CPU is what every cluster can measure. */}}
{{- define "parlor.hpa" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "parlor.name" . }}
  labels:
    {{- include "parlor.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "parlor.name" . }}
  minReplicas: {{ .values.autoscaling.minReplicas }}
  maxReplicas: {{ .values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .values.autoscaling.cpuPercent }}
  behavior:
    {{- include "parlor.scaling" . | nindent 4 }}
{{- end -}}

{{/* Up at once, down one at a time: each pod that goes moves its rooms, or cuts its sockets. */}}
{{- define "parlor.scaling" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - { type: Percent, value: 100, periodSeconds: 30 }
scaleDown:
  stabilizationWindowSeconds: 600
  policies:
    - { type: Pods, value: 1, periodSeconds: 120 }
{{- end -}}
