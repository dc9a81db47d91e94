#!/usr/bin/env bash
# Compares what stackwright and the real Helm say of every chart (folder or archive) anywhere below a folder: what is printed,
# what the first line of the error is, and the exit code.
#
#   compare-tree.sh FOLDER HELM STACKWRIGHT [CASES]
#
# FOLDER       a folder with charts somewhere in it, such as the test data of Helm's own packages
# HELM         the Helm binary that decides
# STACKWRIGHT  the binary that is judged
# CASES        a file of further cases, one a line: a chart below FOLDER and arguments, separated by blanks
#
# Each chart is rendered plainly, with its custom resource definitions, for an upgrade, and with each values file beside it.
# What Helm answers differently from run to run (the order of maps) counts as equal if one of RUNS (6) answers is ours.
set -uo pipefail

folder=$(realpath "${1:?FOLDER}") helm=$(realpath "$(command -v "${2:?HELM}")") stackwright=$(realpath "$(command -v "${3:?STACKWRIGHT}")")
cases=${4:+$(realpath "$4")}
work=$(mktemp -d)
export folder helm stackwright work RUNS=${RUNS:-6} HOME=$work/home KUBECONFIG=/dev/null
trap 'rm -rf "$work"' EXIT
cd "$folder" || exit 1

# Writes standard output, the notices and the words of the error, and the exit code to a file.
answer() {
    local to=$1 code=0
    shift
    (ulimit -v 8000000 && timeout 60 "$@" > "$to.out" 2> "$to.err" < /dev/null) || code=$?
    {
        cat "$to.out"
        # Ours goes on with a drawing after Helm's words.
        sed -n -e '/^level=ERROR/d' -e '/^ *-->/q' -e '/^ *= /q' -e p "$to.err"
        echo "exit code $code"
    } > "$to"
}

compare() {
    local dir run
    dir=$(mktemp -d -p "$work")
    answer "$dir/ours" "$stackwright" chart template "$@"
    for run in $(seq "$RUNS"); do
        answer "$dir/helm$run" "$helm" template "$@"
        if cmp -s "$dir/helm$run" "$dir/ours"; then
            echo "equal $*"
            rm -rf "$dir"
            return
        fi
    done
    echo "DIFFERENT $*"
    diff "$dir/helm1" "$dir/ours" | head -"${LINES_SHOWN:-12}" | cut -c1-300
    rm -rf "$dir"
}
export -f compare answer

list() {
    local chart file
    find . \( -name Chart.yaml -o -name '*.tgz' -o -name '*.tar.gz' \) -not -path '* *' | sort | while read -r file; do
        chart=${file%/Chart.yaml}
        printf '%s\n' "name $chart" "name $chart --include-crds" "name $chart --is-upgrade -n space"
        if [ "$chart" != "$file" ]; then
            find "$chart" -maxdepth 1 -name '*values*.y*ml' -not -name values.yaml | sort | sed "s#^#name $chart -f #"
        fi
    done
    if [ -n "$cases" ]; then grep -v '^#' "$cases"; fi
}

list | xargs -d '\n' -P "${JOBS:-2}" -I{} bash -c 'eval "compare $1"' _ {} > "$work/report"
grep -v '^equal' "$work/report" || true
echo "$(grep -c '^equal' "$work/report") equal, $(grep -c '^DIFFERENT' "$work/report") different"
! grep -q '^DIFFERENT' "$work/report"
