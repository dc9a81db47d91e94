#!/usr/bin/env bash
# Writes expected/CASE.out (standard output, then standard error without log lines, then the exit code) for every case of
# cases.txt, as the real Helm gives it.
#
#   generate.sh [HELM]
set -euo pipefail
cd "$(dirname "$0")"
helm=${1:-helm}
version=$("$helm" version --template '{{ .Version }}')
mkdir -p expected
rm -f expected/*.out
echo "$version" > expected/VERSION
while IFS= read -r line; do
    case $line in '#'* | '') continue ;; esac
    IFS=$'\t' read -r -a fields <<< "$line"
    code=0
    "$helm" template release "charts/${fields[1]}" "${fields[@]:2}" > expected/stdout 2> expected/stderr || code=$?
    {
        cat expected/stdout
        echo "--- stderr"
        # Paths that Helm makes absolute are shown from here.
        grep -v '^level=' expected/stderr | sed "s#$PWD/##g" || true
        echo "--- exit $code"
    } > "expected/${fields[0]}.out"
done < cases.txt
rm expected/stdout expected/stderr
