//! What kinds a cluster serves.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One kind in one version, and how it is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The API version: `v1`, `apps/v1`.
    pub api_version: String,
    /// The kind: `Deployment`.
    pub kind: String,
    /// The name in paths: `deployments`.
    pub plural: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it: `get`, `list`, `watch`, `patch`…
    pub verbs: Vec<String>,
}

impl Kind {
    /// Returns the API group: empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Returns the version without its group.
    pub fn version(&self) -> &str {
        self.api_version.split_once('/').map_or(&self.api_version, |(_, version)| version)
    }

    /// Says whether the server offers this verb for the kind.
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|known| known == verb)
    }
}

/// The server's version, as `/version` tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerVersion {
    /// `1`.
    #[serde(default)]
    pub major: String,
    /// `36`; some providers append a `+`.
    #[serde(default)]
    pub minor: String,
    /// `v1.36.3`.
    #[serde(default)]
    pub git_version: String,
}

/// What kinds a cluster serves: a value, taken at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    by_name: BTreeMap<String, BTreeMap<String, Arc<Kind>>>,
    api_versions: BTreeSet<String>,
    version: ServerVersion,
}

impl Kinds {
    /// Makes an empty value for a server of this version.
    pub fn new(version: ServerVersion) -> Kinds {
        Kinds { version, ..Kinds::default() }
    }

    /// Returns the kind of this name in this API version.
    pub fn find(&self, api_version: &str, kind: &str) -> Option<&Arc<Kind>> {
        self.by_name.get(kind)?.get(api_version)
    }

    /// Returns every kind, by name, then by API version.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.by_name.values().flat_map(BTreeMap::values)
    }

    /// Returns what Helm's `.Capabilities.APIVersions` holds: each `group/version`, and each `group/version/Kind`, sorted.
    ///
    /// Rule: helm pkg/action/action.go (`GetVersionSet`); the kinds of subresources (`apps/v1/Scale`) are among them.
    pub fn api_versions(&self) -> &BTreeSet<String> {
        &self.api_versions
    }

    /// Returns the server's version.
    pub fn server_version(&self) -> &ServerVersion {
        &self.version
    }

    /// Returns what the cluster has instead of a kind that it does not know: the same kind in other versions, or a name that is near.
    pub fn instead_of(&self, api_version: &str, kind: &str) -> Option<String> {
        if let Some(versions) = self.by_name.get(kind) {
            let versions: Vec<&str> = versions.keys().map(String::as_str).collect();
            return Some(format!("{kind} in {}", versions.join(", ")));
        }
        let same_version = self.iter().filter(|known| known.api_version == api_version).map(|known| known.kind.as_str());
        crate::diag::nearest(kind, same_version).map(|near| format!("{near} in {api_version}"))
    }

    /// Adds a kind that the server does not serve yet: that of a CustomResourceDefinition which a plan will apply.
    pub fn add(&mut self, kind: Kind) {
        self.api_versions.insert(kind.api_version.clone());
        self.api_versions.insert(format!("{}/{}", kind.api_version, kind.kind));
        self.by_name.entry(kind.kind.clone()).or_default().insert(kind.api_version.clone(), Arc::new(kind));
    }

    /// Adds what a server tells in one answer: an `APIGroupDiscoveryList`.
    pub(super) fn add_aggregated(&mut self, list: Aggregated) {
        for group in list.items {
            for version in group.versions {
                let api_version = join(&group.metadata.name, &version.version);
                self.api_versions.insert(api_version.clone());
                for resource in version.resources {
                    self.add_aggregated_resource(&api_version, resource);
                }
            }
        }
    }

    /// Adds what an older server tells of one group version: an `APIResourceList`.
    pub(super) fn add_resources(&mut self, list: Resources) {
        self.api_versions.insert(list.group_version.clone());
        for resource in list.resources {
            if resource.name.contains('/') {
                self.api_versions.insert(format!("{}/{}", list.group_version, resource.kind));
                continue;
            }
            self.add(Kind {
                api_version: list.group_version.clone(),
                kind: resource.kind,
                plural: resource.name,
                namespaced: resource.namespaced,
                verbs: resource.verbs,
            });
        }
    }

    fn add_aggregated_resource(&mut self, api_version: &str, resource: AggregatedResource) {
        let Some(response) = resource.response_kind else { return };
        for sub in resource.subresources.into_iter().filter_map(|sub| sub.response_kind) {
            self.api_versions.insert(format!("{api_version}/{}", sub.kind));
        }
        self.add(Kind {
            api_version: api_version.to_owned(),
            kind: response.kind,
            plural: resource.resource,
            namespaced: resource.scope == "Namespaced",
            verbs: resource.verbs,
        });
    }
}

fn join(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

/// `apidiscovery.k8s.io/v2 APIGroupDiscoveryList`.
#[derive(Deserialize)]
pub(super) struct Aggregated {
    #[serde(default)]
    items: Vec<AggregatedGroup>,
}

#[derive(Deserialize)]
struct AggregatedGroup {
    #[serde(default)]
    metadata: AggregatedName,
    #[serde(default)]
    versions: Vec<AggregatedVersion>,
}

#[derive(Default, Deserialize)]
struct AggregatedName {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct AggregatedVersion {
    version: String,
    #[serde(default)]
    resources: Vec<AggregatedResource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AggregatedResource {
    resource: String,
    response_kind: Option<ResponseKind>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    subresources: Vec<AggregatedSubresource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AggregatedSubresource {
    response_kind: Option<ResponseKind>,
}

#[derive(Deserialize)]
struct ResponseKind {
    kind: String,
}

/// `v1 APIResourceList`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resources {
    group_version: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    name: String,
    kind: String,
    #[serde(default)]
    namespaced: bool,
    #[serde(default)]
    verbs: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::{Kinds, ServerVersion};

    fn kinds() -> Kinds {
        let mut kinds = Kinds::new(ServerVersion::default());
        let list = r#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1","freshness":"Current","resources":[
            {"resource":"deployments","responseKind":{"group":"","version":"","kind":"Deployment"},"scope":"Namespaced","verbs":["get"],
             "subresources":[{"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"},"verbs":["get"]}]}]}]}]}"#;
        kinds.add_aggregated(serde_json::from_str(list).expect("the list is JSON"));
        kinds
    }

    #[test]
    fn aggregated_discovery_gives_kinds_and_the_versions_that_helm_sees() {
        let kinds = kinds();
        let deployment = kinds.find("apps/v1", "Deployment").expect("it was listed");
        assert_eq!((deployment.plural.as_str(), deployment.namespaced, deployment.group()), ("deployments", true, "apps"));
        assert_eq!(kinds.api_versions().iter().collect::<Vec<_>>(), ["apps/v1", "apps/v1/Deployment", "apps/v1/Scale"]);
    }

    #[test]
    fn an_unknown_kind_has_its_other_versions_or_a_near_name_instead() {
        assert_eq!(kinds().instead_of("extensions/v1beta1", "Deployment").as_deref(), Some("Deployment in apps/v1"));
        assert_eq!(kinds().instead_of("apps/v1", "Deploymant").as_deref(), Some("Deployment in apps/v1"));
        assert_eq!(kinds().instead_of("apps/v1", "Widget"), None);
    }
}
