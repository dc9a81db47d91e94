//! Which changes are shown.

use super::change::Change;
use super::redact::is_secret;

/// Which changes are shown. An empty filter shows all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Kinds that are left out.
    pub suppress: Vec<String>,
    /// Whether Secrets are left out.
    pub suppress_secrets: bool,
    /// Objects (`KIND/NAME`), kinds, or templates (`templates/web.yaml`) that alone are shown; none shows all.
    pub show_only: Vec<String>,
}

impl Filter {
    /// Says whether a change is shown.
    pub fn shows(&self, change: &Change) -> bool {
        let is_suppressed = self.suppress.iter().any(|kind| kind.eq_ignore_ascii_case(&change.id.kind));
        let is_secret = || change.old.as_ref().is_some_and(is_secret) || change.new.as_ref().is_some_and(is_secret);
        let is_left_out = is_suppressed || self.suppress_secrets && is_secret();
        !is_left_out && (self.show_only.is_empty() || self.show_only.iter().any(|wanted| is_meant(wanted, change)))
    }
}

fn is_meant(wanted: &str, change: &Change) -> bool {
    let names = |kind: &str, name: &str| kind.eq_ignore_ascii_case(&change.id.kind) && name == change.id.name;
    wanted.eq_ignore_ascii_case(&change.id.kind)
        || wanted.split_once('/').is_some_and(|(kind, name)| names(kind, name))
        || change.template == wanted
        // Within the chart, as `helm template --show-only` takes it.
        || change.template.split_once('/').is_some_and(|(_, path)| path == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Object, compare};
    use crate::manifest::ObjectId;
    use serde_json::json;

    #[track_caller]
    fn check(filter: &Filter, expected: &[&str]) {
        let object = |kind: &str, name: &str| {
            let body = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}});
            Object { id: ObjectId::of(&body).expect("has an identity"), body, template: format!("chart/templates/{name}.yaml") }
        };
        let changes = compare(&[], &[object("ConfigMap", "a"), object("Secret", "b"), object("Service", "c")]);
        let shown: Vec<&str> = changes.iter().filter(|change| filter.shows(change)).map(|change| change.id.name.as_str()).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn kinds_secrets_objects_and_templates_are_told_apart() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        check(&Filter::default(), &["a", "b", "c"]);
        check(&Filter { suppress: words(&["configmap"]), ..Filter::default() }, &["b", "c"]);
        check(&Filter { suppress_secrets: true, ..Filter::default() }, &["a", "c"]);
        check(&Filter { show_only: words(&["service/c", "templates/a.yaml"]), ..Filter::default() }, &["a", "c"]);
        check(&Filter { show_only: words(&["chart/templates/b.yaml"]), suppress_secrets: true, ..Filter::default() }, &[]);
    }
}
