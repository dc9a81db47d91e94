//! What names a release, and how one release names another.

use std::fmt;

/// The identity of a release: one name in one namespace of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseId {
    /// The kubeconfig context; none means the current one.
    pub kube_context: Option<String>,
    /// The namespace; none means the context's.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl ReleaseId {
    /// Reads `[[CONTEXT/]NAMESPACE/]NAME`; what is missing is taken from `from`, the release that needs this one.
    ///
    /// The context may hold slashes. Rule: helmfile pkg/state/state.go `reformat`.
    pub fn parse(text: &str, from: &ReleaseId) -> ReleaseId {
        let (rest, name) = text.rsplit_once('/').map_or((None, text), |(rest, name)| (Some(rest), name));
        let Some(rest) = rest else {
            return ReleaseId { name: name.to_owned(), ..from.clone() };
        };
        let (context, namespace) = rest.rsplit_once('/').map_or((None, rest), |(context, namespace)| (Some(context), namespace));
        ReleaseId {
            kube_context: context.map_or_else(|| from.kube_context.clone(), non_empty),
            namespace: non_empty(namespace),
            name: name.to_owned(),
        }
    }
}

/// Makes an empty text none: helmfile knows no difference.
pub(super) fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl fmt::Display for ReleaseId {
    /// Writes `[CONTEXT/][NAMESPACE/]NAME`; a context without namespace is `CONTEXT//NAME`, as `ReleaseToID` has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(context) = &self.kube_context {
            write!(f, "{context}/")?;
        }
        if self.kube_context.is_some() || self.namespace.is_some() {
            write!(f, "{}/", self.namespace.as_deref().unwrap_or_default())?;
        }
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> ReleaseId {
        ReleaseId { kube_context: Some("ctx".into()), namespace: Some("ns".into()), name: "own".into() }
    }

    #[test]
    fn missing_parts_are_the_needing_releases_own() {
        for (text, expected) in [
            ("b", "ctx/ns/b"),
            ("other/b", "ctx/other/b"),
            ("far/other/b", "far/other/b"),
            ("arn:aws/x/other/b", "arn:aws/x/other/b"),
            ("far//b", "far//b"),
        ] {
            assert_eq!(ReleaseId::parse(text, &own()).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn an_id_without_context_and_namespace_is_the_name() {
        let bare = ReleaseId { name: "a".into(), ..ReleaseId::default() };
        assert_eq!(ReleaseId::parse("b", &bare).to_string(), "b");
        assert_eq!(ReleaseId::parse("ns/b", &bare).to_string(), "ns/b");
    }
}
