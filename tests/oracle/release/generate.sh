#!/bin/sh
# Makes the release records of this folder with real Helm and a real API server.
#
# Wants: KUBECONFIG of a cluster (an API server is enough), HELM4 (helm 4.3.1), HELM3 (helm 3.22.0), kubectl, base64, gzip.
# Each file is the JSON of one record, as Helm packed it; NAME.packed is the packed form of the first.
set -eu
cd "$(dirname "$0")"
HELM4=${HELM4:-helm} HELM3=${HELM3:-helm3}
namespace=records
kubectl create namespace "$namespace" >/dev/null 2>&1 || true
kubectl delete secrets,configmaps --all -n "$namespace" >/dev/null

packed() { kubectl get secret -n "$namespace" "sh.helm.release.v1.$1" -o 'jsonpath={.data.release}' | base64 -d; }
keep() { packed "$1" | base64 -d | gzip -d >"$2.json"; }
labels() { kubectl get secret -n "$namespace" "sh.helm.release.v1.$1" -o 'jsonpath={.metadata.labels}' >"$2.labels.json"; }

rm -f ./*.json ./*.packed
# Go reads its own zones where the system has none.
export TZ=Asia/Kathmandu ZONEINFO="${ZONEINFO:-$(go env GOROOT 2>/dev/null)/lib/time/zoneinfo.zip}"
$HELM4 install four chart -n "$namespace" --set size=large,big=1e21 --set-string 'text=<a&b>' --labels team=a >/dev/null
packed four.v1 >helm4-installed.packed
keep four.v1 helm4-installed
labels four.v1 helm4-installed
$HELM4 upgrade four chart -n "$namespace" --server-side=false >/dev/null
keep four.v2 helm4-upgraded
keep four.v1 helm4-superseded
$HELM4 rollback four 1 -n "$namespace" >/dev/null
keep four.v3 helm4-rolled-back
$HELM4 uninstall four -n "$namespace" --keep-history --description 'gone <now>' >/dev/null
keep four.v3 helm4-uninstalled
kubectl create configmap taken-shop -n "$namespace" >/dev/null
$HELM4 install taken chart -n "$namespace" --take-ownership --set-json 'labels={}' --description 'taken over' >/dev/null
keep taken.v1 helm4-described
TZ=UTC $HELM3 install three chart -n "$namespace" --set size=small >/dev/null
packed three.v1 >helm3-installed.packed
keep three.v1 helm3-installed
labels three.v1 helm3-installed
# Helm 4 rewrites the record of Helm 3 when it supersedes it: the bytes that we must write in its place.
$HELM4 upgrade three chart -n "$namespace" >/dev/null
keep three.v1 helm3-superseded-by-helm4
# And Helm 3 one of Helm 4's: what is lost by that must be readable.
$HELM3 upgrade three chart -n "$namespace" >/dev/null
keep three.v2 helm4-superseded-by-helm3
{ $HELM4 version --short && $HELM3 version --short; } >versions.txt
