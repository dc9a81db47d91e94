#!/bin/sh
# Asks openstack-helm's own shell loader (in its history until 2025) which files it takes, in which order.
# Usage: generate.sh CHECKOUT-OF-OPENSTACK-HELM; needs git, bash, awk, bc, tac.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The last state of the loader that does all of it itself.
loader=b52ceef05^
mkdir -p "$work/openstack-helm/tools/deployment/common" "$work/run"
cp -r "$here/values_overrides" "$work/openstack-helm/"
git -C "$checkout" show "$loader:tools/deployment/common/get-values-overrides.sh" > "$work/loader.sh"
: > "$work/openstack-helm/tools/deployment/common/env-variables.sh"
ask() {
    name=$1
    gates=$2
    (cd "$work/run" && env -i PATH="$PATH" FEATURE_GATES="$gates" OPENSTACK_RELEASE=2025.1 CONTAINER_DISTRO_NAME=ubuntu \
        CONTAINER_DISTRO_VERSION=noble HELM_CHART_ROOT_PATH=../openstack-helm bash "$work/loader.sh" demo as-subchart 2>/dev/null) |
        tr ' ' '\n' | sed -n 's|^--values=../openstack-helm/||p' > "$here/expected-$name.txt"
}
ask one ""
ask two "tls,ldap"
ask three "ldap,tls,apparmor"
