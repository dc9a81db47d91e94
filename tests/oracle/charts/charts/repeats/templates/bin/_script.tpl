#!/bin/sh
# A script that is long enough for its checksum to be worth keeping, and shows one value.
echo {{ .Values.text | quote }}
{{- range $i := until 20 }}
echo "line {{ $i }} of the script, which says no more than that it is one of twenty"
{{- end }}
