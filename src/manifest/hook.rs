//! Documents that run at a moment of a release's life.

use super::Document;
use std::fmt;

/// A moment at which hooks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HookEvent {
    /// Before the objects of a new release are made.
    PreInstall,
    /// After they are made (and, if waited for, ready).
    PostInstall,
    /// Before the objects of a release are removed.
    PreDelete,
    /// After they are removed.
    PostDelete,
    /// Before an upgrade.
    PreUpgrade,
    /// After an upgrade.
    PostUpgrade,
    /// Before a rollback.
    PreRollback,
    /// After a rollback.
    PostRollback,
    /// On request.
    Test,
}

impl HookEvent {
    /// All events.
    pub const ALL: [HookEvent; 9] = [
        HookEvent::PreInstall,
        HookEvent::PostInstall,
        HookEvent::PreDelete,
        HookEvent::PostDelete,
        HookEvent::PreUpgrade,
        HookEvent::PostUpgrade,
        HookEvent::PreRollback,
        HookEvent::PostRollback,
        HookEvent::Test,
    ];

    /// Returns the event's name as annotations and release records write it.
    pub fn name(self) -> &'static str {
        match self {
            HookEvent::PreInstall => "pre-install",
            HookEvent::PostInstall => "post-install",
            HookEvent::PreDelete => "pre-delete",
            HookEvent::PostDelete => "post-delete",
            HookEvent::PreUpgrade => "pre-upgrade",
            HookEvent::PostUpgrade => "post-upgrade",
            HookEvent::PreRollback => "pre-rollback",
            HookEvent::PostRollback => "post-rollback",
            HookEvent::Test => "test",
        }
    }

    /// Returns the event of that name; `test-success` is Helm 2's name of `test`.
    pub fn parse(name: &str) -> Option<HookEvent> {
        if name == "test-success" {
            return Some(HookEvent::Test);
        }
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

impl fmt::Display for HookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A document that runs at certain events instead of being part of the release's objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The document.
    pub document: Document,
    /// When it runs.
    pub events: Vec<HookEvent>,
    /// Its place among the hooks of one event: lower runs first.
    pub weight: i64,
    /// When its object is deleted: `hook-succeeded`, `hook-failed`, `before-hook-creation`; others are kept unread.
    pub delete_policies: Vec<String>,
    /// When its log is shown: `hook-succeeded`, `hook-failed`.
    pub output_log_policies: Vec<String>,
}

/// The delete policy of a hook that names none: what an earlier run left is deleted first.
pub const BEFORE_CREATION: &str = "before-hook-creation";

impl Hook {
    /// Says whether what an earlier run of it left is deleted first. So it is where it has no delete policy at all.
    pub fn is_deleted_before_creation(&self) -> bool {
        self.delete_policies.is_empty() || self.delete_policies.iter().any(|policy| policy == BEFORE_CREATION)
    }
}

const EVENTS: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";
const OUTPUT_LOG_POLICY: &str = "helm.sh/hook-output-log-policy";

/// What a document turns out to be.
pub(super) enum Role {
    /// An object of the release.
    Object(Document),
    /// A hook.
    Hook(Box<Hook>),
    /// A hook with an event that nobody knows: it is neither. The annotation's text.
    Unknown(String),
}

/// Says what a document is by its annotations.
pub(super) fn role(document: Document) -> Role {
    let Some(names) = document.head.annotations.get(EVENTS) else { return Role::Object(document) };
    let events: Option<Vec<HookEvent>> = words(names).iter().map(|name| HookEvent::parse(name)).collect();
    let Some(events) = events else { return Role::Unknown(names.clone()) };
    let annotation = |name: &str| document.head.annotations.get(name);
    Role::Hook(Box::new(Hook {
        events,
        weight: annotation(WEIGHT).and_then(|weight| weight.parse().ok()).unwrap_or(0),
        delete_policies: annotation(DELETE_POLICY).map(|policies| words(policies)).unwrap_or_default(),
        output_log_policies: annotation(OUTPUT_LOG_POLICY).map(|policies| words(policies)).unwrap_or_default(),
        document,
    }))
}

/// Splits an annotation at commas.
fn words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_lowercase()).collect()
}
