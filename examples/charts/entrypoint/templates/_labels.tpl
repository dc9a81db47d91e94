{{- /* The release's name; a subchart adds its own (or its alias), so that two of them do not collide. */ -}}
{{- define "entrypoint.name" -}}
{{- if .Chart.IsRoot }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end -}}

{{- define "entrypoint.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
