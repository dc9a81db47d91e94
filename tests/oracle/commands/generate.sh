#!/usr/bin/env bash
# Asks the real Helm: expected/CASE.out (standard output, the last line of standard error where lint fails, the exit code) for
# every case of cases.txt; addresses.expected; src/chart/lint/lifecycle.txt.
#
#   generate.sh HELM ORACLE
#
# ORACLE is the program in tests/oracle/tool.
set -euo pipefail
cd "$(dirname "$0")"
helm=${1:?HELM} oracle=${2:?ORACLE}
here=$PWD
"$oracle" addresses < addresses.txt > addresses.expected
"$oracle" lifecycle > ../../../src/chart/lint/lifecycle.txt
mkdir -p expected
rm -f expected/*.out
"$helm" version --template '{{ .Version }}' > expected/VERSION
cd charts
while IFS= read -r line; do
    case $line in '#'* | '') continue ;; esac
    IFS=$'\t' read -r -a fields <<< "$line"
    code=0
    "$helm" "${fields[@]:1}" > ../expected/stdout 2> ../expected/stderr || code=$?
    {
        sed "s#$here/charts/##g" ../expected/stdout
        echo "--- stderr"
        grep -a 'chart(s) linted' ../expected/stderr || true
        echo "--- exit $code"
    } > "../expected/${fields[0]}.out"
done < ../cases.txt
rm ../expected/stdout ../expected/stderr
