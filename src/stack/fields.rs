//! Rendering the templates inside a release's fields.

use super::error::Error;
use super::origins::change_origins;
use super::raw::{Entry, NeedItem, RawRelease, RawSet, Spanned, Text};
use super::render::{ReleaseData, Renderer, StateData};
use super::yaml3;
use crate::diag::{Diagnostic, Source};
use crate::value::Value;
use std::path::Path;

/// How often fields may refer to each other before it counts as going round in circles.
const ROUNDS: usize = 6;

/// Renders a release's fields again and again until nothing changes, so that they may refer to each other.
///
/// Rule: helmfile pkg/state/state_exec_tmpl.go `ExecuteTemplates`, release.go `ExecuteTemplateExpressions`.
///
/// # Errors
/// The first template that fails, or `Error::RecursiveFields`.
pub(super) fn render_fields(release: &RawRelease, state: &StateData, folder: &Path, renderer: &Renderer) -> Result<RawRelease, Diagnostic> {
    let mut seen = release_data(release);
    for _ in 0..ROUNDS {
        let data = state.release_data(&seen);
        let rendered = Fields { renderer, folder, data: &data }.release(release)?;
        let next = release_data(&rendered);
        if next == seen {
            return Ok(rendered);
        }
        seen = next;
    }
    let span = release.name.as_ref().map(|name| name.span.clone());
    Err(Error::RecursiveFields { name: seen.name, span }.diagnostic())
}

/// Returns what templates see of a release.
pub(super) fn release_data(release: &RawRelease) -> ReleaseData {
    let text = |text: &Text| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
    ReleaseData {
        name: text(&release.name),
        namespace: text(&release.namespace),
        labels: release.labels.iter().map(|(key, value)| (key.clone(), value.value.clone())).collect(),
        chart: text(&release.chart),
        kube_context: text(&release.kube_context),
        version: text(&release.version),
    }
}

struct Fields<'a> {
    renderer: &'a Renderer,
    folder: &'a Path,
    data: &'a Value,
}

impl Fields<'_> {
    fn release(&self, release: &RawRelease) -> Result<RawRelease, Diagnostic> {
        let mut release = release.clone();
        let names = [&mut release.name, &mut release.chart, &mut release.namespace, &mut release.version];
        for text in names.into_iter().flatten() {
            self.text(text)?;
            text.value = text.value.trim().to_owned();
        }
        let templates =
            [&mut release.wait_template, &mut release.installed_template, &mut release.condition_template, &mut release.verify_template];
        for text in templates.into_iter().flatten() {
            self.text(text)?;
        }
        let features = release.features.0.iter_mut().flatten().chain(&mut release.add_features).chain(&mut release.drop_features);
        for text in features {
            self.text(text)?;
        }
        for text in release.labels.values_mut().chain(&mut release.post_renderer_args) {
            self.text(text)?;
        }
        for need in &mut release.needs.items {
            match need {
                NeedItem::Plain(text) => self.text(text)?,
                NeedItem::Mapping(need) => {
                    let need = &mut need.value;
                    for text in [&mut need.name, &mut need.namespace, &mut need.kube_context, &mut need.until].into_iter().flatten() {
                        self.text(text)?;
                    }
                }
            }
        }
        for entry in &mut release.values_template {
            if let Entry::Map(map) = entry {
                self.map(map)?;
            }
        }
        release.values.splice(0..0, std::mem::take(&mut release.values_template));
        for entry in release.values.iter_mut().chain(&mut release.secrets) {
            if let Entry::Path(path) = entry {
                self.text(path)?;
            }
        }
        for item in &mut release.set_template {
            self.set_item(&mut item.value)?;
        }
        release.set.splice(0..0, std::mem::take(&mut release.set_template));
        Ok(release)
    }

    fn set_item(&self, item: &mut RawSet) -> Result<(), Diagnostic> {
        for text in [&mut item.name, &mut item.value, &mut item.file].into_iter().flatten() {
            self.text(text)?;
        }
        for value in &mut item.values {
            if let Value::Str(text) = &value.value {
                let mut text = Spanned { value: text.to_text().into_owned(), span: value.span.clone() };
                self.text(&mut text)?;
                value.value = Value::from(text.value);
            }
        }
        Ok(())
    }

    /// Renders a map as the YAML text that it is written as, and reads it again.
    fn map(&self, map: &mut Spanned<crate::value::Map>) -> Result<(), Diagnostic> {
        let text = yaml3::to_string(&Value::Map(map.value.clone())).map_err(|error| Diagnostic::error(error).at(map.span.clone(), ""))?;
        if !text.contains("{{") {
            return Ok(());
        }
        let source = Source::new("valuesTemplate", text);
        let rendered =
            self.renderer.render(&source, self.folder, self.data).map_err(|mistake| mistake.see(map.span.clone(), "in this map"))?;
        let source = Source::new("valuesTemplate (rendered)", rendered);
        map.value = yaml3::parse_map(&source).map_err(|mistake| mistake.see(map.span.clone(), "in this map"))?;
        change_origins(&map.value, &|_| Some(map.span.origin()));
        Ok(())
    }

    fn text(&self, text: &mut Spanned<String>) -> Result<(), Diagnostic> {
        if !text.value.contains("{{") {
            return Ok(());
        }
        let source = Source::new("field", text.value.as_str());
        match self.renderer.render(&source, self.folder, self.data) {
            Ok(rendered) => {
                text.value = rendered;
                Ok(())
            }
            Err(mistake) => Err(at_field(mistake, &source, text)),
        }
    }
}

/// Moves a mistake in a field's text to where the field stands in its file, if it stands there as it is.
fn at_field(mut mistake: Diagnostic, source: &Source, text: &Spanned<String>) -> Diagnostic {
    let file = &text.span.source;
    let place = file.text()[text.span.range()].find(source.text()).map(|at| at + text.span.start as usize);
    for label in &mut mistake.labels {
        if label.span.source == *source {
            label.span = match place {
                Some(start) => file.span(start + label.span.start as usize, start + label.span.end as usize),
                None => text.span.clone(),
            };
        }
    }
    for frame in &mut mistake.trace {
        if frame.span.as_ref().is_some_and(|span| span.source == *source) {
            frame.span = Some(text.span.clone());
        }
    }
    mistake
}
