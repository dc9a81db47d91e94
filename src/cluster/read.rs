//! Reading objects.

use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::kinds::Kind;
use super::path;
use crate::manifest::ObjectId;
use serde::Deserialize;
use serde_json::Value;

/// So many objects come with one answer of a list.
const PAGE: usize = 500;

/// Which objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOptions<'a> {
    /// The namespace; none for all of them, or for kinds without.
    pub namespace: Option<&'a str>,
    /// A label selector; may be empty.
    pub labels: &'a str,
    /// A field selector; may be empty.
    pub fields: &'a str,
    /// How many come with one answer.
    pub page: usize,
}

impl Default for ListOptions<'_> {
    fn default() -> Self {
        ListOptions { namespace: None, labels: "", fields: "", page: PAGE }
    }
}

impl Cluster {
    /// Returns a live object, or nothing where there is none.
    ///
    /// # Errors
    /// The kind is not known, or the server does not tell.
    pub async fn get(&self, id: &ObjectId) -> Result<Option<Value>, Error> {
        let (kind, id) = self.locate(id).await?;
        let doing = format!("reading {id}");
        match self.send(&Call::get(path::object(&kind, id.namespace.as_deref(), &id.name), doing.clone())).await {
            Ok(answer) => answer.json(&doing).map(Some),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the live objects of a kind, each with its `apiVersion` and `kind`.
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn list(&self, kind: &Kind, options: &ListOptions<'_>) -> Result<Vec<Value>, Error> {
        let mut objects = Vec::new();
        self.list_pages(kind, options, |page| {
            let page: Page = serde_json::from_slice(page)?;
            for mut object in page.items {
                // Items of a list say neither.
                object["apiVersion"] = Value::from(kind.api_version.as_str());
                object["kind"] = Value::from(kind.kind.as_str());
                objects.push(object);
            }
            Ok(())
        })
        .await?;
        Ok(objects)
    }

    /// Hands each page of a list to `read`, undecoded.
    pub(super) async fn list_pages(
        &self,
        kind: &Kind,
        options: &ListOptions<'_>,
        mut read: impl FnMut(&[u8]) -> Result<(), serde_json::Error>,
    ) -> Result<(), Error> {
        let doing = match options.namespace.filter(|_| kind.namespaced) {
            Some(namespace) => format!("listing {} in {namespace}", kind.plural),
            None => format!("listing {}", kind.plural),
        };
        let collection = path::collection(kind, options.namespace);
        let limit = options.page.to_string();
        let mut next = String::new();
        loop {
            let query = [("labelSelector", options.labels), ("fieldSelector", options.fields), ("limit", &limit), ("continue", &next)];
            let answer = self.send(&Call::get(path::with_query(collection.clone(), &query), doing.clone())).await?;
            let unreadable = |error: serde_json::Error| Error::Answer { doing: doing.clone(), reason: error.to_string() };
            read(&answer.body).map_err(unreadable)?;
            next = serde_json::from_slice::<Cursor>(&answer.body).map_err(unreadable)?.metadata.next.unwrap_or_default();
            if next.is_empty() {
                return Ok(());
            }
        }
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    items: Vec<Value>,
}

#[derive(Deserialize)]
struct Cursor {
    #[serde(default)]
    metadata: CursorMetadata,
}

#[derive(Default, Deserialize)]
struct CursorMetadata {
    #[serde(rename = "continue")]
    next: Option<String>,
}
