#!/usr/bin/env bash
# Compares what stackwright and the real Helm render, byte for byte, for every chart of a folder.
#
#   compare.sh CHARTS HELM STACKWRIGHT [OVERRIDES]
#
# CHARTS       a folder of charts with their dependencies built
# HELM         the Helm binary that decides
# STACKWRIGHT  the binary that is judged: `STACKWRIGHT chart template NAME CHART ...`
# OVERRIDES    a folder with values files, OVERRIDES/CHART/**/*.yaml; each is rendered as a case of its own
#
# Environment: JOBS (2), RUNS (6: how often Helm is asked to find out what is random), SET (a --set argument for every case).
# A line that differs between two runs of Helm is random and is not compared. Exit code 1 when anything differs.
set -euo pipefail

charts=$(realpath "${1:?CHARTS}") helm=$(realpath "$(command -v "${2:?HELM}")") stackwright=$(realpath "$(command -v "${3:?STACKWRIGHT}")")
overrides=${4:+$(realpath "$4")}
export helm stackwright RUNS=${RUNS:-6} SET=${SET:-}
work=$(mktemp -d)
export work
trap 'rm -rf "$work"' EXIT
cd "$charts"

# Prints the lines of the first file that are equal in all files, with their numbers.
stable() {
    awk -v runs="$#" '{ line[FILENAME, FNR] = $0; if (FNR > last) last = FNR; count[FILENAME] = FNR }
        END { for (n = 1; n <= last; n++) { same = 1
            for (i = 2; i <= runs; i++) if (line[ARGV[i], n] != line[ARGV[1], n]) same = 0
            if (same) print n ": " line[ARGV[1], n] } }' "$@"
}

# Prints those lines of the second file whose numbers the first file has.
lines_of() { awk -F: 'NR == FNR { wanted[$1] = 1; next } FNR in wanted { print FNR ": " $0 }' "$1" "$2"; }

# Renders one case with one binary: standard output, standard error without notices, exit code.
render() {
    local to=$1 code=0
    shift
    "$@" > "$to.out" 2> "$to.all" || code=$?
    grep -v '^level=' "$to.all" > "$to.err" || true
    echo "$code" > "$to.code"
    printf '\nexit code %s\n' "$code" | cat "$to.out" "$to.err" - > "$to"
}

compare_case() {
    local chart=$1 values=$2 dir
    dir=$(mktemp -d -p "$work")
    local arguments=(template "$chart" "./$chart")
    if [ -n "$values" ]; then arguments+=(-f "$values"); fi
    if [ -n "$SET" ]; then arguments+=(--set "$SET"); fi
    render "$dir/helm1" "$helm" "${arguments[@]}"
    render "$dir/ours" "$stackwright" chart "${arguments[@]}"
    if cmp -s "$dir/helm1" "$dir/ours"; then
        echo "equal $chart $values"
        return
    fi
    # What both refuse is not compared further: Stackwright words and draws its messages its own way.
    if [ "$(cat "$dir/helm1.code")" != 0 ] && [ "$(cat "$dir/ours.code")" != 0 ]; then
        echo "refused $chart $values"
        return
    fi
    local run
    for run in $(seq 2 "$RUNS"); do render "$dir/helm$run" "$helm" "${arguments[@]}"; done
    stable "$dir"/helm? > "$dir/stable"
    lines_of "$dir/stable" "$dir/ours" > "$dir/ours.stable"
    local random=$(($(wc -l < "$dir/helm1") - $(wc -l < "$dir/stable")))
    if [ "$(wc -l < "$dir/ours")" = "$(wc -l < "$dir/helm1")" ] && cmp -s "$dir/stable" "$dir/ours.stable"; then
        echo "equal $chart $values ($random random lines)"
    else
        echo "DIFFERENT $chart $values ($random random lines)"
        diff "$dir/stable" "$dir/ours.stable" | head -20 | cut -c1-200
    fi
}
export -f compare_case render stable lines_of

cases() {
    local chart file
    for chart in */Chart.yaml; do
        chart=${chart%/Chart.yaml}
        printf '%s\t\n' "$chart"
        if [ -n "$overrides" ] && [ -d "$overrides/$chart" ]; then
            find "$overrides/$chart" -name '*.yaml' | sort | while read -r file; do printf '%s\t%s\n' "$chart" "$file"; done
        fi
    done
}

cases | xargs -d '\n' -P "${JOBS:-2}" -I{} bash -c 'IFS=$'"'\t'"' read -r chart values <<< "$1"; compare_case "$chart" "$values"' _ {} > "$work/report"
grep -vE '^(equal|refused)' "$work/report" || true
echo "$(grep -c '^equal' "$work/report" || true) equal ($(grep -c 'random lines' "$work/report" || true) with random lines), $(grep -c '^refused' "$work/report" || true) refused by both, $(grep -c '^DIFFERENT' "$work/report" || true) different"
! grep -q '^DIFFERENT' "$work/report"
