{{- /*
An init container in the convention of kubernetes-entrypoint: it ends when the services have endpoints and the jobs have
completed. Call it with a dict: namespace, services (list), jobs (list).
*/ -}}
{{- define "entrypoint.wait" -}}
{{- $namespace := .namespace -}}
{{- $services := list -}}
{{- range .services }}{{ $services = append $services (printf "%s:%s" $namespace .) }}{{ end -}}
- name: wait
  image: quay.io/airshipit/kubernetes-entrypoint:latest-ubuntu_noble
  env:
    - name: POD_NAME
      valueFrom: {fieldRef: {fieldPath: metadata.name}}
    - name: NAMESPACE
      valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
    - name: DEPENDENCY_SERVICE
      value: {{ join "," $services | quote }}
    - name: DEPENDENCY_JOBS
      value: {{ join "," .jobs | quote }}
{{- end -}}
