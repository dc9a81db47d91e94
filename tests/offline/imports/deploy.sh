#!/bin/bash
set -xe

: ${CHARTS:="./charts"}
: ${OVERRIDES:="./overrides"}
: ${EXTRA_KEYSTONE:="$(helm osh get-values-overrides ${DOWNLOAD:-} -p ${OVERRIDES} -c keystone ${FEATURES})"}
: ${RUN_TESTS:="no"}
NAMESPACE=openstack

helm repo add backends https://charts.example.org

# Both wait together.
helm upgrade --install mariadb backends/mariadb --version 1.2.3 \
    --namespace=${NAMESPACE} \
    ${MONITORING:="--set monitoring.enabled=true"} \
    --set pod.replicas.server=1,volume.classes="{fast,slow}" \
    --timeout=10m
helm upgrade --install memcached ${CHARTS}/memcached -n $NAMESPACE --set-string 'conf.limit=64\,m'

helm osh wait-for-pods ${NAMESPACE}

tee /tmp/keystone.yaml << EOF
pod:
  replicas:
    # as many as there are nodes
    api: ${REPLICAS:-3}
EOF
helm upgrade --install keystone ${CHARTS}/keystone \
    --namespace=openstack --create-namespace --wait \
    --values=/tmp/keystone.yaml -f own.yaml \
    ${EXTRA:=} \
    ${EXTRA_KEYSTONE}

if [[ ${FEATURES//,/ } =~ (^|[[:space:]])ldap($|[[:space:]]) ]]; then
  helm upgrade --install ldap ${CHARTS}/ldap --namespace=openstack
fi

for chart in nova neutron; do
  helm upgrade --install $chart ${CHARTS}/${chart} --namespace=openstack --post-renderer ./fix.sh
done
helm osh wait-for-pods openstack 1200
openstack endpoint list
openstack network create public

function bench() {
  helm upgrade --install "$1" ${CHARTS}/$1 --namespace=bench --set "token=$(cat token.txt)"
}
bench rally
if [ "x${RUN_TESTS}" == "xno" ]; then
  exit 0
fi
helm upgrade --install tempest ${CHARTS}/tempest --namespace=openstack
