//! What Chart.yaml and Chart.lock say.

use crate::template::go_time::{Time, Zone};
use crate::value::{Fields, Map, Mismatch, StructType, Value};
use crate::yaml;
use serde::Serialize;
use std::collections::BTreeMap;

/// Chart.yaml. Serializes as Helm's own struct does: its order of fields, empty ones left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The chart's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// A page about the chart.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub home: String,
    /// Where its sources are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Its version (SemVer).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// One sentence about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Words to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Who looks after it; `None` is a null in the list, which validation refuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintainers: Vec<Option<Maintainer>>,
    /// The address of its icon.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// `v1` or `v2`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// Unused by Helm, kept for the record.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Unused by Helm, kept for the record.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tags: String,
    /// The version of the application in the chart.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub app_version: String,
    /// Whether the chart should not be used any more.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Free notes; `None` when Chart.yaml has none.
    #[serde(skip_serializing_if = "no_entries")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// Which versions of Kubernetes it works with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kube_version: String,
    /// Charts that it needs; `None` when Chart.yaml has no such list, which is not the same as an empty one.
    #[serde(skip_serializing_if = "no_dependencies")]
    pub dependencies: Option<Vec<Option<Dependency>>>,
    /// `application` (also when empty) or `library`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

/// Somebody who looks after a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Maintainer {
    /// A person's or an organisation's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Mail address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Web address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// A chart that a chart needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Dependency {
    /// The needed chart's name; after processing, its alias where there is one.
    pub name: String,
    /// A version or a range of versions.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// Comma-separated value paths, the first boolean of which switches it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Names under the value `tags` that switch it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it takes part; set by processing.
    #[serde(skip_serializing_if = "is_false")]
    pub enabled: bool,
    /// What to take over from its values: a name under `exports`, or a map of `child` and `parent`.
    #[serde(rename = "import-values", skip_serializing_if = "Vec::is_empty")]
    pub import_values: Vec<Value>,
    /// The name to use it by.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
    /// Dependencies, by name or alias, whose objects come before its own where a release goes up in order (HIP-0025).
    #[serde(rename = "depends-on", skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
}

/// Chart.lock.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lock {
    /// When it was made (RFC 3339), as written.
    pub generated: String,
    /// The digest of the dependencies that it was made for.
    pub digest: String,
    /// The exact versions.
    pub dependencies: Option<Vec<Option<Dependency>>>,
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn no_entries(annotations: &Option<BTreeMap<String, String>>) -> bool {
    annotations.as_ref().is_none_or(BTreeMap::is_empty)
}

fn no_dependencies(dependencies: &Option<Vec<Option<Dependency>>>) -> bool {
    dependencies.as_ref().is_none_or(Vec::is_empty)
}

const METADATA: StructType = StructType { name: "Metadata", full: "v2.Metadata" };
const MAINTAINER: StructType = StructType { name: "Maintainer", full: "v2.Maintainer" };
const DEPENDENCY: StructType = StructType { name: "Dependency", full: "v2.Dependency" };
const LOCK: StructType = StructType { name: "Lock", full: "v2.Lock" };
const DEPENDENCIES: &str = "[]*v2.Dependency";

impl Metadata {
    /// Reads the fields of a Chart.yaml (or, from Helm 2's days, a requirements.yaml) over what is there already. The document's
    /// integers are integers still (`yaml::parse_for_struct`).
    ///
    /// # Errors
    /// A field of the wrong type.
    pub fn read(&mut self, document: &Value) -> Result<(), Mismatch> {
        let fields = Fields::of(document, METADATA)?;
        set(&mut self.name, fields.text("name"));
        set(&mut self.home, fields.text("home"));
        set(&mut self.sources, fields.texts("sources"));
        set(&mut self.version, fields.text("version"));
        set(&mut self.description, fields.text("description"));
        set(&mut self.keywords, fields.texts("keywords"));
        set(&mut self.maintainers, fields.structures("maintainers", MAINTAINER, "[]*v2.Maintainer", Maintainer::of));
        set(&mut self.icon, fields.text("icon"));
        set(&mut self.api_version, fields.text("apiVersion"));
        set(&mut self.condition, fields.text("condition"));
        set(&mut self.tags, fields.text("tags"));
        set(&mut self.app_version, fields.text("appVersion"));
        set(&mut self.deprecated, fields.flag("deprecated"));
        set(&mut self.annotations, fields.text_map("annotations").map(|map| Some(map.into_iter().collect())));
        set(&mut self.kube_version, fields.text("kubeVersion"));
        set(&mut self.dependencies, fields.structures("dependencies", DEPENDENCY, DEPENDENCIES, Dependency::of).map(Some));
        set(&mut self.kind, fields.text("type"));
        fields.finish()
    }

