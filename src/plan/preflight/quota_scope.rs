//! Quotas that count only some pods.

use super::quantity::quantity;
use serde_json::Value as Json;

/// Which pods a quota counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scopes(Vec<Wish>);

/// One condition of a quota's scopes; a pod has to meet all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wish {
    scope: Scope,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Terminating,
    NotTerminating,
    BestEffort,
    NotBestEffort,
    PriorityClass,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Scopes {
    /// Reads the scopes of a quota; nothing where one of them is not known here, so that what it counts is not known either.
    pub(super) fn of(quota: &Json) -> Option<Scopes> {
        let mut wishes = Vec::new();
        for scope in list(&quota["spec"]["scopes"]) {
            wishes.push(Wish { scope: scope_of(scope.as_str()?)?, operator: Operator::Exists, values: Vec::new() });
        }
        for expression in list(&quota["spec"]["scopeSelector"]["matchExpressions"]) {
            let operator = match expression["operator"].as_str()? {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                _ => return None,
            };
            let values = list(&expression["values"]).filter_map(|value| value.as_str().map(str::to_owned)).collect();
            wishes.push(Wish { scope: scope_of(expression["scopeName"].as_str()?)?, operator, values });
        }
        Some(Scopes(wishes))
    }

    /// Says whether a quota counts everything: only such a one counts objects other than pods.
    pub(super) fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Says whether priority classes matter.
    pub(super) fn asks_for_priority(&self) -> bool {
        self.0.iter().any(|wish| wish.scope == Scope::PriorityClass)
    }

    /// Says whether a pod is counted. `default_class` is the priority class of pods that name none.
    ///
    /// Rule: Kubernetes pkg/quota/v1/evaluator/core/pods.go (`podMatchesScopeFunc`).
    pub(super) fn count(&self, spec: &Json, default_class: Option<&str>) -> bool {
        self.0.iter().all(|wish| match wish.scope {
            Scope::Terminating => is_terminating(spec),
            Scope::NotTerminating => !is_terminating(spec),
            Scope::BestEffort => is_best_effort(spec),
            Scope::NotBestEffort => !is_best_effort(spec),
            Scope::PriorityClass => {
                let own = spec["priorityClassName"].as_str().filter(|class| !class.is_empty()).or(default_class);
                let is_listed = own.is_some_and(|own| wish.values.iter().any(|value| value == own));
                match wish.operator {
                    Operator::In => is_listed,
                    Operator::NotIn => !is_listed,
                    Operator::Exists => own.is_some(),
                    Operator::DoesNotExist => own.is_none(),
                }
            }
        })
    }
}

fn scope_of(name: &str) -> Option<Scope> {
    Some(match name {
        "Terminating" => Scope::Terminating,
        "NotTerminating" => Scope::NotTerminating,
        "BestEffort" => Scope::BestEffort,
        "NotBestEffort" => Scope::NotBestEffort,
        "PriorityClass" => Scope::PriorityClass,
        _ => return None,
    })
}

fn is_terminating(spec: &Json) -> bool {
    spec["activeDeadlineSeconds"].as_i64().is_some_and(|seconds| seconds >= 0)
}

/// A pod is best effort where nobody asks for CPU or memory.
fn is_best_effort(spec: &Json) -> bool {
    let asks = |container: &Json| {
        ["requests", "limits"].iter().any(|field| {
            ["cpu", "memory"].iter().any(|resource| quantity(&container["resources"][field][resource]).is_some_and(|amount| amount > 0.0))
        })
    };
    !list(&spec["containers"]).chain(list(&spec["initContainers"])).any(asks)
}

fn list(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::Scopes;
    use serde_json::{Value as Json, json};

    #[track_caller]
    fn check(quota: Json, spec: Json, expected: bool) {
        let scopes = Scopes::of(&json!({"spec": quota})).expect("the scopes are known");
        assert_eq!(scopes.count(&spec, Some("usual")), expected, "{quota} {spec}");
    }

    fn selector(operator: &str, values: &[&str]) -> Json {
        json!({"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": operator, "values": values}]}})
    }

    #[test]
    fn pods_are_counted_by_scope() {
        let asking = json!({"containers": [{"resources": {"limits": {"cpu": "1"}}}]});
        check(json!({}), json!({}), true);
        check(json!({"scopes": ["Terminating"]}), json!({"activeDeadlineSeconds": 5}), true);
        check(json!({"scopes": ["Terminating"]}), json!({}), false);
        check(json!({"scopes": ["NotTerminating"]}), json!({}), true);
        check(json!({"scopes": ["BestEffort"]}), json!({"containers": [{"name": "a"}]}), true);
        check(json!({"scopes": ["BestEffort"]}), asking.clone(), false);
        check(json!({"scopes": ["NotBestEffort", "NotTerminating"]}), asking, true);
        check(selector("In", &["high"]), json!({"priorityClassName": "high"}), true);
        check(selector("In", &["high"]), json!({}), false);
        check(selector("In", &["usual"]), json!({}), true);
        check(selector("NotIn", &["high"]), json!({"priorityClassName": "low"}), true);
        check(selector("Exists", &[]), json!({}), true);
        check(selector("DoesNotExist", &[]), json!({"priorityClassName": "low"}), false);
    }

    #[test]
    fn scopes_that_are_not_known_are_not_guessed() {
        assert_eq!(Scopes::of(&json!({"spec": {"scopes": ["CrossNamespacePodAffinity"]}})), None);
    }
}
