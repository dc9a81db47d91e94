//! From what a file says to the releases of a state.

use super::changes::{changes, refusals};
use super::condition::condition_holds;
use super::error::Error;
use super::fields::render_fields;
use super::file::LoadedFile;
use super::hook::hooks;
use super::identity::{ReleaseId, non_empty};
use super::inherit::with_templates;
use super::layer::{SetValue, ValuesLayer};
use super::load::Loader;
use super::model::{MissingFile, Release, State};
use super::overlays::Overlays;
use super::raw::{Entry, RawRelease, RawRepository, RawSet, Spanned, Text};
use super::render::StateData;
use super::selector::Selector;
use crate::diag::{Diagnostic, Span};
use crate::source::{Credentials, Password, Repository, join};
use crate::value::{Value, display};
use std::path::Path;
use std::sync::Arc;

impl Loader<'_> {
    /// Decides what is the same for all releases of a file.
    pub(super) fn state(&mut self, file: &LoadedFile, index: usize, selectors: Vec<Selector>, after: Vec<usize>) -> State {
        let forced = |written: &Text, given: Option<&str>| given.map(ToOwned::to_owned).or_else(|| text(written)).unwrap_or_default();
        let data = StateData {
            environment: file.environment.clone(),
            kube_context: forced(&file.raw.kube_context, self.request.kube_context),
            namespace: forced(&file.raw.namespace, self.request.namespace),
            chart: forced(&file.raw.chart, self.request.chart),
        };
        State {
            index,
            path: file.path.clone(),
            base_dir: file.base_dir.clone(),
            environment: file.environment.clone(),
            values: file.environment.merged_values(),
            repositories: file.raw.repositories.iter().filter_map(|repository| self.repository(repository, &file.base_dir)).collect(),
            hooks: hooks(&file.raw.hooks, &mut self.diagnostics),
            after,
            selectors,
            missing_file: self.missing_file(&file.raw.missing_file_handler, MissingFile::Error),
            data,
        }
    }

    fn repository(&mut self, raw: &Spanned<RawRepository>, folder: &Path) -> Option<Repository> {
        let repository = &raw.value;
        let (Some(name), Some(url)) = (text(&repository.name), text(&repository.url)) else {
            self.diagnostics.push(Error::IncompleteRepository { span: raw.span.clone() }.diagnostic());
            return None;
        };
        let on = |flag: &Option<Spanned<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
        let path = |file: &Text| text(file).map(|file| join(folder, Path::new(&file)));
        let variable = |suffix: &str| {
            let name = format!("{}_{suffix}", name.replace('-', "_").to_uppercase());
            self.request.world.env.get(&name).filter(|value| !value.is_empty()).cloned()
        };
        let username = text(&repository.username).or_else(|| variable("USERNAME"));
        let password = text(&repository.password).or_else(|| variable("PASSWORD"));
        let credentials = username.zip(password).map(|(username, password)| Credentials { username, password: Password::new(password) });
        Some(Repository {
            oci: on(&repository.oci) || url.starts_with("oci://"),
            name,
            url,
            credentials,
            pass_credentials: on(&repository.pass_credentials),
            ca_file: path(&repository.ca_file),
            cert_file: path(&repository.cert_file),
            key_file: path(&repository.key_file),
            skip_tls_verify: on(&repository.skip_tls_verify),
            plain_http: on(&repository.plain_http),
        })
    }

    /// Makes the releases of a file. One that is wrong is told and left out; the others go on.
    pub(super) fn releases(&mut self, file: &LoadedFile, state: &Arc<State>) -> Vec<Release> {
        let mut releases = Vec::with_capacity(file.raw.releases.len());
        for raw in &file.raw.releases {
            match self.rendered_release(raw, file, state) {
                Ok(rendered) => releases.extend(self.release(raw, &rendered, file, state)),
                Err(mistake) => self.diagnostics.push(mistake),
            }
        }
        releases
    }

    /// Applies templates of releases and state-wide settings, then renders the fields.
    fn rendered_release(&self, raw: &Spanned<RawRelease>, file: &LoadedFile, state: &State) -> Result<RawRelease, Diagnostic> {
        let mut release = with_templates(raw, &file.raw).map_err(|error| error.diagnostic())?;
        if text(&release.kube_context).is_none() {
            let given = self.request.kube_context.map(|context| Spanned { value: context.to_owned(), span: raw.span.clone() });
            release.kube_context = given.or_else(|| file.raw.helm_defaults.0.kube_context.clone());
        }
        release.labels.extend(file.raw.common_labels.clone());
        if release.api_versions.is_empty() {
            release.api_versions.clone_from(&file.raw.api_versions);
        }
        if text(&release.kube_version).is_none() {
            release.kube_version.clone_from(&file.raw.kube_version);
        }
        render_fields(&release, &state.data, &file.base_dir, &self.renderer)
    }

    fn release(&mut self, raw: &Spanned<RawRelease>, release: &RawRelease, file: &LoadedFile, state: &Arc<State>) -> Option<Release> {
        let name = self.required(release.name.as_ref(), "name", &raw.span);
        let chart = self.required(release.chart.as_ref(), "chart", &raw.span);
        let installed = self.templated_flag(&release.installed, &release.installed_template, "installedTemplate");
        let wait = self.templated_flag(&release.wait, &release.wait_template, "waitTemplate");
        let (name, chart) = (name?, chart?);
        let namespace = state.data.namespace.as_str();
        let id = ReleaseId {
            kube_context: non_empty(&state.data.kube_context).or_else(|| text(&release.kube_context)),
            namespace: non_empty(namespace).or_else(|| text(&release.namespace)),
            name: name.value.clone(),
        };
        self.check_name(&id, &name.span);
        let defaults = &file.raw.helm_defaults.0;
        let environment_context =
            file.raw.environments.get(&file.environment.name).and_then(|environment| text(&environment.value.kube_context));
        let chart_text = non_empty(&state.data.chart).unwrap_or(chart.value);
        let mut install = self.install_options(release, defaults);
        install.wait = wait.unwrap_or(install.wait);
        let needs = self.needs(release, defaults, &id);
        let missing_file = self.missing_file(&release.missing_file_handler, state.missing_file);
        let overlays = self.overlays(release, &chart_text, file, state);
        let patches = self.patches(release, &chart_text, file, state);
        let verified = self.templated_flag(&release.verify.clone().or(defaults.verify.clone()), &release.verify_template, "verifyTemplate");
        Some(Release {
            changes: changes(release),
            refusals: refusals(release, verified.unwrap_or_default(), &raw.span),
            kube_context: id.kube_context.clone().or(environment_context),
            span: Some(raw.span.clone()),
            state: Arc::clone(state),
            chart_span: Some(chart.span),
            version: text(&release.version),
            description: text(&release.description),
            labels: labels(release, &id, &chart_text),
            chart: chart_text,
            values: self.layers(release, &overlays),
            patches,
            overlays,
            missing_file,
            missing_secret: self.missing_file(&release.missing_file_handler, MissingFile::Error),
            needs: needs.named,
            auto_needs: needs.auto,
            installed: installed.unwrap_or(true),
            enabled: self.enabled(release, state),
            hooks: hooks(&release.hooks, &mut self.diagnostics),
            render: self.render_options(release, defaults),
            install,
            delete: self.delete_options(release, defaults),
            diff: self.diff_options(release, defaults),
            id,
        })
    }

    fn required(&mut self, field: Option<&Spanned<String>>, key: &'static str, release: &Span) -> Option<Spanned<String>> {
        match field {
            Some(text) if !text.value.is_empty() => Some(text.clone()),
            _ => {
                let span = field.map_or_else(|| release.clone(), |text| text.span.clone());
                self.diagnostics.push(Error::IncompleteRelease { key, span }.diagnostic());
                None
            }
        }
    }

    /// Reads what a `…Template` rendered to; without one the plain key counts.
    fn templated_flag(&mut self, plain: &Option<Spanned<bool>>, template: &Text, key: &'static str) -> Option<bool> {
        let Some(template) = template else { return plain.as_ref().map(|flag| flag.value) };
        match template.value.trim() {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            other => {
                self.diagnostics.push(Error::NoFlag { key, text: other.to_owned(), span: template.span.clone() }.diagnostic());
                None
            }
        }
    }

    /// A name is a DNS name of at most 53 bytes: Helm refuses all others when it installs.
    fn check_name(&mut self, id: &ReleaseId, span: &Span) {
        let is_good = |part: &str| {
            let ends = [part.bytes().next(), part.bytes().last()];
            ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if id.name.len() > 53 || !id.name.split('.').all(is_good) {
            self.diagnostics.push(Error::BadName { name: id.name.clone(), span: span.clone() }.diagnostic());
        }
    }

    fn enabled(&mut self, release: &RawRelease, state: &State) -> bool {
        if let Some(flag) = self.templated_flag(&None, &release.condition_template, "conditionTemplate") {
            return flag;
        }
        let Some(condition) = release.condition.as_ref().filter(|condition| !condition.value.is_empty()) else { return true };
        condition_holds(condition, &state.values).unwrap_or_else(|error| {
            self.diagnostics.push(error.diagnostic());
            false
        })
    }

    fn layers(&mut self, release: &RawRelease, overlays: &Overlays) -> Vec<ValuesLayer> {
        let prefix = text(&release.values_path_prefix).unwrap_or_default();
        let path = |path: &Spanned<String>| format!("{prefix}{}", path.value);
        let values = release.values.iter().map(|entry| match entry {
            Entry::Path(file) => ValuesLayer::File { path: path(file), span: Some(file.span.clone()) },
            Entry::Map(map) => ValuesLayer::Inline { values: map.value.clone(), span: Some(map.span.clone()) },
        });
        let mut layers = overlays.laid_around(values.collect());
        for entry in &release.secrets {
            match entry {
                Entry::Path(file) => layers.push(ValuesLayer::SecretFile { path: path(file), span: Some(file.span.clone()) }),
                Entry::Map(map) => self.diagnostics.push(Error::InlineSecret { span: map.span.clone() }.diagnostic()),
            }
        }
        layers.extend(self.set_layers(release));
        layers
    }

    /// Helm takes its flags by kind, whatever their order: `--set`, `--set-string`, `--set-file`.
    fn set_layers(&mut self, release: &RawRelease) -> Vec<ValuesLayer> {
        let set = release.set.iter().filter_map(|item| set_layer(item, false));
        let (files, mut layers): (Vec<_>, Vec<_>) =
            set.partition(|layer| matches!(layer, ValuesLayer::Set { value: SetValue::File(_), .. }));
        layers.extend(release.env.iter().filter_map(|item| self.env_layer(item)));
        layers.extend(release.set_string.iter().filter_map(|item| set_layer(item, true)));
        layers.extend(files);
        layers
    }

    /// `env`: an old form of `set` whose values are the names of variables.
    fn env_layer(&mut self, item: &Spanned<RawSet>) -> Option<ValuesLayer> {
        let name = text(&item.value.name).unwrap_or_default();
        let variable = text(&item.value.value).unwrap_or_default();
        match self.request.world.env.get(&variable) {
            Some(value) => {
                Some(ValuesLayer::Set { name: escape(&name), value: SetValue::Typed(escape(value)), span: Some(item.span.clone()) })
            }
            None => {
                self.diagnostics.push(Error::NoVariable { variable, span: item.span.clone() }.diagnostic());
                None
            }
        }
    }
}

