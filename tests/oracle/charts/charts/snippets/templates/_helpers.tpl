{{- define "name" }}{{ .Values.name }}{{ end }}
{{- define "file" }}{{ .Template.Name }}{{ end }}
{{- define "name-and-file" }}{{ include "name" . }} in {{ include "file" . }}{{ end }}
{{- define "whole-root" }}{{ range $key, $value := . }}{{ if eq $key "Template" }}{{ $value.Name }}{{ end }}{{ end }}{{ end }}
{{- define "merged" }}{{ (merge (dict) .).Template.Name }}{{ end }}
{{- define "of-list" }}{{ index . 0 }}-{{ (index . 1).Values.name }}{{ end }}
{{- define "counts" }}{{ $n := add1 .Values.nested.count }}{{ $_ := set .Values.nested "count" $n }}{{ $n }}{{ end }}
{{- define "keys" }}{{ keys .Values.nested | sortAlpha | join "," }} {{ len .Values.nested }}{{ end }}
{{- define "of-dict" }}{{ .a }}{{ $_ := set . "a" "changed" }}{{ end }}
{{- define "type" }}{{ typeOf . }}{{ end }}
{{- define "file-text" }}{{ include (print .Template.BasePath "/config.yaml") . | sha256sum }}{{ end }}
{{- define "texts" }}{{ tpl "{{ .Values.name }} {{ .Template.Name }}" . }}{{ end }}
{{- define "redefined" }}from outside{{ end }}
{{- define "uses-redefined" }}{{ include "redefined" . }}{{ end }}
{{- define "loop" }}{{ if lt (int (index . 0)) 130 }}{{ include "loop" (list (add1 (index . 0)) (index . 1)) }}{{ else }}{{ (index . 1).Values.name }}{{ end }}{{ end }}
{{- define "prints" }}[{{ . }}]{{ end }}
