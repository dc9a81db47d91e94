{{- define "shop.url" -}}
https://{{ .user }}:{{ .password | urlquery }}@shop
{{- end }}
{{- define "shop.plain" -}}
{{ .Values.plain }}
{{- end }}
{{- define "shop.lines" -}}
first: {{ .Values.plain }}
second: {{ .Values.nested.deep.password }}
{{- end }}
{{- define "shop.anchored" -}}
a: &x {{ .Values.global.token }}
b: *x
c: {d: *x, e: plain}
f: >-
  {{ .Values.plain }}
g:
  <<: {h: {{ .Values.global.token }}}
  i: 1
{{- end }}
