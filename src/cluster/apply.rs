//! Writing whole objects: server-side apply, create, replace.

use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::kinds::Kind;
use super::path;
use super::refusal::RefusalKind;
use super::retry::{self, Repeat};
use crate::manifest::ObjectId;
use bytes::Bytes;
use http::Method;
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;

/// The field manager of everything that we write: Helm's, so that its releases and ours own the same fields.
pub const FIELD_MANAGER: &str = "helm";

/// How an object is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApplyOptions {
    /// Take fields from their managers instead of failing on a conflict.
    pub force: bool,
    /// Let the server check everything and change nothing.
    pub dry_run: bool,
    /// Let fields that the kind does not have pass with a warning instead of refusing them.
    pub lenient: bool,
}

/// What the server made of an object that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The object as it lives now (or would).
    pub object: Value,
    /// The server's warnings.
    pub warnings: Vec<String>,
    /// Whether there was no such object before.
    pub is_new: bool,
}

impl Cluster {
    /// Applies an object server-side: it becomes what it says in the fields that it names, whether it existed or not.
    ///
    /// # Errors
    /// [`Error::Refused`] with a conflict where another manager owns a field that differs, and every other refusal.
    pub async fn apply(&self, object: &Value, options: &ApplyOptions) -> Result<Applied, Error> {
        let id = identify(object)?;
        let (kind, id) = self.locate(&id).await?;
        let force = if options.force { "true" } else { "" };
        let doing = format!("{} {id}", if options.dry_run { "trying" } else { "applying" });
        self.write(WriteCall {
            method: Method::PATCH,
            path: path::object(&kind, id.namespace.as_deref(), &id.name),
            content_type: "application/apply-patch+yaml",
            object,
            query: [("force", force)],
            repeat: Repeat::Harmless,
            doing,
            options,
        })
        .await
    }

    /// Creates an object; one with `generateName` gets its name from the server.
    ///
    /// # Errors
    /// [`Error::Refused`] with `AlreadyExists`, and every other refusal.
    pub async fn create(&self, object: &Value, options: &ApplyOptions) -> Result<Applied, Error> {
        let (kind, namespace) = self.place(object).await?;
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
        let name = text("/metadata/name").or_else(|| text("/metadata/generateName")).ok_or(Error::Nameless { missing: "metadata.name" })?;
        let doing = format!("creating {}", describe(&kind, namespace.as_deref(), name));
        self.write(WriteCall {
            method: Method::POST,
            path: path::collection(&kind, namespace.as_deref()),
            content_type: "application/json",
            object,
            query: [("", "")],
            repeat: if options.dry_run { Repeat::Harmless } else { Repeat::Harmful },
            doing,
            options,
        })
        .await
    }

