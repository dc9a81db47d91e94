{{- define "web.labels" -}}
app: {{ .Chart.Name }}
version: {{ .Values.image.tag | quote }}
{{- end }}
{{- define "web.url" -}}
{{- $db := .Values.database -}}
{{- printf "postgres://%s:%s@%s" $db.user $db.password $db.host -}}
{{- end }}
{{- define "web.probe" -}}
path: {{ .probe.path }}
{{- end }}
