//! The few fields of a document that say what it is.

use super::ObjectId;
use crate::value::{Fields, Map, Mismatch, StructType, Value, scalar_text};
use std::collections::BTreeMap;

/// What a document says about itself. Every field is empty where the document has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.annotations`; numbers and booleans as text, null as "".
    pub annotations: BTreeMap<String, String>,
    /// `metadata.labels`, of which Helm takes no notice: what is no scalar is left out.
    pub labels: BTreeMap<String, String>,
}

const HEAD: StructType = StructType { name: "SimpleHead", full: "util.SimpleHead" };
const METADATA: StructType = StructType {
    name: "",
    full: "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }",
};

impl Head {
    /// The entries of a document that make its head.
    pub(super) const ENTRIES: [&'static str; 3] = ["apiVersion", "kind", "metadata"];

    /// Reads the head of a document, as Helm's `SimpleHead` is read.
    ///
    /// # Errors
    /// A field that has the wrong type.
    pub fn of(document: &Value) -> Result<Head, Mismatch> {
        let fields = Fields::of(document, HEAD)?;
        let mut head = Head {
            api_version: fields.text("apiVersion").unwrap_or_default(),
            kind: fields.text("kind").unwrap_or_default(),
            ..Head::default()
        };
        if let Some(metadata) = fields.structure("metadata", METADATA) {
            head.annotations = metadata.text_map("annotations").unwrap_or_default().into_iter().collect();
            head.name = metadata.text("name").unwrap_or_default();
            head.namespace = metadata.value("namespace").as_ref().and_then(scalar_text).unwrap_or_default();
            head.labels = metadata.value("labels").as_ref().and_then(Value::as_map).map(labels).unwrap_or_default();
            fields.adopt("metadata", metadata);
        }
        fields.finish()?;
        Ok(head)
    }

    /// Returns the identity of the object, or `None` where a part of it is missing.
    pub fn id(&self) -> Option<ObjectId> {
        let missing = self.api_version.is_empty() || self.kind.is_empty() || self.name.is_empty();
        (!missing).then(|| ObjectId {
            api_version: self.api_version.clone(),
            kind: self.kind.clone(),
            namespace: Some(self.namespace.clone()).filter(|namespace| !namespace.is_empty()),
            name: self.name.clone(),
        })
    }
}

fn labels(map: &Map) -> BTreeMap<String, String> {
    map.read(|entries| entries.iter().filter_map(|entry| Some((entry.key.to_string(), scalar_text(&entry.value)?))).collect())
}
