//! Gives every Service of type LoadBalancer an address, as a cloud would.

use futures_util::StreamExt;
use k8s_openapi::api::core::v1::Service;
use kube::api::{Patch, PatchParams};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, ResourceExt};
use serde_json::json;
use std::net::Ipv4Addr;

/// The first address; they are given out one after another. The range is the one for documentation (RFC 5737 has too few, so 198.18.0.0/15
/// of RFC 2544, for tests of network devices), which leads nowhere.
const FIRST_ADDRESS: u32 = u32::from_be_bytes([198, 18, 0, 1]);

/// Gives out addresses until it is dropped.
pub async fn run(client: Client) {
    let services = watcher(Api::<Service>::all(client.clone()), watcher::Config::default()).default_backoff();
    let mut services = services.applied_objects().boxed();
    let mut given = 0;
    while let Some(service) = services.next().await {
        let Some(service) = service.ok().filter(wants_address) else { continue };
        let api: Api<Service> = Api::namespaced(client.clone(), &service.namespace().unwrap_or_default());
        let address = Ipv4Addr::from(FIRST_ADDRESS + given).to_string();
        let patch = Patch::Merge(json!({"status": {"loadBalancer": {"ingress": [{"ip": address}]}}}));
        // A Service that has gone in the meantime needs none.
        if api.patch_status(&service.name_any(), &PatchParams::default(), &patch).await.is_ok() {
            given += 1;
        }
    }
}

fn wants_address(service: &Service) -> bool {
    let is_balanced =
        service.spec.as_ref().is_some_and(|spec| spec.type_.as_deref() == Some("LoadBalancer") && spec.load_balancer_class.is_none());
    let balancer = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
    is_balanced && balancer.is_none_or(|balancer| balancer.ingress.as_ref().is_none_or(Vec::is_empty))
}