    /// Creates an object by its name, and finds out whether it was made where an answer got lost: then the object is looked at, and
    /// counts as made if it holds everything that was sent. Two that create different objects of one name are still told apart.
    ///
    /// # Errors
    /// As [`Cluster::create`].
    pub async fn create_surely(&self, object: &Value) -> Result<Applied, Error> {
        let id = identify(object)?;
        let begun = Instant::now();
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.create(object, &ApplyOptions::default()).await {
                Ok(applied) => return Ok(applied),
                Err(error) => error,
            };
            let is_unclear = retry::is_unclear(&error);
            let may_be_ours = is_unclear || (tries > 1 && is_kind(&error, &RefusalKind::AlreadyExists));
            if may_be_ours
                && let Some(live) = self.get(&id).await?
                && holds(&live, object)
            {
                return Ok(Applied { object: live, is_new: true, warnings: Vec::new() });
            }
            if !is_unclear {
                return Err(error);
            }
            // What is unclear is worth as many tries as what is harmless.
            let Some(pause) = self.inner.limits.retry.pause(&error, Repeat::Harmless, tries, begun.elapsed(), 0) else {
                return Err(error);
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Replaces an object whole; with a `resourceVersion` only if it has not changed since. Where an answer got lost, it is found out
    /// whether the object was replaced.
    ///
    /// # Errors
    /// [`Error::Refused`] with `NotFound`, `Outdated` or `Immutable`, and every other refusal.
    pub async fn replace(&self, object: &Value, options: &ApplyOptions) -> Result<Applied, Error> {
        let begun = Instant::now();
        let version = object.pointer("/metadata/resourceVersion").and_then(Value::as_str);
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.replace_once(object, version, options).await {
                Ok(applied) => return Ok(applied),
                Err(error) => error,
            };
            let (Some(version), true) = (version, retry::is_unclear(&error)) else { return Err(error) };
            let Some(live) = self.get(&identify(object)?).await? else { return Err(error) };
            if live.pointer("/metadata/resourceVersion").and_then(Value::as_str) != Some(version) {
                let mut sent = object.clone();
                sent["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"].clone();
                return if holds(&live, &sent) { Ok(Applied { object: live, is_new: false, warnings: Vec::new() }) } else { Err(error) };
            }
            let Some(pause) = self.inner.limits.retry.pause(&error, Repeat::Harmless, tries, begun.elapsed(), 0) else {
                return Err(error);
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn replace_once(&self, object: &Value, version: Option<&str>, options: &ApplyOptions) -> Result<Applied, Error> {
        let (kind, id) = self.locate(&identify(object)?).await?;
        self.write(WriteCall {
            method: Method::PUT,
            path: path::object(&kind, id.namespace.as_deref(), &id.name),
            content_type: "application/json",
            object,
            query: [("", "")],
            // Without a version to be met the second time gives the same object.
            repeat: if options.dry_run || version.is_none() { Repeat::Harmless } else { Repeat::Harmful },
            doing: format!("replacing {id}"),
            options,
        })
        .await
    }

    async fn write(&self, write: WriteCall<'_>) -> Result<Applied, Error> {
        let query = [
            ("fieldManager", FIELD_MANAGER),
            write.query[0],
            ("dryRun", if write.options.dry_run { "All" } else { "" }),
            ("fieldValidation", if write.options.lenient { "Warn" } else { "Strict" }),
        ];
        let body =
            serde_json::to_vec(write.object).map_err(|error| Error::Answer { doing: write.doing.clone(), reason: error.to_string() })?;
        let call = Call {
            method: write.method,
            path: path::with_query(write.path, &query),
            body: Some((write.content_type, Bytes::from(body))),
            accept: "application/json",
            repeat: write.repeat,
            doing: write.doing,
        };
        let answer = self.send(&call).await?;
        Ok(Applied { object: answer.json(&call.doing)?, is_new: answer.code == 201, warnings: answer.warnings })
    }

    async fn place(&self, object: &Value) -> Result<(Arc<Kind>, Option<String>), Error> {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        let api_version = text("/apiVersion").ok_or(Error::Nameless { missing: "apiVersion" })?;
        let kind = text("/kind").ok_or(Error::Nameless { missing: "kind" })?;
        let kind = self.kind(api_version, kind).await?;
        let namespace = kind.namespaced.then(|| text("/metadata/namespace").unwrap_or(self.namespace()).to_owned());
        Ok((kind, namespace))
    }
}

struct WriteCall<'a> {
    method: Method,
    path: String,
    content_type: &'static str,
    object: &'a Value,
    query: [(&'static str, &'static str); 1],
    repeat: Repeat,
    doing: String,
    options: &'a ApplyOptions,
}

/// Returns the identity of an object, or which of its parts is missing.
pub(super) fn identify(object: &Value) -> Result<ObjectId, Error> {
    ObjectId::of(object).ok_or_else(|| {
        let lacks = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).is_none();
        let missing = if lacks("/apiVersion") {
            "apiVersion"
        } else if lacks("/kind") {
            "kind"
        } else {
            "metadata.name"
        };
        Error::Nameless { missing }
    })
}

/// Says whether a live object holds everything that was sent. `stringData` is never answered, and is passed over.
fn holds(live: &Value, sent: &Value) -> bool {
    match (live, sent) {
        (Value::Object(live), Value::Object(sent)) => {
            sent.iter().all(|(key, sent)| key == "stringData" || live.get(key).is_some_and(|live| holds(live, sent)))
        }
        (live, sent) => live == sent,
    }
}

fn is_kind(error: &Error, kind: &RefusalKind) -> bool {
    error.refusal().is_some_and(|refusal| refusal.kind == *kind)
}

fn describe(kind: &Kind, namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{}/{namespace}/{name}", kind.kind),
        None => format!("{}/{name}", kind.kind),
    }
}
