{{- define "dump" -}}
{{ .Template.Name }}:
  values: {{ .Values | toJson | quote }}
  chart: {{ .Chart.Name }} {{ .Chart.Version }} root={{ .Chart.IsRoot }} deps={{ range .Chart.Dependencies }}{{ .Name }}({{ .Alias }},{{ .Enabled }});{{ end }}
  subcharts: {{ keys .Subcharts | sortAlpha | join "," }}
{{- end -}}

{{ define "who" }}root{{ end }}
