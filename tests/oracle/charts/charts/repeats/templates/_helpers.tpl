{{/* The text of a file beside the one that is rendered, and its checksum. */}}
{{- define "beside" -}}
{{- $name := index . 0 -}}
{{- $context := index . 1 -}}
{{- $last := base $context.Template.Name -}}
{{- $path := $context.Template.Name | replace $last $name -}}
{{ include $path $context }}
{{- end -}}
{{- define "checksum" -}}
{{- $context := index . 1 -}}
{{- $path := $context.Template.Name | replace (base $context.Template.Name) (index . 0) -}}
{{ include $path $context | sha256sum | quote }}
{{- end -}}
{{- define "who" }}{{ .Template.Name }}{{ end -}}
{{- define "length" }}{{ base .Template.Name | len }}{{ end -}}
{{- define "silent" -}}
{{- if eq (base .Template.Name) "w4.yaml" }}{{ $_ := set .Values "touched" "by w4" }}{{ end -}}
{{- end -}}
{{- define "mark" }}{{ $_ := set .into "by" (base .root.Template.Name) }}{{ end -}}
