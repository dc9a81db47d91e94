//! The API server's "no", read into what a program can decide by.

use super::typed_patch::typed_patch_errors;
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// Why the API server refused a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// The HTTP status code.
    pub code: u16,
    /// The server's one-word reason; may be empty.
    pub reason: String,
    /// The server's whole sentence.
    pub message: String,
    /// How long the server asks to wait before the next try.
    pub retry_after: Option<Duration>,
}

/// What kind of refusal it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The server does not know who asks.
    Unauthorized,
    /// Who asks may not do this.
    Forbidden,
    /// Who asks may, but a rule of the cluster forbids it: a quota, pod security, a webhook.
    NotAdmitted,
    /// Nothing can be made in the namespace, for it is being deleted.
    NamespaceTerminating,
    /// The object, or its namespace, or its kind does not exist.
    NotFound,
    /// An object of this name exists.
    AlreadyExists,
    /// Other field managers own fields that were to be set.
    Conflict(Vec<FieldConflict>),
    /// The object has changed since it was read.
    Outdated,
    /// Fields have values that the server does not accept.
    Invalid(Vec<FieldError>),
    /// Fields that cannot change after creation were to be changed.
    Immutable(Vec<FieldError>),
    /// The request is malformed; a field that the kind does not have, for one.
    BadRequest,
    /// The kind of patch is not known to the server.
    UnsupportedMediaType,
    /// The server is busy.
    TooManyRequests,
    /// The list or watch goes on from a point that the server has forgotten.
    Expired,
    /// The server, or something that it asks, does not work at the moment.
    Unavailable,
    /// Something else.
    Other,
}

/// A field that another manager owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldConflict {
    /// The manager that owns the field; empty where the server's text does not tell.
    pub manager: String,
    /// The field, as `.spec.replicas`.
    pub field: String,
    /// The server's words: `conflict with "kubectl" using apps/v1`.
    pub message: String,
}

/// A field whose value the server does not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as `spec.replicas`; may be empty.
    pub field: String,
    /// The server's one-word reason: `FieldValueInvalid`.
    pub reason: String,
    /// The server's sentence.
    pub message: String,
}

impl Refusal {
    /// Reads the body of an answer whose status is not a success; a body that is no `Status` becomes the message.
    pub fn read(code: u16, retry_after: Option<Duration>, body: &[u8]) -> Refusal {
        let status = serde_json::from_slice::<RawStatus>(body).ok().filter(|status| status.kind.as_deref() == Some("Status"));
        let status = status.unwrap_or_else(|| RawStatus { message: Some(plain_message(code, body)), ..RawStatus::default() });
        let details = status.details.unwrap_or_default();
        let reason = status.reason.unwrap_or_default();
        let message = status.message.unwrap_or_default();
        let kind = kind_of(code, &reason, &message, details.causes.unwrap_or_default());
        let retry_after = retry_after.or(details.retry_after_seconds.map(Duration::from_secs));
        Refusal { kind, code, reason, message, retry_after }
    }

    /// Says whether the object (or its namespace, or kind) does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind == RefusalKind::NotFound
    }

    /// Says whether other field managers own what was to be set.
    pub fn is_conflict(&self) -> bool {
        matches!(self.kind, RefusalKind::Conflict(_))
    }

    /// Says whether the request lost a race about a ResourceQuota; it was not processed and may be sent again.
    ///
    /// Rule: helm pkg/kube/client.go (`isResourceQuotaConflict`).
    pub fn is_quota_race(&self) -> bool {
        self.code == 409
            && self.message.contains("Operation cannot be fulfilled on resourcequotas")
            && self.message.contains("the object has been modified")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() { write!(f, "the server answered {} {}", self.code, self.reason) } else { f.write_str(&self.message) }
    }
}

impl std::error::Error for Refusal {}

fn kind_of(code: u16, reason: &str, message: &str, causes: Vec<RawCause>) -> RefusalKind {
    match (code, reason) {
        (_, "AlreadyExists") => RefusalKind::AlreadyExists,
        (_, "Expired" | "Gone") | (410, _) => RefusalKind::Expired,
        (401, _) => RefusalKind::Unauthorized,
        (403, _) => forbidden(message, &causes),
        (404, _) => RefusalKind::NotFound,
        (409, _) => conflict(causes),
        (415, _) => RefusalKind::UnsupportedMediaType,
        (422, _) => invalid(message, causes),
        (429, _) => RefusalKind::TooManyRequests,
        (400, _) => RefusalKind::BadRequest,
        (500, _) => typed_patch_errors(message).map_or(RefusalKind::Unavailable, RefusalKind::Invalid),
        (501..=599, _) => RefusalKind::Unavailable,
        _ => RefusalKind::Other,
    }
}

/// The authorizer writes `User "x" cannot get resource "y"…`; admission answers with the same code and reason.
fn forbidden(message: &str, causes: &[RawCause]) -> RefusalKind {
    if causes.iter().any(|cause| cause.reason.as_deref() == Some("NamespaceTerminating")) {
        RefusalKind::NamespaceTerminating
    } else if message.contains(" cannot ") || !message.contains(" is forbidden: ") && !message.starts_with("admission webhook") {
        RefusalKind::Forbidden
    } else {
        RefusalKind::NotAdmitted
    }
}

fn conflict(causes: Vec<RawCause>) -> RefusalKind {
    let owned: Vec<FieldConflict> = causes
        .into_iter()
        .filter(|cause| cause.reason.as_deref() == Some("FieldManagerConflict"))
        .map(|cause| {
            let message = cause.message.unwrap_or_default();
            let manager = message.split('"').nth(1).unwrap_or_default().to_owned();
            FieldConflict { manager, field: cause.field.unwrap_or_default(), message }
        })
        .collect();
    if owned.is_empty() { RefusalKind::Outdated } else { RefusalKind::Conflict(owned) }
}

fn invalid(message: &str, causes: Vec<RawCause>) -> RefusalKind {
    let errors: Vec<FieldError> = causes
        .into_iter()
        .map(|cause| FieldError {
            field: cause.field.unwrap_or_default(),
            reason: cause.reason.unwrap_or_default(),
            message: cause.message.unwrap_or_default(),
        })
        .collect();
    let is_immutable = speaks_of_immutability(message) || errors.iter().any(|error| speaks_of_immutability(&error.message));
    if is_immutable { RefusalKind::Immutable(errors) } else { RefusalKind::Invalid(errors) }
}

/// The API has no reason of its own for a field that cannot change: its validators say it in words, in these.
fn speaks_of_immutability(message: &str) -> bool {
    [
        "field is immutable",
        "is immutable",
        "may not be changed",
        "may not change once set",
        "pod updates may not change fields other than",
        "updates to statefulset spec for fields other than",
        "cannot change roleRef",
    ]
    .iter()
    .any(|words| message.contains(words))
}

fn plain_message(code: u16, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.is_empty() { format!("the server answered {code}") } else { line.chars().take(300).collect() }
}

#[derive(Default, Deserialize)]
struct RawStatus {
    kind: Option<String>,
    reason: Option<String>,
    message: Option<String>,
    details: Option<RawDetails>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawDetails {
    causes: Option<Vec<RawCause>>,
    retry_after_seconds: Option<u64>,
}

#[derive(Deserialize)]
struct RawCause {
    reason: Option<String>,
    message: Option<String>,
    field: Option<String>,
}
