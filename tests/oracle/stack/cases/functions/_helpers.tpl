{{- define "shout" }}{{ . | upper }}!{{ end }}
{{- define "outer" }}{{ include "shout" .Environment.Name }}{{ end }}
