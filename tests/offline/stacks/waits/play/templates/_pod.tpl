{{- define "play.sandbox" -}}
play/name: {{ .name }}
{{- range $key, $value := .sandbox }}
sandbox.stackwright.dev/{{ $key }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "play.spec" -}}
spec:
  {{- if has .kind (list "Pod" "Job") }}
  restartPolicy: Never
  {{- end }}
  {{- if .spread }}
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        - labelSelector: {matchLabels: {app: {{ .name }}}}
          topologyKey: kubernetes.io/hostname
  {{- end }}
  {{- if .wait }}
  initContainers:
    - name: init
      image: example.invalid/kubernetes-entrypoint
      env:
        - name: NAMESPACE
          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
        {{- range $name, $value := .wait }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
  {{- end }}
  containers:
    - name: main
      image: example.invalid/main
{{- end }}
