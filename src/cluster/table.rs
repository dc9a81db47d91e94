//! Objects as tables: columns and cells that the server chooses for people to read.

use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::kinds::Kind;
use super::path;
use crate::manifest::ObjectId;
use serde::Deserialize;
use serde_json::Value;

/// Servers before the table came answer with the object itself, which is not asked for here.
const AS_TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

/// Objects of one kind as the server shows them to people: `kubectl get`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Table {
    /// The columns.
    pub column_definitions: Vec<Column>,
    /// A row an object.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The type of its cells.
    #[serde(rename = "type")]
    pub kind: String,
    /// What they mean: `name` for the objects' names.
    pub format: String,
    /// What it says.
    pub description: String,
    /// 0 for what is always shown, more for what is shown only where there is room.
    pub priority: i64,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Its cells: texts, numbers, truth values, or nothing.
    pub cells: Vec<Value>,
}

impl Cluster {
    /// Returns an object as a table of one row, or nothing where there is none.
    ///
    /// # Errors
    /// The kind is not known, or the server does not tell.
    pub async fn table(&self, id: &ObjectId) -> Result<Option<Table>, Error> {
        let (kind, id) = self.locate(id).await?;
        let call = as_table(path::object(&kind, id.namespace.as_deref(), &id.name), format!("reading {id}"));
        match self.send(&call).await {
            Ok(answer) => answer.json(&call.doing).map(Some),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the objects of a namespace that have labels (`app=web,tier=a`) as a table.
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn table_of(&self, kind: &Kind, namespace: &str, labels: &str) -> Result<Table, Error> {
        let path = path::with_query(path::collection(kind, Some(namespace)), &[("labelSelector", labels), ("includeObject", "None")]);
        let call = as_table(path, format!("listing {} in {namespace}", kind.plural));
        self.send(&call).await?.json(&call.doing)
    }

    /// Returns the objects of a namespace that have labels as the list that the server writes (`PodList`), whose items say of which
    /// kind they are.
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn list_object(&self, kind: &Kind, namespace: &str, labels: &str) -> Result<Value, Error> {
        let path = path::with_query(path::collection(kind, Some(namespace)), &[("labelSelector", labels)]);
        let call = Call::get(path, format!("listing {} in {namespace}", kind.plural));
        let mut list: Value = self.send(&call).await?.json(&call.doing)?;
        for item in list.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten() {
            item["apiVersion"] = Value::from(kind.api_version.as_str());
            item["kind"] = Value::from(kind.kind.as_str());
        }
        Ok(list)
    }
}

fn as_table(path: String, doing: String) -> Call {
    Call { accept: AS_TABLE, ..Call::get(path, doing) }
}
