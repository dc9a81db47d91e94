//! Where objects are in the API.

use super::kinds::Kind;
use std::fmt::Write as _;

/// Returns the path of the objects of a kind: in one namespace, in all, or in none.
pub(super) fn collection(kind: &Kind, namespace: Option<&str>) -> String {
    let root = if kind.group().is_empty() { "/api" } else { "/apis" };
    let mut path = format!("{root}/{}", kind.api_version);
    if let Some(namespace) = namespace.filter(|_| kind.namespaced) {
        path.push_str("/namespaces/");
        push_segment(&mut path, namespace);
    }
    path.push('/');
    path.push_str(&kind.plural);
    path
}

/// Returns the path of one object.
pub(super) fn object(kind: &Kind, namespace: Option<&str>, name: &str) -> String {
    let mut path = collection(kind, namespace);
    path.push('/');
    push_segment(&mut path, name);
    path
}

/// Adds a query to a path; empty values are left out.
pub(super) fn with_query(mut path: String, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(key, value);
    }
    let query = query.finish();
    if !query.is_empty() {
        path.push('?');
        path.push_str(&query);
    }
    path
}

/// Names of RBAC objects may hold colons and more; everything that could end a segment is escaped.
fn push_segment(path: &mut String, segment: &str) {
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@!$&'()*+,;=".contains(&byte) {
            path.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(path, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, collection, object, with_query};

    fn kind(api_version: &str, plural: &str, namespaced: bool) -> Kind {
        Kind { api_version: api_version.to_owned(), kind: String::new(), plural: plural.to_owned(), namespaced, verbs: Vec::new() }
    }

    #[test]
    fn paths_follow_group_and_scope() {
        assert_eq!(object(&kind("v1", "pods", true), Some("shop"), "web"), "/api/v1/namespaces/shop/pods/web");
        assert_eq!(collection(&kind("apps/v1", "deployments", true), None), "/apis/apps/v1/deployments");
        let roles = kind("rbac.authorization.k8s.io/v1", "clusterroles", false);
        assert_eq!(object(&roles, Some("shop"), "a:b/c%"), "/apis/rbac.authorization.k8s.io/v1/clusterroles/a:b%2Fc%25");
    }

    #[test]
    fn empty_query_values_are_left_out() {
        assert_eq!(with_query("/x".to_owned(), &[("a", ""), ("b", "c=d")]), "/x?b=c%3Dd");
        assert_eq!(with_query("/x".to_owned(), &[("a", "")]), "/x");
    }
}
