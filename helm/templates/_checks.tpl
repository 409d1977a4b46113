{{/* What values alone cannot say, each in a sentence, before anything is rendered. */}}
{{- define "parlor.checks" -}}
{{- $v := .Values -}}

{{/* Secrets: yours, or derived. */}}
{{- $wanted := list "encryption" "registry" "metrics" "redis" "postgres" -}}
{{- if eq $v.keycloak.mode "internal" }}{{ $wanted = append $wanted "keycloak" }}{{ end -}}
{{- range $wanted -}}
{{- if and (not (index $v .).existingSecret) (not $v.secrets.seed) -}}
{{- fail (printf "%s.existingSecret is empty, and there is no secrets.seed to derive it from. Make a Secret (helm/README.md says which), or give --set secrets.seed=\"$(openssl rand -hex 32)\" and keep that seed: each upgrade needs it again." .) -}}
{{- end -}}
{{- end -}}
{{- if and $v.secrets.seed (lt (len $v.secrets.seed) 32) -}}
{{- fail (printf "secrets.seed has %d characters (not shown), and must have 32 or more, at random." (len $v.secrets.seed)) -}}
{{- end -}}
{{- if and (eq $v.keycloak.mode "external") (not $v.keycloak.existingSecret) -}}
{{- fail (printf "keycloak.mode is external, so keycloak.existingSecret must name the Secret that holds the secret of its client parlor-server, under the key %s." $v.keycloak.clientSecretKey) -}}
{{- end -}}
{{- range list "redis" "postgres" -}}
{{- if and (eq (index $v .).mode "external") (not (index $v .).existingSecret) -}}
{{- fail (printf "%s.mode is external, so %s.existingSecret must name the Secret that holds its whole address, under the key %s." . . (index $v .).urlKey) -}}
{{- end -}}
{{- end -}}

{{/* What must be in the cluster first. `helm template` is told of it by --api-versions. */}}
{{- $missing := list -}}
{{- if and $v.gateway.enabled (not (.Capabilities.APIVersions.Has "gateway.networking.k8s.io/v1")) -}}
{{- $missing = append $missing "gateway.enabled needs the Gateway API (gateway.networking.k8s.io/v1)" -}}
{{- end -}}
{{- if and $v.mesh.enabled (not (.Capabilities.APIVersions.Has "security.istio.io/v1")) -}}
{{- $missing = append $missing "mesh.enabled needs Istio (security.istio.io/v1)" -}}
{{- end -}}
{{- if and (eq $v.rooms.autoscaling.engine "keda") (not (.Capabilities.APIVersions.Has "keda.sh/v1alpha1")) -}}
{{- $missing = append $missing "rooms.autoscaling.engine keda needs KEDA (keda.sh/v1alpha1)" -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1")) -}}
{{- $missing = append $missing "metrics.serviceMonitor.enabled needs the Prometheus operator (monitoring.coreos.com/v1)" -}}
{{- end -}}
{{- with $missing -}}
{{- fail (printf "This cluster lacks what the values ask for: %s. Install it first, or switch it off. (helm template knows of it only by --api-versions.)" (join "; " .)) -}}
{{- end -}}

{{/* What runs is what was tried. */}}
{{- range $of, $image := dict "image" $v.image "redis.image" $v.redis.image "postgres.image" $v.postgres.image "keycloak.image" $v.keycloak.image -}}
{{- if eq $image.tag "latest" -}}
{{- fail (printf "%s.tag is latest: that is another image tomorrow. Name a version, or a digest besides." $of) -}}
{{- end -}}
{{- end -}}

{{/* Contradictions. */}}
{{- if and $v.mesh.enabled (not $v.gateway.enabled) -}}
{{- fail "mesh.enabled needs gateway.enabled: in a strict mesh nobody comes in from outside but through the gateway." -}}
{{- end -}}
{{- if and $v.gateway.enabled (not $v.gateway.create) (not $v.gateway.name) -}}
{{- fail "gateway.create is false, so gateway.name must say which Gateway the routes attach to." -}}
{{- end -}}
{{- range list "edge" "keycloak" -}}
{{- with (index $v .).service.type -}}
{{- if and $v.gateway.enabled (ne . "ClusterIP") -}}
{{- fail (printf "service.type is %s beside gateway.enabled: that would be a second way in, past the gateway. Make it ClusterIP, of edge and of keycloak." .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $v.gateway.enabled $v.gateway.tls.secretName (not (hasPrefix "https://" (include "parlor.origin" .))) -}}
{{- fail (printf "origin is %s, but the gateway has a certificate: browsers will come by https://." $v.origin) -}}
{{- end -}}
{{- if and (ne $v.keycloak.mode "embedded") (not $v.keycloak.url) -}}
{{- fail (printf "keycloak.mode is %s, so keycloak.url must be the address where browsers find it. (keycloak.mode embedded needs no Keycloak.)" $v.keycloak.mode) -}}
{{- end -}}
{{- if and (eq $v.keycloak.mode "internal") (not (.Files.Get "realm/parlor-realm.json")) -}}
{{- fail "keycloak.mode is internal, but the chart has no realm/parlor-realm.json to import." -}}
{{- end -}}
{{- if and (eq $v.keycloak.mode "internal") (ne $v.keycloak.realm "parlor") -}}
{{- fail (printf "keycloak.mode is internal, whose realm is parlor, but keycloak.realm is %s." $v.keycloak.realm) -}}
{{- end -}}
{{- range list "rooms" "edge" -}}
{{- with (index $v .).autoscaling -}}
{{- if and (ne .engine "none") (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas %d is above autoscaling.maxReplicas %d." (int .minReplicas) (int .maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
