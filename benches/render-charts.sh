#!/usr/bin/env bash
# Times the rendering of a folder of charts: one `stackwright template` of a stack with all of them, against one `helm template`
# a chart.
#
#   render-charts.sh CHARTS HELM STACKWRIGHT [RUNS]
#
# CHARTS holds charts with their dependencies built; charts that Helm refuses with default values are left out. Prints the seconds
# of each run (wall clock), ours and Helm's in turn, the ratio of the medians, and the most memory that our process held (with
# GNU time).
set -euo pipefail
charts=$(realpath "${1:?CHARTS}") helm=$(realpath "$(command -v "${2:?HELM}")") stackwright=$(realpath "$(command -v "${3:?STACKWRIGHT}")")
runs=${4:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

names=()
echo 'releases:' > "$work/stack.yaml"
for chart in "$charts"/*/Chart.yaml; do
    name=$(basename "$(dirname "$chart")")
    "$helm" template "$name" "$charts/$name" > /dev/null 2>&1 || continue
    names+=("$name")
    printf -- '- {name: %s, namespace: default, chart: %s}\n' "$name" "$charts/$name" >> "$work/stack.yaml"
done

seconds() {
    local from
    from=$(date +%s.%N)
    "$@" > "$work/out" 2> /dev/null
    echo "$(date +%s.%N) - $from" | bc
}
all_with_helm() {
    local name
    for name in "${names[@]}"; do "$helm" template "$name" "$charts/$name"; done
}
median() { sort -n "$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

for run in $(seq "$runs"); do
    seconds "$stackwright" template -f "$work/stack.yaml" | tee -a "$work/ours" | sed 's/^/stackwright /'
    seconds all_with_helm | tee -a "$work/helm" | sed 's/^/helm        /'
done
ours=$(median "$work/ours") helm_median=$(median "$work/helm")
echo "${#names[@]} charts: stackwright $ours s, helm $helm_median s, ratio $(echo "scale=1; $helm_median / $ours" | bc)"
gnu_time=$(type -P time || true)
if [ -n "$gnu_time" ]; then
    "$gnu_time" -f 'stackwright peak memory: %M KiB' "$stackwright" template -f "$work/stack.yaml" 2>&1 > /dev/null | tail -1
fi
