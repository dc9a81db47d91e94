//! Prints the revisions of a stack.

use super::words::{count, table};
use crate::ops::StackHistory;
use crate::revision::{Author, Commit, LeaseState, Operation, ReleaseEntry, RunState, StackRevision, Step, StepResult};
use serde_json::json;
use std::io::{self, Write};

/// Letters of a commit's id that are shown.
const SHORT_ID: usize = 10;

/// Writes a row a revision, the newest last.
///
/// # Errors
/// What the stream says.
pub fn write_history(out: &mut dyn Write, history: &StackHistory) -> io::Result<()> {
    if history.revisions.is_empty() {
        return writeln!(out, "Stack {} has no revisions in namespace {}.", history.stack, history.stack.namespace);
    }
    let mut rows = vec![["REVISION", "STARTED", "OPERATION", "RESULT", "BY", "COMMIT", "RELEASES"].map(str::to_owned).to_vec()];
    for revision in &history.revisions {
        rows.push(vec![
            revision.number.to_string(),
            started(revision),
            operation(revision.operation),
            result(revision, history.lock.as_ref()),
            author(&revision.author),
            revision.commit.as_ref().map(commit).unwrap_or_default(),
            changes(revision),
        ]);
    }
    write!(out, "{}", table(&rows))?;
    match &history.lock {
        Some(lock) => writeln!(out, "{}", lock_words(lock)),
        None => Ok(()),
    }
}

/// Writes what one revision did with each release.
///
/// # Errors
/// What the stream says.
pub fn write_revision(out: &mut dyn Write, revision: &StackRevision) -> io::Result<()> {
    writeln!(out, "revision {} of stack {} ({})", revision.number, revision.stack, revision.environment)?;
    writeln!(out, "{}, {}, started {}", operation(revision.operation), revision.state.word(), started(revision))?;
    writeln!(out, "by {}", author(&revision.author))?;
    if let Some(commit) = &revision.commit {
        writeln!(out, "commit {}", self::commit(commit))?;
    }
    let mut rows = vec![["RELEASE", "NAMESPACE", "ACTION", "RESULT", "BEFORE", "AFTER", "CHART"].map(str::to_owned).to_vec()];
    for entry in &revision.releases {
        let number =
            |deployed: &Option<crate::revision::Deployed>| deployed.as_ref().map(|found| found.revision.to_string()).unwrap_or_default();
        rows.push(vec![
            entry.key.name.clone(),
            entry.key.namespace.clone(),
            step(entry.step).to_owned(),
            step_result(entry).to_owned(),
            number(&entry.before),
            number(&entry.after),
            entry.chart.clone(),
        ]);
    }
    write!(out, "\n{}", table(&rows))?;
    for entry in revision.releases.iter().filter(|entry| entry.reason.is_some()) {
        writeln!(out, "{}: {}", entry.key.name, entry.reason.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

/// Writes the revisions as one JSON document: `{"stack", "environment", "namespace", "lock", "revisions": […]}`, each revision as
/// it is stored.
///
/// # Errors
/// What the stream says.
pub fn write_history_json(out: &mut dyn Write, history: &StackHistory) -> io::Result<()> {
    let lock = history.lock.as_ref().map(|lock| json!({"holder": lock.holder, "since": lock.since}));
    let document = json!({
        "stack": history.stack.name,
        "environment": history.stack.environment,
        "namespace": history.stack.namespace,
        "lock": lock,
        "revisions": history.revisions,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Says who is at work on a stack.
pub fn lock_words(lock: &LeaseState) -> String {
    format!("{} is at work on this stack since {}", lock.holder, lock.since)
}

fn started(revision: &StackRevision) -> String {
    match revision.started.timestamp() {
        Some(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        None => revision.started.to_string(),
    }
}

fn operation(operation: Operation) -> String {
    match operation {
        Operation::Apply => "apply".into(),
        Operation::Destroy => "destroy".into(),
        Operation::Rollback { to } => format!("rollback to {to}"),
        Operation::Undo { of } => format!("undo of {of}"),
    }
}

/// A revision that runs while nobody has the lock does not run any more.
fn result(revision: &StackRevision, lock: Option<&LeaseState>) -> String {
    match (revision.state, lock) {
        (RunState::Running, None) => "cut off".into(),
        (state, _) => state.word().into(),
    }
}

fn author(author: &Author) -> String {
    let here = if author.host.is_empty() { author.user.clone() } else { format!("{}@{}", author.user, author.host) };
    if author.cluster_user.is_empty() { here } else { format!("{here} as {}", author.cluster_user) }
}

fn commit(commit: &Commit) -> String {
    let id = commit.id.get(..SHORT_ID).unwrap_or(&commit.id);
    if commit.is_dirty == Some(true) { format!("{id} with changes") } else { id.to_owned() }
}

fn changes(revision: &StackRevision) -> String {
    let of = |step: Step| revision.steps().filter(|entry| entry.step == step).count();
    let words = [(Step::Install, "installed"), (Step::Upgrade, "upgraded"), (Step::Rollback, "rolled back"), (Step::Remove, "removed")];
    let mut parts: Vec<String> = words
        .into_iter()
        .map(|(step, word)| (of(step), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let bad = revision.steps().filter(|entry| entry.result != StepResult::Done).count();
    if bad > 0 && revision.state != RunState::Running {
        parts.push(format!("{} not done", count(bad, "of them", "of them")));
    }
    parts.join(", ")
}

fn step(step: Step) -> &'static str {
    match step {
        Step::Install => "install",
        Step::Upgrade => "upgrade",
        Step::Rollback => "roll back",
        Step::Remove => "remove",
        Step::Keep => "keep",
    }
}

fn step_result(entry: &ReleaseEntry) -> &'static str {
    match entry.result {
        StepResult::Pending => "unknown",
        StepResult::Done => "done",
        StepResult::Failed => "failed",
        StepResult::Skipped => "not begun",
        StepResult::Interrupted => "interrupted",
    }
}
