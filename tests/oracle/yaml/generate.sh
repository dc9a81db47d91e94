#!/bin/sh
# Asks the real libraries (through tests/oracle/tool) what they make of the cases of this folder, and writes NAME.expected
# beside each NAME.json. Needs Go and, at first, the network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
oracle=$(mktemp)
trap 'rm -f "$oracle"' EXIT
(cd "$here/../tool" && go build -o "$oracle" .)
"$oracle" yaml-read <"$here/read.json" >"$here/read.expected"
"$oracle" yaml-write <"$here/write.json" >"$here/write.expected"
"$oracle" yaml-bytes <"$here/bytes.json" >"$here/bytes.expected"
"$oracle" json-read <"$here/json.json" >"$here/json.expected"
