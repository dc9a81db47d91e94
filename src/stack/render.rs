//! Rendering the templates of a stack: state files, values files, fields of releases.

use super::advice;
use super::data::GoStruct;
use super::environment::Environment;
use super::functions::{FUNCTIONS, Host};
use super::world::World;
use crate::diag::{Diagnostic, Source};
use crate::source::glob;
use crate::template::{Compiled, Interpreter, Limits, MissingKey, Set};
use crate::value::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What a render of a stack file may use at most: far more than any stack needs, little enough to stop an endless one.
fn limits() -> Limits {
    Limits { depth: 1000, ..Limits::default() }
}

/// Renders templates of a stack; keeps what `_*.tpl` define, folder by folder.
pub(super) struct Renderer {
    world: World,
    helpers: Mutex<BTreeMap<PathBuf, Set>>,
}

impl Renderer {
    pub(super) fn new(world: World) -> Renderer {
        Renderer { world, helpers: Mutex::default() }
    }

    /// Renders a text; relative paths in it start in `folder`, whose `_*.tpl` it can include.
    ///
    /// # Errors
    /// The first mistake, with its place in the template.
    pub(super) fn render(&self, source: &Source, folder: &Path, data: &Value) -> Result<String, Diagnostic> {
        if !source.text().contains("{{") {
            return Ok(source.text().to_owned());
        }
        let helpers = self.helpers(folder)?;
        let mut set = helpers.clone();
        set.add(compile(source)?).map_err(|error| error.diagnostic())?;
        let advise = |error: crate::template::Error| advice::of(error.diagnostic(), data);
        let mut host = Host { world: self.world.clone(), folder: folder.to_owned(), helpers };
        let effects = self.world.effects.clone();
        let mut interpreter = Interpreter::new(&*effects, &mut host, MissingKey::Error, limits());
        let mut out = Vec::new();
        set.execute(&mut interpreter, source.name(), data, &mut out).map_err(advise)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// Returns the templates that `_*.tpl` in a folder define, parsed once.
    fn helpers(&self, folder: &Path) -> Result<Set, Diagnostic> {
        if let Some(set) = self.lock().get(folder) {
            return Ok(set.clone());
        }
        let mut set = Set::default();
        for path in glob(&*self.world.files, &format!("{}/_*.tpl", folder.display())) {
            let name = path.display().to_string();
            let content = self.world.files.read(&path).map_err(|error| Diagnostic::error(format!("cannot read {name}: {error}")))?;
            let source = Source::new(name, String::from_utf8_lossy(&content));
            set.add(compile(&source)?).map_err(|error| error.diagnostic())?;
        }
        self.lock().insert(folder.to_owned(), set.clone());
        Ok(set)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, Set>> {
        self.helpers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn compile(source: &Source) -> Result<Arc<Compiled>, Diagnostic> {
    Compiled::parse(source, &FUNCTIONS).map(Arc::new).map_err(|error| advice::of(error.diagnostic(), &Value::Nil))
}

/// Returns what templates of state files and environment values see: `.Values`, `.StateValues`, `.Environment`, `.Namespace`.
pub(super) fn environment_data(environment: &Environment, namespace: &str) -> Value {
    let values = environment.merged_values();
    let fields = vec![
        ("Environment", environment.template_value()),
        ("Namespace", Value::from(namespace)),
        ("Values", Value::Map(values.clone())),
        ("StateValues", Value::Map(values)),
    ];
    GoStruct::value("*state.EnvironmentTemplateData", fields)
}

/// The six fields that templates see of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ReleaseData {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) chart: String,
    pub(super) kube_context: String,
    pub(super) version: String,
}

/// What is the same for every release of a state: the state-wide overrides and the environment.
#[derive(Clone, Debug)]
pub(super) struct StateData {
    pub(super) environment: Environment,
    pub(super) kube_context: String,
    pub(super) namespace: String,
    pub(super) chart: String,
}

impl StateData {
    /// Returns what fields and values files of a release see.
    pub(super) fn release_data(&self, release: &ReleaseData) -> Value {
        let values = self.environment.merged_values();
        let labels: Map = release.labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let text = |text: &str| Value::from(text);
        let release = vec![
            ("Name", text(&release.name)),
            ("Namespace", text(&release.namespace)),
            ("Labels", Value::Map(labels.with_kind(crate::value::MapKind::Strings))),
            ("Chart", text(&release.chart)),
            ("ChartVersion", text(&release.version)),
            ("KubeContext", text(&release.kube_context)),
        ];
        let fields = vec![
            ("Environment", self.environment.template_value()),
            ("Release", GoStruct::value("state.releaseTemplateDataRelease", release)),
            ("Values", Value::Map(values.clone())),
            ("StateValues", Value::Map(values)),
            ("KubeContext", text(&self.kube_context)),
            ("Namespace", text(&self.namespace)),
            ("Chart", text(&self.chart)),
        ];
        GoStruct::value("state.releaseTemplateData", fields)
    }
}
