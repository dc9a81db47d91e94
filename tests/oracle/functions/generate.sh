#!/bin/sh
# Asks the real Helm engine what every FAMILY.cases renders to, and writes FAMILY.expected beside it.
# Needs Go; without arguments all families are done, else those named.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tool=${ORACLE:-}
if [ -z "$tool" ]; then
    tool=$(mktemp -d)/oracle
    trap 'rm -rf "$(dirname "$tool")"' EXIT
    (cd "$here/../tool" && go build -o "$tool" .)
fi
cd "$here"
# The values as Go reads them from YAML, for runners that have no YAML of their own.
echo '{{ toJson .Values }}' > values.template
"$tool" cases values.template values.yaml > values.json
rm values.template
if [ $# -eq 0 ]; then
    set -- *.cases
fi
for cases in "$@"; do
    family=${cases%.cases}
    TZ=UTC "$tool" cases "$family.cases" values.yaml > "$family.expected.new"
    mv "$family.expected.new" "$family.expected"
done
