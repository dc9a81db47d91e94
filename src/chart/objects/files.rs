//! `.Files`.

use super::super::model::File;
use super::glob::Glob;
use crate::value::{Kind, List, Map, Object, Str, Value};
use crate::yaml;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::any::Any;
use std::sync::Arc;

/// The files of one chart that are neither templates nor values.
#[derive(Debug)]
pub(super) struct Files(Vec<(Str, Arc<[u8]>)>);

impl Files {
    /// Takes a chart's files, sorted by name; of two of one name the later one stays.
    pub(super) fn of(files: &[File]) -> Files {
        let mut named: Vec<(Str, Arc<[u8]>)> = files.iter().map(|file| (file.name.as_str().into(), Arc::clone(&file.data))).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named.reverse();
        named.dedup_by(|a, b| a.0 == b.0);
        named.reverse();
        Files(named)
    }

    fn get(&self, name: &[u8]) -> Option<&Arc<[u8]>> {
        let at = self.0.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    fn glob(&self, pattern: &Str) -> Value {
        let glob = Glob::new(&pattern.to_text());
        let matching = self.0.iter().filter(|(name, _)| glob.matches(&name.to_text())).cloned().collect();
        Value::Object(Arc::new(Files(matching)))
    }

    /// Returns the lines of a file, without the last line's empty follower.
    fn lines(&self, name: &Str) -> Value {
        let contents = self.get(name.as_bytes()).map(|data| &data[..]).unwrap_or_default();
        if contents.is_empty() {
            return Value::List(List::of_strings::<Str>([]));
        }
        let contents = contents.strip_suffix(b"\n").unwrap_or(contents);
        Value::List(List::of_strings(contents.split(|byte| *byte == b'\n').map(|line| Str::from_bytes(line.to_vec()))))
    }

    /// Returns a YAML map of the files' base names; Helm's choice between equal ones is random, ours is the last by path.
    fn as_yaml(&self, text: impl Fn(&[u8]) -> Str) -> Value {
        let base = |name: &Str| name.to_text().rsplit('/').next().unwrap_or_default().to_owned();
        let map: Map = self.0.iter().map(|(name, data)| (base(name), Value::Str(text(data)))).collect();
        Value::from(yaml::to_string(&Value::Map(map)).unwrap_or_default().trim_end_matches('\n').to_owned())
    }
}

fn as_text(data: &[u8]) -> Str {
    Str::from_bytes(data.to_vec())
}

const METHODS: &[&str] = &["Get", "GetBytes", "Lines", "Glob", "AsConfig", "AsSecrets"];

impl Object for Files {
    fn type_name(&self) -> String {
        "engine.files".into()
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    /// Any name but a method's is a key of the map; one that is absent has Go's zero value.
    fn field(&self, name: &str) -> Option<Value> {
        if METHODS.contains(&name) {
            return None;
        }
        Some(Value::Bytes(self.get(name.as_bytes()).cloned().unwrap_or_else(|| Arc::from([]))))
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let value = match (name, arguments) {
            ("Get", [Value::Str(file)]) => Value::Str(self.get(file.as_bytes()).map(|data| as_text(data)).unwrap_or_default()),
            ("GetBytes", [Value::Str(file)]) => Value::Bytes(self.get(file.as_bytes()).cloned().unwrap_or_else(|| Arc::from([]))),
            ("Lines", [Value::Str(file)]) => self.lines(file),
            ("Glob", [Value::Str(pattern)]) => self.glob(pattern),
            ("AsConfig", []) => self.as_yaml(as_text),
            ("AsSecrets", []) => self.as_yaml(|data| STANDARD.encode(data).into()),
            ("Get" | "GetBytes" | "Lines" | "Glob", [other]) => {
                return Some(Err(format!("wrong type for value; expected string; got {}", other.type_name())));
            }
            ("Get" | "GetBytes" | "Lines" | "Glob", _) => {
                return Some(Err(format!("wrong number of args for {name}: want 1 got {}", arguments.len())));
            }
            ("AsConfig" | "AsSecrets", _) => {
                return Some(Err(format!("wrong number of args for {name}: want 0 got {}", arguments.len())));
            }
            _ => return None,
        };
        Some(Ok(value))
    }

    fn display(&self) -> String {
        crate::value::display(&self.json())
    }

    fn json(&self) -> Value {
        Value::Map(self.0.iter().map(|(name, data)| (name.clone(), Value::Bytes(Arc::clone(data)))).collect())
    }

    fn truth(&self) -> bool {
        !self.0.is_empty()
    }

    fn range(&self) -> Option<Vec<(Value, Value)>> {
        Some(self.0.iter().map(|(name, data)| (Value::Str(name.clone()), Value::Bytes(Arc::clone(data)))).collect())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
