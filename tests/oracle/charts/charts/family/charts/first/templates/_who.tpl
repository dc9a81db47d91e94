{{ define "who" }}first{{ end }}
{{ define "only.first" }}of first{{ end }}
