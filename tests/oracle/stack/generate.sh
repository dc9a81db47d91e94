#!/bin/sh
# Writes what helmfile makes of every case: `list.json`, `env.json`, `dag.txt`, `values.yaml`; `error.txt` where it fails.
#
# A case is a folder with a stack file and, if it needs flags, a file `args` with one argument a line.
# Needs helmfile 1.7.4 and Helm 4.3.1 on the PATH; `HELMFILE` names another binary. Usage: generate.sh [CASE...]
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
  if ! "$helmfile" --log-level error "$@" >"$work/out" 2>"$work/err"; then
    sed "s#$here#HERE#g" "$work/err" >"expected/error.txt"
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
  run values.yaml "$@" --skip-deps template
  [ -s expected/error.txt ] || rm -f expected/error.txt
done
"$helmfile" version -o short >"$here/VERSION" 2>/dev/null || true