    /// Returns Chart.yaml as Helm writes it: its own fields only, sorted by name.
    pub fn to_yaml(&self) -> String {
        struct_yaml(self)
    }

    /// Returns Chart.yaml as Helm writes it into a chart: dependencies of a v1 chart are in its requirements.yaml.
    pub fn to_own_yaml(&self) -> String {
        match self.api_version.as_str() {
            "v1" => Metadata { dependencies: None, ..self.clone() }.to_yaml(),
            _ => self.to_yaml(),
        }
    }

    /// Checks it as loading a chart does, for metadata that was changed since.
    ///
    /// # Errors
    /// Helm's words for the first thing that is wrong.
    pub fn validate(&mut self) -> Result<(), String> {
        super::validate::validate(self)
    }

    /// Says whether the chart only has definitions for others.
    pub fn is_library(&self) -> bool {
        self.kind.eq_ignore_ascii_case("library")
    }
}

impl Maintainer {
    fn of(fields: &Fields) -> Maintainer {
        let text = |key| fields.text(key).unwrap_or_default();
        Maintainer { name: text("name"), email: text("email"), url: text("url") }
    }
}

impl Dependency {
    fn of(fields: &Fields) -> Dependency {
        let text = |key| fields.text(key).unwrap_or_default();
        Dependency {
            name: text("name"),
            version: text("version"),
            repository: text("repository"),
            condition: text("condition"),
            tags: fields.texts("tags").unwrap_or_default(),
            enabled: fields.flag("enabled").unwrap_or_default(),
            import_values: fields.list("import-values", "[]interface {}").unwrap_or_default().iter().map(with_floats).collect(),
            alias: text("alias"),
            depends_on: fields.texts("depends-on").unwrap_or_default(),
        }
    }
}

impl Lock {
    /// Checks that `generated` is a time.
    ///
    /// # Errors
    /// In Go's words.
    pub(super) fn check_time(document: &Value) -> Result<(), String> {
        match document.as_map().and_then(|lock| lock.get("generated")) {
            None | Some(Value::Nil) => Ok(()),
            Some(Value::Str(text)) => {
                Time::parse(b"2006-01-02T15:04:05Z07:00", text.as_bytes(), &Zone::Utc).map(drop).map_err(|error| error.to_string())
            }
            Some(_) => Err("Time.UnmarshalJSON: input is not a JSON string".into()),
        }
    }

    /// Reads a Chart.lock; `None` for an empty one.
    ///
    /// # Errors
    /// A field of the wrong type.
    pub fn read(document: &Value) -> Result<Option<Lock>, Mismatch> {
        if document.is_nil() {
            return Ok(None);
        }
        let fields = Fields::of(document, LOCK)?;
        let lock = Lock {
            generated: fields.text("generated").unwrap_or_else(|| "0001-01-01T00:00:00Z".to_owned()),
            digest: fields.text("digest").unwrap_or_default(),
            dependencies: fields.structures("dependencies", DEPENDENCY, DEPENDENCIES, Dependency::of),
        };
        fields.finish()?;
        Ok(Some(lock))
    }

    /// Returns Chart.lock as Helm writes it; `generated` stands in place of the time when it was made.
    pub fn to_yaml(&self, generated: Option<&str>) -> String {
        let generated = generated.map_or_else(|| go_time(&self.generated), str::to_owned);
        struct_yaml(&Lock { generated, ..self.clone() })
    }
}

/// Writes a time as Go does that has read it: no zeros at the end of its fraction, `Z` for no offset.
fn go_time(text: &str) -> String {
    let offset = text.rfind(['Z', '+', '-']).filter(|at| *at > 10).unwrap_or(text.len());
    let (time, offset) = text.split_at(offset);
    let time = if time.contains('.') { time.trim_end_matches('0').trim_end_matches('.') } else { time };
    let offset = if matches!(offset, "+00:00" | "-00:00") { "Z" } else { offset };
    format!("{time}{offset}")
}

/// Writes what Go writes of the struct with sigs.k8s.io/yaml.
fn struct_yaml(fields: &impl Serialize) -> String {
    let json = serde_json::to_value(fields).expect("texts, lists and values have a JSON form");
    yaml::to_string(&Value::from(&json)).expect("what is JSON has a YAML form")
}

/// Returns a value as encoding/json decodes it into an empty interface: all numbers are floats.
fn with_floats(value: &Value) -> Value {
    match value {
        Value::Int(number, _) => Value::Float(*number as f64),
        Value::List(list) => Value::list(list.iter().map(with_floats).collect()),
        Value::Map(map) => map.entries().into_iter().map(|entry| (entry.key.clone(), with_floats(&entry.value))).collect::<Map>().into(),
        other => other.clone(),
    }
}

/// Null and absence leave a field as it is, as decoding into a Go struct does.
fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
