{{- define "a" }}{{ incldue "b" . }}{{ end }}
