{{ define "word" }}x{{ end }}
