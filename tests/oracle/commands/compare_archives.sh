#!/usr/bin/env bash
# Packages every chart below some folders with stackwright and with the real Helm, and compares the archives: the same entries
# in the same order with the same bytes, or both refuse. Helm shows what is in our archive as what is in its own.
#
#   compare_archives.sh HELM STACKWRIGHT FOLDER...
#
# The order of subcharts is random in Helm: entries below charts/ are compared sorted. Exit code 1 when anything differs.
set -euo pipefail

helm=$(realpath "$(command -v "${1:?HELM}")") stackwright=$(realpath "$(command -v "${2:?STACKWRIGHT}")")
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

entries() {
    local archive=$1 folder
    folder=$(mktemp -d -p "$work")
    tar -tzf "$archive" | grep -v '^[^/]*/charts/' || true
    tar -tzf "$archive" | grep '^[^/]*/charts/' | sort || true
    tar -xzf "$archive" -C "$folder"
    (cd "$folder" && find . -type f | sort | xargs -d '\n' sha256sum)
    rm -r "$folder"
}

equal=0 refused=0 different=0
while IFS= read -r chart; do
    rm -rf "$work/helm" "$work/ours" "$work/again"
    theirs=0 ours=0
    "$helm" package "$chart" -d "$work/helm" --version 1.2.3+x > /dev/null 2>&1 || theirs=1
    "$stackwright" chart package "$chart" -d "$work/ours" --version 1.2.3+x > /dev/null 2> "$work/error" || ours=1
    if [ $((theirs + ours)) = 2 ]; then
        refused=$((refused + 1))
        continue
    fi
    if [ "$theirs" = 0 ] && [ "$ours" = 0 ] && [ "$(ls "$work/helm")" = "$(ls "$work/ours")" ] &&
        "$stackwright" chart package "$chart" -d "$work/again" --version 1.2.3+x > /dev/null 2>&1 &&
        cmp -s "$work"/ours/*.tgz "$work"/again/*.tgz &&
        diff -a <(entries "$work"/helm/*.tgz) <(entries "$work"/ours/*.tgz) > "$work/diff" &&
        diff -a <("$helm" show all "$work"/helm/*.tgz) <("$helm" show all "$work"/ours/*.tgz) > "$work/diff"; then
        equal=$((equal + 1))
    else
        different=$((different + 1))
        echo "DIFFERENT $chart (exit codes: helm $theirs, ours $ours)"
        head -5 "$work/diff" "$work/error" 2> /dev/null || true
    fi
done < <(find "$@" -name Chart.yaml -printf '%h\n' | sort)
echo "$equal equal, $refused refused by both, $different different"
[ "$different" = 0 ]
