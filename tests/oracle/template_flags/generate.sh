#!/usr/bin/env bash
# Writes expected/CASE.out for every case of cases.txt: what the real `helm template` prints, says, writes and ends with.
#
#   generate.sh [HELM]
set -euo pipefail
cd "$(dirname "$0")"
helm=$(command -v "${1:-helm}")
folder=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p expected
rm -f expected/*.out
"$helm" version --template '{{ .Version }}' > expected/VERSION

run() {
    local name=$1 code=0
    shift
    rm -rf "$work/run"
    cp -r files "$work/run"
    (
        cd "$work/run"
        env -i PATH="$PATH" HOME="$work/home" KUBECONFIG=/dev/null HELM_PLUGINS="$work/run/plugins" NAME_PART=part \
            "$helm" template "$@" < stdin.yaml > "$work/stdout" 2> "$work/stderr"
    ) || code=$?
    {
        cat "$work/stdout"
        echo "--- stderr"
        # The log repeats some errors.
        grep -v '^level=ERROR' "$work/stderr" || true
        echo "--- exit $code"
        if [ -d "$work/run/out" ]; then
            (cd "$work/run" && find out -type f | LC_ALL=C sort | while read -r file; do echo "--- file $file"; cat "$file"; done)
        fi
        if [ -f "$work/run/input.yaml" ]; then
            echo "--- file input.yaml"
            cat "$work/run/input.yaml"
        fi
    } | sed -e "s#$folder/charts#{charts}#g" -e "s#$work/run/#{run}/#g" > "expected/$name.out"
}

while IFS= read -r line; do
    case $line in '#'* | '') continue ;; esac
    # A trailing tab is an empty argument, which `read` would drop.
    fields=()
    rest=$line
    while [[ $rest == *$'\t'* ]]; do
        fields+=("${rest%%$'\t'*}")
        rest=${rest#*$'\t'}
    done
    fields+=("$rest")
    run "${fields[0]}" "${fields[@]:1}"
done < <(sed "s#{charts}#$folder/charts#g" cases.txt)
