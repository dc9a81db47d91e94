#!/bin/sh
# Writes what helmfile makes of every case: `list.json`, `env.json`, `dag.txt`, `values.yaml`, `upgrade.txt` (how helm is
# called). A file is not written where helmfile fails, which is told.
#
# A case is a folder with a stack file and, if it needs flags, a file `args` with one argument a line; `template-args` has
# further ones for `values.yaml`.
# Made with helmfile 1.7.4 and Helm 4.3.1, which must be on the PATH; `HELMFILE` names another binary. Usage: generate.sh [CASE...]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
helmfile=${HELMFILE:-helmfile}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" HELMFILE_UPGRADE_NOTICE_DISABLED=1 HELMFILE_TEMPDIR="$work/temp" STACK_CASE=yes STACK_EMPTY=
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME KUBECONFIG || true

run() { # FILE ARGUMENT...
  out=$1
  shift
  if ! "$helmfile" --log-level error --sequential-helmfiles "$@" >"$work/out" 2>"$work/err"; then
    echo "$case$out: $(head -1 "$work/err")" >&2
    return 0
  fi
  sed "s#$here#HERE#g" "$work/out" >"expected/$out"
}

for case in "$here"/cases/${1:-*}/; do
  cd "$case"
  rm -rf expected
  mkdir expected
  set --
  if [ -f args ]; then
    while IFS= read -r argument; do set -- "$@" "$argument"; done <args
  fi
  run list.json "$@" list --skip-charts --output json
  run env.json "$@" print-env --output json
  run dag.txt "$@" show-dag
  export FAKE_HELM_LOG="$work/log"
  : >"$FAKE_HELM_LOG"
  run sync.txt "$@" --skip-deps --helm-binary "$here/fake-helm.sh" sync --concurrency 1
  rm -f expected/sync.txt
  sed -e "s#$work[^ ]*#FILE#g" -e "s# [^ ]*/chart # CHART #" "$FAKE_HELM_LOG" >expected/upgrade.txt
  set -- "$@" --skip-deps template
  if [ -f template-args ]; then
    while IFS= read -r argument; do set -- "$@" "$argument"; done <template-args
  fi
  run values.yaml "$@"
done
