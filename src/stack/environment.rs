//! The environment that a state is loaded with, and the values that it brings.

use super::data::GoStruct;
use super::features::Feature;
use super::merge::{ListMerge, overlay};
use crate::value::{Map, Value};

/// Values by where they come from. Rule: helmfile pkg/environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The name: `default` unless another was chosen.
    pub name: String,
    /// The kubeconfig context that the environment names; empty if none.
    pub kube_context: String,
    /// Values of `environments.NAME.values`, of `--state-values-file` and of a parent's `helmfiles[].values`.
    pub values: Map,
    /// Values of the top-level `values`, the lowest layer.
    pub defaults: Map,
    /// Values of `--state-values-set`, the highest layer.
    pub overrides: Map,
    /// The features that its releases are made with, unless they say otherwise.
    pub features: Vec<Feature>,
}

impl Environment {
    /// Makes an environment without values.
    pub fn new(name: impl Into<String>) -> Environment {
        Environment {
            name: name.into(),
            kube_context: String::new(),
            values: Map::new(),
            defaults: Map::new(),
            overrides: Map::new(),
            features: Vec::new(),
        }
    }

    /// Lays another environment on this one, layer by layer.
    #[must_use]
    pub(super) fn overlaid(&self, over: &Environment) -> Environment {
        Environment {
            name: first_non_empty(&over.name, &self.name),
            kube_context: first_non_empty(&over.kube_context, &self.kube_context),
            values: overlay(&self.values, &over.values, ListMerge::Sparse),
            defaults: overlay(&self.defaults, &over.defaults, ListMerge::Sparse),
            overrides: overlay(&self.overrides, &over.overrides, ListMerge::ByIndex),
            features: if over.features.is_empty() { self.features.clone() } else { over.features.clone() },
        }
    }

    /// Returns `.Values` of the whole stack: defaults, values, overrides. A copy that templates may change.
    pub fn merged_values(&self) -> Map {
        let values = overlay(&self.defaults, &self.values, ListMerge::Sparse);
        overlay(&values, &self.overrides, ListMerge::ByIndex).deep_copy()
    }

    /// Returns what templates see as `.Environment`: its values have the overrides on top, but no defaults below.
    pub(super) fn template_value(&self) -> Value {
        let values = overlay(&self.values, &self.overrides, ListMerge::ByIndex).deep_copy();
        GoStruct::value(
            "environment.Environment",
            vec![
                ("Name", Value::from(self.name.as_str())),
                ("KubeContext", Value::from(self.kube_context.as_str())),
                ("Values", Value::Map(values)),
                ("Defaults", Value::Map(self.defaults.deep_copy())),
                ("CLIOverrides", Value::Map(self.overrides.deep_copy())),
                ("Features", Value::list(self.features.iter().map(|feature| Value::from(feature.name.as_str())).collect())),
            ],
        )
    }
}

fn first_non_empty(one: &str, two: &str) -> String {
    if one.is_empty() { two.to_owned() } else { one.to_owned() }
}
