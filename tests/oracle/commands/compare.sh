#!/usr/bin/env bash
# Compares what stackwright and the real Helm print for every chart below some folders: `show`, `dependency list`, `lint`.
#
#   compare.sh HELM STACKWRIGHT FOLDER...
#
# Standard output and the exit code must be equal, for `lint` standard error too. Folders of charts and archives both count.
# Environment: COMMANDS, one a line, `{}` stands for the chart. Exit code 1 when anything differs.
set -euo pipefail

helm=$(realpath "$(command -v "${1:?HELM}")") stackwright=$(realpath "$(command -v "${2:?STACKWRIGHT}")")
shift 2
commands=${COMMANDS:-"show all {}
show chart {}
show values {}
show readme {}
show crds {}
dependency list {}
lint {}
lint --strict {}
lint --quiet --with-subcharts {}"}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Helm lints an archive in a folder of its own.
plain() { sed -E 's#/tmp/helm-lint[0-9]+/#/tmp/lint/#g; s#/tmp/stackwright-lint[^/]*/#/tmp/lint/#g' "$1"; }

run() {
    local to=$1 code=0
    shift
    timeout 60 "$@" > "$to.out" 2> "$to.err" || code=$?
    plain "$to.out" > "$to"
    if [ "$code" != 0 ] && [ "$1" != "$helm" ] && [ "$code" != 1 ]; then echo "crashed with $code" >> "$to"; fi
    echo "exit $((code > 0))" >> "$to"
}

declare -A equal different
charts=$(find "$@" \( -name Chart.yaml -printf '%h\n' \) -o \( -name '*.tgz' -type f -print \) | sort)
while IFS= read -r command; do
    equal[$command]=0 different[$command]=0
    while IFS= read -r chart; do
        read -r -a words <<< "${command//'{}'/$chart}"
        run "$work/helm" "$helm" "${words[@]}" < /dev/null
        run "$work/ours" "$stackwright" chart "${words[@]}" < /dev/null
        if [[ $command == lint* ]]; then
            for side in helm ours; do grep -v '^level=' "$work/$side.err" | plain /dev/stdin >> "$work/$side" || true; done
        fi
        if cmp -s "$work/helm" "$work/ours"; then
            equal[$command]=$((equal[$command] + 1))
        else
            different[$command]=$((different[$command] + 1))
            echo "DIFFERENT $command: $chart"
            diff -a "$work/helm" "$work/ours" | head -"${LINES_SHOWN:-6}" | cut -c1-300 || true
        fi
    done <<< "$charts"
done <<< "$commands"
total=0
while IFS= read -r command; do
    echo "${equal[$command]} equal, ${different[$command]} different: $command"
    total=$((total + different[$command]))
done <<< "$commands"
[ "$total" = 0 ]
