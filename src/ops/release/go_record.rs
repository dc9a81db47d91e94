//! A release record as templates see it: Helm's Go types, by the names of their fields.

use crate::template::go_time::{Time, Zone};
use crate::value::{List, Map, MapKind, Object, Value, display};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::any::Any;
use std::sync::Arc;

/// Returns a record, given as its JSON, as templates see it. Rule: helm pkg/release/v1, pkg/chart/v2.
pub(super) fn go_record(record: &Value, labels: Value, zone: &Zone) -> Value {
    let labels = labels.as_map().map(|labels| Value::Map(labels.with_kind(MapKind::Strings))).unwrap_or(Value::Nil);
    let mut release = fields(&RELEASE, record, zone);
    release.push(("Labels", labels));
    Value::Object(Arc::new(GoStruct { go: &RELEASE, fields: release }))
}

/// A Go struct: its fields, each with its name in JSON, and methods that return one of its fields.
#[derive(Debug)]
struct StructType {
    name: &'static str,
    fields: &'static [(&'static str, &'static str, Shape)],
    methods: &'static [(&'static str, &'static [&'static str])],
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Text,
    Flag,
    Number,
    Time,
    Bytes,
    Texts,
    TextMap,
    AnyMap,
    Anything,
    Struct(&'static StructType),
    Structs(&'static StructType),
}

static RELEASE: StructType = StructType {
    name: "*v1.Release",
    fields: &[
        ("Name", "name", Shape::Text),
        ("Info", "info", Shape::Struct(&INFO)),
        ("Chart", "chart", Shape::Struct(&CHART)),
        ("Config", "config", Shape::AnyMap),
        ("Manifest", "manifest", Shape::Text),
        ("Hooks", "hooks", Shape::Structs(&HOOK)),
        ("Version", "version", Shape::Number),
        ("Namespace", "namespace", Shape::Text),
        ("ApplyMethod", "apply_method", Shape::Text),
    ],
    methods: &[],
};

static INFO: StructType = StructType {
    name: "*v1.Info",
    fields: &[
        ("FirstDeployed", "first_deployed", Shape::Time),
        ("LastDeployed", "last_deployed", Shape::Time),
        ("Deleted", "deleted", Shape::Time),
        ("Description", "description", Shape::Text),
        ("Status", "status", Shape::Text),
        ("RollbackRevision", "rollback_revision", Shape::Number),
        ("Notes", "notes", Shape::Text),
        ("Resources", "resources", Shape::AnyMap),
    ],
    methods: &[],
};

static CHART: StructType = StructType {
    name: "*v2.Chart",
    fields: &[
        ("Metadata", "metadata", Shape::Struct(&METADATA)),
        ("Lock", "lock", Shape::Struct(&LOCK)),
        ("Templates", "templates", Shape::Structs(&FILE)),
        ("Values", "values", Shape::AnyMap),
        ("Schema", "schema", Shape::Bytes),
        ("SchemaModTime", "schemamodtime", Shape::Time),
        ("Files", "files", Shape::Structs(&FILE)),
        ("ModTime", "modtime", Shape::Time),
    ],
    methods: &[
        ("Name", &["Metadata", "Name"]),
        ("AppVersion", &["Metadata", "AppVersion"]),
        ("ChartPath", &["Metadata", "Name"]),
        ("ChartFullPath", &["Metadata", "Name"]),
    ],
};

static METADATA: StructType = StructType {
    name: "*v2.Metadata",
    fields: &[
        ("Name", "name", Shape::Text),
        ("Home", "home", Shape::Text),
        ("Sources", "sources", Shape::Texts),
        ("Version", "version", Shape::Text),
        ("Description", "description", Shape::Text),
        ("Keywords", "keywords", Shape::Texts),
        ("Maintainers", "maintainers", Shape::Structs(&MAINTAINER)),
        ("Icon", "icon", Shape::Text),
        ("APIVersion", "apiVersion", Shape::Text),
        ("Condition", "condition", Shape::Text),
        ("Tags", "tags", Shape::Text),
        ("AppVersion", "appVersion", Shape::Text),
        ("Deprecated", "deprecated", Shape::Flag),
        ("Annotations", "annotations", Shape::TextMap),
        ("KubeVersion", "kubeVersion", Shape::Text),
        ("Dependencies", "dependencies", Shape::Structs(&DEPENDENCY)),
        ("Type", "type", Shape::Text),
    ],
    methods: &[],
};

static MAINTAINER: StructType = StructType {
    name: "*v2.Maintainer",
    fields: &[("Name", "name", Shape::Text), ("Email", "email", Shape::Text), ("URL", "url", Shape::Text)],
    methods: &[],
};

static DEPENDENCY: StructType = StructType {
    name: "*v2.Dependency",
    fields: &[
        ("Name", "name", Shape::Text),
        ("Version", "version", Shape::Text),
        ("Repository", "repository", Shape::Text),
        ("Condition", "condition", Shape::Text),
        ("Tags", "tags", Shape::Texts),
        ("Enabled", "enabled", Shape::Flag),
        ("ImportValues", "import-values", Shape::Anything),
        ("Alias", "alias", Shape::Text),
    ],
    methods: &[],
};

static LOCK: StructType = StructType {
    name: "*v2.Lock",
    fields: &[
        ("Generated", "generated", Shape::Time),
        ("Digest", "digest", Shape::Text),
        ("Dependencies", "dependencies", Shape::Structs(&DEPENDENCY)),
    ],
    methods: &[],
};

static FILE: StructType = StructType {
    name: "*common.File",
    fields: &[("Name", "name", Shape::Text), ("Data", "data", Shape::Bytes), ("ModTime", "modtime", Shape::Time)],
    methods: &[],
};

static HOOK: StructType = StructType {
    name: "*v1.Hook",
    fields: &[
        ("Name", "name", Shape::Text),
        ("Kind", "kind", Shape::Text),
        ("Path", "path", Shape::Text),
        ("Manifest", "manifest", Shape::Text),
        ("Events", "events", Shape::Texts),
        ("LastRun", "last_run", Shape::Struct(&HOOK_RUN)),
        ("Weight", "weight", Shape::Number),
        ("DeletePolicies", "delete_policies", Shape::Texts),
        ("OutputLogPolicies", "output_log_policies", Shape::Texts),
    ],
    methods: &[],
};

static HOOK_RUN: StructType = StructType {
    name: "v1.HookExecution",
    fields: &[("StartedAt", "started_at", Shape::Time), ("CompletedAt", "completed_at", Shape::Time), ("Phase", "phase", Shape::Text)],
    methods: &[],
};

fn fields(go: &'static StructType, json: &Value, zone: &Zone) -> Vec<(&'static str, Value)> {
    let of = |key: &str| json.as_map().and_then(|map| map.get(key)).unwrap_or(Value::Nil);
    go.fields.iter().map(|(name, key, shape)| (*name, shaped(*shape, &of(key), zone))).collect()
}

/// Returns what a field holds, the zero value of its type where the JSON has none.
fn shaped(shape: Shape, json: &Value, zone: &Zone) -> Value {
    let items = || json.as_list().map(|list| list.items().to_vec()).unwrap_or_default();
    let map = || json.as_map().cloned().unwrap_or_default();
    match shape {
        Shape::Text => Value::from(json.as_str().unwrap_or_default()),
        Shape::Flag => Value::Bool(json.as_bool().unwrap_or_default()),
        Shape::Number => match json {
            Value::Float(number) => Value::int(*number as i64),
            _ => Value::int(0),
        },
        Shape::Time => {
            const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
            let time = json.as_str().and_then(|text| Time::parse(RFC3339, text.as_bytes(), zone).ok());
            Value::Object(Arc::new(time.unwrap_or_else(Time::zero)))
        }
        Shape::Bytes => Value::Bytes(STANDARD.decode(json.as_str().unwrap_or_default()).unwrap_or_default().into()),
        Shape::Texts => Value::List(List::of_strings(items().iter().filter_map(Value::as_str))),
        Shape::TextMap => Value::Map(map().with_kind(MapKind::Strings)),
        Shape::AnyMap => Value::Map(map().with_kind(MapKind::Any)),
        Shape::Anything => json.clone(),
        Shape::Struct(_) if json.as_map().is_none() => Value::Nil,
        Shape::Struct(go) => Value::Object(Arc::new(GoStruct { go, fields: fields(go, json, zone) })),
        Shape::Structs(go) => Value::list(items().iter().map(|item| shaped(Shape::Struct(go), item, zone)).collect()),
    }
}

#[derive(Debug)]
struct GoStruct {
    go: &'static StructType,
    fields: Vec<(&'static str, Value)>,
}

impl Object for GoStruct {
    fn type_name(&self) -> String {
        self.go.name.to_owned()
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let (_, path) = self.go.methods.iter().find(|(method, _)| *method == name && arguments.is_empty())?;
        let step = |value: Option<Value>, field: &&str| match value {
            None => self.field(field),
            Some(Value::Object(object)) => object.field(field),
            Some(_) => None,
        };
        Some(Ok(path.iter().fold(None, step).unwrap_or_else(|| Value::from(""))))
    }

    /// Go prints pointers within by their addresses; here what they point to is printed.
    fn display(&self) -> String {
        let fields: Vec<String> = self.fields.iter().map(|(_, value)| display(value)).collect();
        let sign = if self.go.name.starts_with('*') { "&" } else { "" };
        format!("{sign}{{{}}}", fields.join(" "))
    }

    fn json(&self) -> Value {
        let json = |(name, key, _): &(&'static str, &'static str, Shape)| (*key, self.field(name).unwrap_or(Value::Nil));
        Value::Map(self.go.fields.iter().map(json).collect::<Map>())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
