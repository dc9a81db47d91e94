//! Shows a run while it goes on: a line for each thing that happened, and on a terminal a few lines below that are redrawn.
//!
//! Both are computed from the same model; without a terminal the redrawn part is left out.

use super::shell::{Look, Shell};
use super::words::{duration, styled};
use crate::execute::{Ended, Event, EventKind};
use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const QUIET: Style = AnsiColor::BrightBlack.on_default();

/// How long a release may wait without a word in the plain form before it says what it waits for.
const PATIENCE: Duration = Duration::from_secs(15);

/// The view of one run.
pub struct ProgressView {
    look: Look,
    names: Vec<String>,
    width: usize,
    live: Option<MultiProgress>,
    bars: BTreeMap<usize, ProgressBar>,
    last_word: BTreeMap<usize, Instant>,
    finished: usize,
}

impl ProgressView {
    /// Makes a view over releases with these names.
    pub fn new(look: Look, names: Vec<String>) -> ProgressView {
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let live = (look.live && !look.quiet).then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(8)));
        ProgressView { look, names, width, live, bars: BTreeMap::new(), last_word: BTreeMap::new(), finished: 0 }
    }

    /// Shows one event.
    ///
    /// # Errors
    /// What standard error says.
    pub fn show(&mut self, shell: &mut Shell, event: &Event) -> io::Result<()> {
        self.redraw(event);
        let Some((text, style)) = self.line(event) else { return Ok(()) };
        self.last_word.insert(event.release, Instant::now());
        self.print(shell, event.release, &text, style)
    }

    fn print(&self, shell: &mut Shell, release: usize, text: &str, style: Option<Style>) -> io::Result<()> {
        let name = format!("{:width$}", self.names[release], width = self.width);
        let line = match style {
            Some(style) => format!("{name}  {}", styled(text, style, self.look.color_err)),
            None => format!("{name}  {text}"),
        };
        match &self.live {
            Some(live) => live.println(line),
            None => shell.note(&line),
        }
    }

    /// Returns the line that an event is worth, if any.
    fn line(&mut self, event: &Event) -> Option<(String, Option<Style>)> {
        let line = match &event.kind {
            EventKind::Started => ("started".to_owned(), Some(QUIET)),
            EventKind::NamespaceMade(name) => (format!("namespace {name} created"), None),
            EventKind::CrdsApplied(count) => (format!("{count} custom resource definitions applied"), None),
            EventKind::Stage { number, of, units } => (format!("stage {number} of {of}: {}", units.join(", ")), Some(QUIET)),
            EventKind::Applied { done, total } if done == total => (format!("{total} objects applied"), None),
            EventKind::Applied { .. } => return None,
            EventKind::Recreated(id) => (format!("{id} deleted and made again"), None),
            EventKind::HookStarted { event, id } => (format!("{event} hook {id} started"), None),
            EventKind::HookDone { id } => (format!("hook {id} done"), None),
            EventKind::Waiting { ready, total, next } => {
                let due = self.last_word.get(&event.release).is_none_or(|last| last.elapsed() >= PATIENCE);
                if !due || self.live.is_some() {
                    return None;
                }
                (waiting_text(*ready, *total, next.as_ref().map(|(id, why)| (id.to_string(), why.as_str()))), Some(QUIET))
            }
            EventKind::Stuck { id, cause } => (format!("{id} is held up: {cause}"), Some(AnsiColor::Yellow.on_default())),
            EventKind::HookLog { id, text } => (format!("{id} wrote:\n{}", text.trim_end()), None),
            EventKind::Kept(id) => (format!("{id} is kept, as its resource policy says"), Some(AnsiColor::Yellow.on_default())),
            EventKind::NotOwned(id) => {
                (format!("{id} is left alone: it is not owned by this release"), Some(AnsiColor::Yellow.on_default()))
            }
            EventKind::Removed(count) => (format!("{count} objects removed"), None),
            EventKind::Warning(text) => (format!("warning: {text}"), Some(AnsiColor::Yellow.on_default())),
            EventKind::Retrying { attempt, reason } => (format!("try {attempt}: {reason}"), Some(QUIET)),
            EventKind::Reached(_) => return None,
            EventKind::Finished(outcome) => {
                self.finished += 1;
                let took = duration(outcome.took);
                match &outcome.ended {
                    Ended::Unchanged => ("unchanged".to_owned(), Some(QUIET)),
                    Ended::Installed(revision) => (format!("installed, revision {revision} ({took})"), Some(GOOD)),
                    Ended::Upgraded(revision) => (format!("upgraded to revision {revision} ({took})"), Some(GOOD)),
                    Ended::RolledBack { revision, to } => (format!("back at revision {to}, as revision {revision} ({took})"), Some(GOOD)),
                    Ended::Removed => (format!("removed ({took})"), Some(GOOD)),
                    Ended::Failed(why) => (format!("failed after {took}: {why}"), Some(BAD)),
                    Ended::Tolerated(why) => (format!("failed after {took}, which it may: {why}"), Some(AnsiColor::Yellow.on_default())),
                    Ended::Skipped(need) => (format!("skipped: it needs {need}, which failed"), Some(BAD)),
                    Ended::Interrupted => ("interrupted".to_owned(), Some(BAD)),
                }
            }
        };
        Some(line)
    }

    /// Keeps one redrawn line for each release that is being worked on.
    fn redraw(&mut self, event: &Event) {
        let Some(live) = &self.live else { return };
        let text = match &event.kind {
            EventKind::Finished(_) => {
                if let Some(bar) = self.bars.remove(&event.release) {
                    bar.finish_and_clear();
                }
                return;
            }
            EventKind::Applied { done, total } => format!("applying {done}/{total}"),
            EventKind::HookStarted { id, .. } => format!("hook {id}"),
            EventKind::Waiting { ready, total, next } => {
                waiting_text(*ready, *total, next.as_ref().map(|(id, why)| (id.to_string(), why.as_str())))
            }
            EventKind::Started => "starting".to_owned(),
            _ => return,
        };
        let (name, width) = (&self.names[event.release], self.width);
        let bar = self.bars.entry(event.release).or_insert_with(|| {
            let bar = live.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}  {elapsed:>4}  {wide_msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(format!("{name:width$}"));
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        bar.set_message(text);
    }

    /// Takes the redrawn lines away.
    pub fn finish(&mut self) {
        for bar in std::mem::take(&mut self.bars).into_values() {
            bar.finish_and_clear();
        }
    }
}

fn waiting_text(ready: usize, total: usize, next: Option<(String, &str)>) -> String {
    match next {
        Some((id, why)) if !why.is_empty() => format!("{ready}/{total} ready; {id}: {why}"),
        Some((id, _)) => format!("{ready}/{total} ready; waiting for {id}"),
        None => format!("{ready}/{total} ready"),
    }
}
