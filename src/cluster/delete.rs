//! Deleting objects.

use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::path;
use super::retry::Repeat;
use crate::manifest::ObjectId;
use bytes::Bytes;
use http::Method;
use serde_json::json;

/// What becomes of the objects that a deleted one owns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted after it. Helm's default.
    #[default]
    Background,
    /// They are deleted before it.
    Foreground,
    /// They stay.
    Orphan,
}

impl Propagation {
    fn as_str(self) -> &'static str {
        match self {
            Propagation::Background => "Background",
            Propagation::Foreground => "Foreground",
            Propagation::Orphan => "Orphan",
        }
    }
}

impl Cluster {
    /// Asks for the deletion of an object, and returns whether it was there. With finalizers or foreground propagation it is gone
    /// only later: see [`super::Watch::settle`].
    ///
    /// # Errors
    /// The server refuses.
    pub async fn delete(&self, id: &ObjectId, propagation: Propagation) -> Result<bool, Error> {
        let (kind, id) = self.locate(id).await?;
        let options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation.as_str()});
        let call = Call {
            method: Method::DELETE,
            path: path::object(&kind, id.namespace.as_deref(), &id.name),
            body: Some(("application/json", Bytes::from(options.to_string()))),
            accept: "application/json",
            repeat: Repeat::Harmless,
            doing: format!("deleting {id}"),
        };
        match self.send(&call).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}
