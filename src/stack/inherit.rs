//! Release templates: what a release takes from `templates` by `inherit` and `defaultInherit`.

use super::error::Error;
use super::raw::{Lists, RawInherit, RawRelease, RawStack, Record as _, Spanned};
use std::collections::BTreeMap;

/// The keys that `except` can leave out.
const EXCEPTABLE: [&str; 7] = ["labels", "values", "valuesTemplate", "set", "setTemplate", "setString", "secrets"];

/// Lays a release on the templates that it inherits, left to right. Lists are joined, a later text wins, and what is empty
/// (`false` and `0` too) never wins.
///
/// Rule: helmfile pkg/state/state_exec_tmpl.go `releaseWithInheritedTemplate`, `applyDefaultInherit`.
///
/// # Errors
/// An unknown template, a circle of templates, an `except` of another key.
pub(super) fn with_templates(release: &Spanned<RawRelease>, stack: &RawStack) -> Result<RawRelease, Error> {
    let explicit = &release.value.inherit.0;
    let is_named = |name: &str| explicit.iter().any(|inherit| template_name(&inherit.value) == name);
    let mut defaults: Vec<Spanned<RawInherit>> = Vec::new();
    for name in &stack.default_inherit.0 {
        let name = Spanned { value: name.value.trim().to_owned(), span: name.span.clone() };
        if !is_named(&name.value) && !defaults.iter().any(|known| template_name(&known.value) == name.value) {
            let span = name.span.clone();
            defaults.push(Spanned { value: RawInherit { template: Some(name), except: Vec::new() }, span });
        }
    }
    let inherits: Vec<_> = defaults.iter().chain(explicit).filter(|inherit| !template_name(&inherit.value).is_empty()).collect();
    let mut path = Vec::new();
    inherit(&release.value, &inherits, &stack.templates, &mut path)
}

fn template_name(inherit: &RawInherit) -> &str {
    inherit.template.as_ref().map_or("", |name| name.value.trim())
}

fn inherit(
    release: &RawRelease,
    inherits: &[&Spanned<RawInherit>],
    templates: &BTreeMap<String, Spanned<RawRelease>>,
    path: &mut Vec<String>,
) -> Result<RawRelease, Error> {
    let mut merged = RawRelease::default();
    for item in inherits {
        let name = template_name(&item.value);
        if path.iter().any(|known| known == name) {
            path.push(name.to_owned());
            return Err(Error::TemplateCycle { path: path.clone(), span: item.span.clone() });
        }
        let Some(template) = templates.get(name) else {
            return Err(Error::unknown_template(name, templates.keys(), &item.span));
        };
        path.push(name.to_owned());
        let further: Vec<_> = template.value.inherit.0.iter().collect();
        let mut template = inherit(&template.value, &further, templates, path)?;
        path.pop();
        leave_out(&mut template, &item.value)?;
        merged.merge(template, Lists::Append);
    }
    merged.merge(release.clone(), Lists::Append);
    merged.inherit.0.clear();
    Ok(merged)
}

fn leave_out(template: &mut RawRelease, item: &RawInherit) -> Result<(), Error> {
    for key in &item.except {
        match key.value.as_str() {
            "labels" => template.labels.clear(),
            "values" => template.values.clear(),
            "valuesTemplate" => template.values_template.clear(),
            "set" => template.set.clear(),
            "setTemplate" => template.set_template.clear(),
            "setString" => template.set_string.clear(),
            "secrets" => template.secrets.clear(),
            other => return Err(Error::choice("except", other, &EXCEPTABLE, &key.span)),
        }
    }
    Ok(())
}
