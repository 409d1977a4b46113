{{/* Who people are, for the processes. */}}

{{- define "parlor.issuer" -}}
{{ printf "%s/realms/%s" (trimSuffix "/" .Values.keycloak.url) .Values.keycloak.realm }}
{{- end -}}

{{/* Where pods reach Keycloak: in the cluster, or as browsers do. */}}
{{- define "parlor.keycloakInside" -}}
{{- if eq .Values.keycloak.mode "internal" -}}
http://{{ include "parlor.inCluster" (dict "root" . "component" "keycloak" "port" 8080) }}
{{- else -}}
{{ trimSuffix "/" .Values.keycloak.url }}
{{- end -}}
{{- end -}}

{{/* An edge asks nobody who somebody is. */}}
{{- define "parlor.identityEnv" -}}
{{- if eq .Values.keycloak.mode "embedded" }}
- name: PARLOR_ALLOW_EMBEDDED_IDENTITY
  value: "on"
{{- else }}
- name: KEYCLOAK_URL
  value: {{ trimSuffix "/" .Values.keycloak.url }}
{{- if eq .Values.keycloak.mode "internal" }}
- name: KEYCLOAK_INTERNAL_URL
  value: {{ include "parlor.keycloakInside" . }}
{{- end }}
- name: KEYCLOAK_REALM
  value: {{ .Values.keycloak.realm }}
- name: KEYCLOAK_CLIENT_SECRET
  valueFrom:
    secretKeyRef:
      {{- include "parlor.secretRef" (dict "root" . "purpose" "keycloak") | nindent 6 }}
{{- end }}
{{- end -}}
