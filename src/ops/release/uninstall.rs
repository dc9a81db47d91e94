//! Removes releases, as `helm uninstall`.

use super::carry_out::{Intent, carry_out, history, means};
use super::held::Held;
use super::request::{Listener, ReleaseOptions, ReleaseWork};
use super::session::ReleaseSession;
use super::words::refused;
use crate::diag::Diagnostics;
use crate::execute::{Event, EventKind};
use crate::manifest::{Document, KindOrder, ObjectId, parse_stored, sort_by_kind};
use crate::ops::release_name;
use crate::plan::{Action, Code, Finding, Plan};
use crate::release::{Entry, History, Record, Status};
use std::fmt::Write as _;

/// What to remove.
pub struct UninstallRequest {
    /// How.
    pub options: ReleaseOptions,
    /// Whether a release that is not there is as good as removed.
    pub ignore_not_found: bool,
    /// Whether nothing is done.
    pub dry_run: bool,
}

/// Removes a release, and returns what to tell of objects that stay: nothing where none do.
///
/// Rule: Helm 4.3.1 pkg/action/uninstall.go.
///
/// # Errors
/// In Helm's words where Helm has some: there is no such release, the removal fails.
pub async fn release_uninstall(
    work: &ReleaseWork,
    name: &str,
    request: &UninstallRequest,
    listener: &mut dyn Listener,
) -> Result<String, Diagnostics> {
    let session = ReleaseSession::open(&work.connect, &work.variables).await?;
    if request.dry_run {
        return match last(&history(&session, name).await?)? {
            Some(record) => Ok(staying(&kept_by_manifest(&record)?, &[])),
            None if request.ignore_not_found => Ok(String::new()),
            None => Err(refused("release: not found")),
        };
    }
    release_name::check(name).map_err(|_| refused(format!("uninstall: Release name is invalid: {name}")))?;
    let held = Held::take(work, &session, name).await?;
    let removed = uninstall(work, &session, name, request, listener).await;
    held.give_back().await;
    removed
}

async fn uninstall(
    work: &ReleaseWork,
    session: &ReleaseSession,
    name: &str,
    request: &UninstallRequest,
    listener: &mut dyn Listener,
) -> Result<String, Diagnostics> {
    let history = history(session, name).await?;
    let Some(record) = last(&history)? else {
        if request.ignore_not_found {
            return Ok(String::new());
        }
        return Err(refused(format!("uninstall: Release not loaded: {name}: release: not found")));
    };
    let is_gone = record.info.status == Status::Uninstalled;
    if is_gone && request.options.removal.keep_history {
        return Err(refused(format!("the release named {name:?} is already deleted")));
    }
    let options = &request.options;
    let intent = Intent { name, action: Action::Remove, desired: None, restore: None, history, options };
    let mut staying = Staying { listener, kept: Vec::new(), not_owned: Vec::new() };
    carry_out(intent.plan(session.cluster.namespace())?, means(work, session)?, &mut staying).await?;
    if is_gone {
        return Ok(String::new());
    }
    let mut kept = kept_by_manifest(&record)?;
    let Staying { kept: also, not_owned, .. } = staying;
    for line in also.iter().map(line) {
        if !kept.contains(&line) {
            kept.push(line);
        }
    }
    Ok(self::staying(&kept, &not_owned.iter().map(line).collect::<Vec<_>>()))
}

fn last(history: &History) -> Result<Option<Record>, Diagnostics> {
    history.last().map(Entry::record).transpose().map_err(|error| error.diagnostic().into())
}

/// Hands everything on, and keeps which objects stay.
struct Staying<'a> {
    listener: &'a mut dyn Listener,
    kept: Vec<ObjectId>,
    not_owned: Vec<ObjectId>,
}

impl Listener for Staying<'_> {
    fn notice(&mut self, line: &str) {
        self.listener.notice(line);
    }

    fn line(&mut self, line: &str) {
        self.listener.line(line);
    }

    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Kept(id) => self.kept.push(id.clone()),
            EventKind::NotOwned(id) => self.not_owned.push(id.clone()),
            _ => self.listener.event(event),
        }
    }

    fn findings(&mut self, plan: &Plan, findings: &[Finding], allowed: &[Code]) {
        self.listener.findings(plan, findings, allowed);
    }
}

/// Returns a line for each object whose manifest asks to be kept, in the order of removal.
///
/// Rule: Helm 4.3.1 pkg/action/resource_policy.go.
fn kept_by_manifest(record: &Record) -> Result<Vec<String>, Diagnostics> {
    let mut documents = parse_stored(&record.manifest).map_err(|error| error.diagnostic())?;
    sort_by_kind(&mut documents, KindOrder::Uninstall, |document| document.head.kind.as_str());
    let is_kept = |document: &&Document| {
        document.head.annotations.get("helm.sh/resource-policy").is_some_and(|policy| policy.trim().eq_ignore_ascii_case("keep"))
    };
    Ok(documents.iter().filter(is_kept).map(|document| format!("[{}] {}", document.head.kind, document.head.name)).collect())
}

fn line(id: &ObjectId) -> String {
    format!("[{}] {}", id.kind, id.name)
}

/// Returns Helm's words about objects that stay.
fn staying(kept: &[String], not_owned: &[String]) -> String {
    let mut text = String::new();
    if !kept.is_empty() {
        text.push_str("These resources were kept due to the resource policy:\n");
        kept.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
    if !not_owned.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        let count = not_owned.len();
        let _ = writeln!(text, "{count} resource(s) were not deleted because they are not owned by this release:");
        not_owned.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
    text
}
