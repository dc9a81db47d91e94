{{- define "fails" }}{{ fail "a deep reason" }}{{ end }}
{{- define "nil" }}{{ .Values.a.b.c }}{{ end }}
{{- define "loops" }}{{ include "loops" . }}{{ end }}
{{- define "wraps" }}{{ include "nil" . }}{{ end }}
