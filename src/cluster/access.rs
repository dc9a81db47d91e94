//! Asking what we may do.

use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::retry::Repeat;
use bytes::Bytes;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

/// Something that one may or may not do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked {
    /// `get`, `patch`, `create`…
    pub verb: String,
    /// The API group; empty for the core group.
    pub group: String,
    /// The name of the kind in paths: `deployments`.
    pub resource: String,
    /// The namespace; none for kinds without.
    pub namespace: Option<String>,
    /// One object; none for any.
    pub name: Option<String>,
}

/// What the server says about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AccessReview {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why, where the server tells.
    pub reason: String,
}

/// What the server lists that one may do in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Granted {
    resource_rules: Vec<Rule>,
    /// Whether there may be more that is allowed.
    pub incomplete: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Rule {
    verbs: Vec<String>,
    api_groups: Vec<String>,
    resources: Vec<String>,
    resource_names: Vec<String>,
}

impl Granted {
    /// Says whether the list allows this. Where it does not, something else than a list of rules may.
    ///
    /// Rule: Kubernetes plugin/pkg/auth/authorizer/rbac.
    pub fn allows(&self, asked: &Asked) -> bool {
        let has = |list: &[String], wanted: &str| list.iter().any(|own| own == "*" || own == wanted);
        self.resource_rules.iter().any(|rule| {
            let named = rule.resource_names.is_empty() || asked.name.as_ref().is_some_and(|name| rule.resource_names.contains(name));
            named && has(&rule.verbs, &asked.verb) && has(&rule.api_groups, &asked.group) && has(&rule.resources, &asked.resource)
        })
    }
}

impl Cluster {
    /// Asks whether we may do something.
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn may(&self, asked: &Asked) -> Result<AccessReview, Error> {
        let attributes = json!({
            "verb": asked.verb, "group": asked.group, "resource": asked.resource,
            "namespace": asked.namespace.as_deref().unwrap_or_default(), "name": asked.name.as_deref().unwrap_or_default(),
        });
        self.review("SelfSubjectAccessReview", "selfsubjectaccessreviews", json!({"resourceAttributes": attributes})).await
    }

    /// Asks for everything that we may do in a namespace; what is allowed in all namespaces is among it.
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn granted_in(&self, namespace: &str) -> Result<Granted, Error> {
        self.review("SelfSubjectRulesReview", "selfsubjectrulesreviews", json!({"namespace": namespace})).await
    }

    /// Sends a review. It is created, but nothing is kept of it.
    async fn review<T: serde::de::DeserializeOwned + Default>(&self, kind: &str, plural: &str, spec: Value) -> Result<T, Error> {
        let body = json!({"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec});
        let call = Call {
            method: Method::POST,
            path: format!("/apis/authorization.k8s.io/v1/{plural}"),
            body: Some(("application/json", Bytes::from(body.to_string()))),
            accept: "application/json",
            repeat: Repeat::Harmless,
            doing: "asking what we may do".to_owned(),
        };
        #[derive(Deserialize)]
        struct Review<T> {
            status: T,
        }
        self.send(&call).await?.json::<Review<T>>(&call.doing).map(|review| review.status)
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Granted};

    #[track_caller]
    fn check(rules: &str, verb: &str, name: Option<&str>, allowed: bool) {
        let granted: Granted = serde_json::from_str(&format!(r#"{{"resourceRules":[{rules}],"incomplete":false}}"#)).expect("it is JSON");
        let asked = Asked {
            verb: verb.to_owned(),
            group: "apps".to_owned(),
            resource: "deployments".to_owned(),
            namespace: Some("shop".to_owned()),
            name: name.map(str::to_owned),
        };
        assert_eq!(granted.allows(&asked), allowed, "{verb} {name:?} by {rules}");
    }

    #[test]
    fn rules_are_read_as_the_authorizer_reads_them() {
        check(r#"{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}"#, "patch", None, true);
        check(r#"{"verbs":["get","patch"],"apiGroups":["apps"],"resources":["deployments"]}"#, "patch", None, true);
        check(r#"{"verbs":["get"],"apiGroups":["apps"],"resources":["deployments"]}"#, "patch", None, false);
        check(r#"{"verbs":["*"],"apiGroups":[""],"resources":["*"]}"#, "patch", None, false);
        check(r#"{"verbs":["*"],"apiGroups":["apps"],"resources":["deployments/scale"]}"#, "patch", None, false);
        let named = r#"{"verbs":["patch"],"apiGroups":["apps"],"resources":["deployments"],"resourceNames":["web"]}"#;
        check(named, "patch", None, false);
        check(named, "patch", Some("web"), true);
    }
}
