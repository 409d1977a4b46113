# A Deployment of rooms -> a pod that replays their logs with another image, claims nothing, and is never ready.
.spec.template | {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "shadow", labels: .metadata.labels },
  spec: (.spec
    | .restartPolicy = "Never"
    | .containers[0] |= (del(.livenessProbe, .startupProbe, .lifecycle) | .image = $image | .command = ["node", "scripts/shadow.ts"]))
}
