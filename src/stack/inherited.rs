//! What a sub-stack takes over from the stack that names it (`helmfiles[].inherits`).

use super::environment::Environment;
use super::raw::{Field as _, Lists, One, RawStack, Spanned};

/// The keys that can be taken over.
pub(super) const INHERITABLE: [&str; 7] =
    ["repositories", "helmDefaults", "commonLabels", "apiVersions", "kubeVersion", "templates", "environments"];

/// Settings of the parent that fill gaps of the child.
#[derive(Clone, Debug, Default)]
pub(super) struct Inherited {
    settings: Option<Box<RawStack>>,
    /// The parent's environment, which the child's file starts from.
    pub(super) environment: Option<Environment>,
}

impl Inherited {
    /// Takes the wanted settings out of a parent. Names that are none are told when the entry is read.
    pub(super) fn from_parent(parent: &RawStack, environment: &Environment, wanted: &[Spanned<String>]) -> Inherited {
        let wants = |key: &str| wanted.iter().any(|name| name.value == key);
        let mut settings = parent.clone();
        settings.repositories.retain(|_| wants("repositories"));
        settings.common_labels.retain(|_, _| wants("commonLabels"));
        settings.api_versions.retain(|_| wants("apiVersions"));
        settings.templates.retain(|_, _| wants("templates"));
        settings.kube_version.take_if(|_| !wants("kubeVersion"));
        if !wants("helmDefaults") {
            settings.helm_defaults = One::default();
        }
        Inherited {
            settings: (!wanted.is_empty()).then(|| Box::new(settings)),
            environment: wants("environments").then(|| environment.clone()),
        }
    }

    /// Lays a child on the settings: the child wins, lists come after the parent's without repeating it.
    ///
    /// Rule: helmfile pkg/state/inherited.go `MergeInherited`.
    pub(super) fn merge_into(&self, child: &mut RawStack) {
        let Some(settings) = &self.settings else { return };
        let mut below = (**settings).clone();
        let mut repositories = below.repositories;
        repositories.retain(|repository| {
            let name = |repository: &super::raw::RawRepository| repository.name.as_ref().map(|name| name.value.clone());
            !child.repositories.iter().any(|own| name(&own.value) == name(&repository.value))
        });
        repositories.append(&mut child.repositories);
        child.repositories = repositories;
        below.api_versions.append(&mut child.api_versions);
        let mut seen = std::collections::BTreeSet::new();
        below.api_versions.retain(|version| seen.insert(version.value.clone()));
        child.api_versions = below.api_versions;
        below.helm_defaults.merge(std::mem::take(&mut child.helm_defaults), Lists::Replace);
        child.helm_defaults = below.helm_defaults;
        below.common_labels.append(&mut child.common_labels);
        child.common_labels = below.common_labels;
        below.templates.append(&mut child.templates);
        child.templates = below.templates;
        below.kube_version.merge(child.kube_version.take(), Lists::Replace);
        child.kube_version = below.kube_version;
    }
}
