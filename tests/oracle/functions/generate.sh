#!/bin/sh
# Asks the real Helm engine for the expectation of every case. Build it first: cd tests/oracle/tool && go build -o oracle .
# Usage: generate.sh PATH-OF-ORACLE [CASES-FILE...]
set -eu
oracle=$1
shift
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- *.cases
for cases in "$@"; do
    "$oracle" cases "$cases" values.yaml >"${cases%.cases}.expected"
done
