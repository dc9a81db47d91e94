//! What the Kubernetes that a chart is rendered for can do.

use super::error::Error;

/// A version of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// The full version: `v1.33.4-gke.1245000`.
    pub version: String,
    /// The same without suffix, for constraints; empty for a version that a cluster told.
    pub normalized: String,
    /// The first number.
    pub major: String,
    /// The second number.
    pub minor: String,
}

impl KubeVersion {
    /// Reads what `--kube-version` takes: at least two numbers, an optional `v` and any suffix.
    ///
    /// # Errors
    /// A text that is no version, in the words of k8s.io/apimachinery.
    pub fn parse(text: &str) -> Result<KubeVersion, Error> {
        let numbers = numbers(text).map_err(|message| Error::BadKubeVersion { text: text.to_owned(), message })?;
        let version = if text.starts_with('v') { text.to_owned() } else { format!("v{text}") };
        let joined: Vec<String> = numbers.iter().map(u64::to_string).collect();
        let [major, minor, ..] = joined.as_slice() else { unreachable!("numbers gives at least two") };
        Ok(KubeVersion { version, normalized: format!("v{}", joined.join(".")), major: major.clone(), minor: minor.clone() })
    }

    /// Returns the version that constraints are checked against.
    pub fn for_constraints(&self) -> &str {
        if self.normalized.is_empty() { &self.version } else { &self.normalized }
    }
}

/// Returns the numbers that a version begins with.
fn numbers(text: &str) -> Result<Vec<u64>, String> {
    let quoted = crate::value::quote(text.as_bytes());
    let rest = text.trim_start_matches([' ', '\t', '\n', '\x0c', '\r']);
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    let end = numbers_end(rest);
    if end == 0 || rest[end..].contains('\n') {
        return Err(format!("could not parse {quoted} as version"));
    }
    let components: Vec<&str> = rest[..end].split('.').collect();
    if components.len() < 2 {
        return Err(format!("illegal version string {quoted}"));
    }
    if components[0].starts_with('0') && components[0] != "0" {
        return Err(format!("illegal zero-prefixed version component {} in {quoted}", crate::value::quote(components[0].as_bytes())));
    }
    let number = |component: &&str| {
        component.parse().map_err(|_| {
            let component = crate::value::quote(component.as_bytes());
            format!(
                "illegal non-numeric version component {component} in {quoted}: strconv.ParseUint: parsing {component}: value out of range"
            )
        })
    };
    components.iter().map(number).collect()
}

/// Returns where `1.2.3` ends; a dot counts only before a digit.
fn numbers_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let is_dot = *byte == b'.' && end > 0 && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !is_dot {
            break;
        }
        end += 1;
    }
    end
}

/// What `.Capabilities` tells templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// Its API versions: `apps/v1`, and on a cluster `apps/v1/Deployment` too.
    pub api_versions: Vec<String>,
}

impl Capabilities {
    /// Returns what Helm 4.3.1 assumes without a cluster.
    pub fn offline() -> Capabilities {
        let kube_version =
            KubeVersion { version: DEFAULT_VERSION.into(), normalized: DEFAULT_VERSION.into(), major: "1".into(), minor: "37".into() };
        Capabilities { kube_version, api_versions: DEFAULT_API_VERSIONS.iter().map(|version| (*version).to_owned()).collect() }
    }

    /// Returns these with another version of Kubernetes.
    #[must_use]
    pub fn with_kube_version(self, kube_version: KubeVersion) -> Capabilities {
        Capabilities { kube_version, ..self }
    }

    /// Returns these with further API versions at the end.
    #[must_use]
    pub fn with_api_versions(mut self, api_versions: impl IntoIterator<Item = String>) -> Capabilities {
        self.api_versions.extend(api_versions);
        self
    }
}

/// The client library's minor version, as 4.3.1 was built.
const DEFAULT_VERSION: &str = "v1.37.0";

/// The groups of client-go's scheme in its order, and those of apiextensions.
const DEFAULT_API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(&str, &str, &str, &str), &str>) {
        let found = KubeVersion::parse(text);
        let found = found.as_ref().map(|found| (&*found.version, &*found.normalized, &*found.major, &*found.minor));
        assert_eq!(found.map_err(ToString::to_string), expected.map_err(|message| format!("invalid kube version '{text}': {message}")));
    }

    #[test]
    fn versions_are_normalised() {
        check("v1.16.0", Ok(("v1.16.0", "v1.16.0", "1", "16")));
        check("1.30", Ok(("v1.30", "v1.30", "1", "30")));
        check("1.33.4-gke.1245000", Ok(("v1.33.4-gke.1245000", "v1.33.4", "1", "33")));
        check("v1.20.1+k3s1", Ok(("v1.20.1+k3s1", "v1.20.1", "1", "20")));
        check("1", Err("illegal version string \"1\""));
        check("x", Err("could not parse \"x\" as version"));
        check("01.2", Err("illegal zero-prefixed version component \"01\" in \"01.2\""));
    }

    #[test]
    fn offline_has_helms_api_versions() {
        let capabilities = Capabilities::offline();
        assert_eq!(capabilities.api_versions.len(), 57);
        assert_eq!(capabilities.api_versions.last().map(String::as_str), Some("apiextensions.k8s.io/v1"));
    }
}