/// Returns a text that is there and not empty.
fn text(text: &Text) -> Option<String> {
    text.as_ref().and_then(|text| non_empty(&text.value))
}

fn labels(release: &RawRelease, id: &ReleaseId, chart: &str) -> std::collections::BTreeMap<String, String> {
    let mut labels: std::collections::BTreeMap<_, _> =
        release.labels.iter().map(|(key, value)| (key.clone(), value.value.clone())).collect();
    labels.insert("name".into(), id.name.clone());
    labels.insert("namespace".into(), id.namespace.clone().unwrap_or_default());
    labels.insert("chart".into(), chart.rsplit('/').next().unwrap_or_default().to_owned());
    labels
}

/// The first of `value`, `file` and `values` that is there; an item without any is nothing.
fn set_layer(item: &Spanned<RawSet>, texts: bool) -> Option<ValuesLayer> {
    let set = &item.value;
    let value = if let Some(value) = text(&set.value) {
        let value = escape(&value);
        if texts { SetValue::Text(value) } else { SetValue::Typed(value) }
    } else if let Some(file) = text(&set.file).filter(|_| !texts) {
        SetValue::File(file)
    } else if !set.values.is_empty() {
        let items = set.values.iter().map(|item| escape(&item_text(&item.value))).collect();
        if texts { SetValue::TextList(items) } else { SetValue::TypedList(items) }
    } else {
        return None;
    };
    let name = escape(&text(&set.name).unwrap_or_default());
    Some(ValuesLayer::Set { name, value, span: Some(item.span.clone()) })
}

/// Texts keep their form, all else is written as JSON.
fn item_text(item: &Value) -> String {
    match item {
        Value::Str(_) => display(item),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// Braces and commas mean themselves in names and values of `set`. Rule: helmfile pkg/state/state.go `escape`.
fn escape(text: &str) -> String {
    text.replace('{', "\\{").replace('}', "\\}").replace(',', "\\,")
}
