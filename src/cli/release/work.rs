//! What the commands that change a release share: where they work, whom they tell, how they print.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::super::session::{connect_options, watch_interrupt};
use crate::cli::flags::TableFormat;
use crate::diag::Diagnostics;
use crate::execute::{Event, EventKind, Interrupt};
use crate::ops::{Listener, ReleaseWork, ShownRelease};
use crate::plan::{Code, Finding, Plan};
use crate::report::{ProgressView, ReleaseLook, Shell, write_findings, write_release};

/// Says where a command works.
pub(super) fn work(context: &Context, flags: ClusterFlags) -> ReleaseWork {
    ReleaseWork {
        connect: connect_options(&context.environment, &flags.over(&context.before.cluster)),
        variables: context.environment.variables.clone(),
        interrupt: Interrupt::default(),
    }
}

/// Tells the user what happens. Without a terminal that is what Helm tells, and what keeps objects from becoming ready.
pub(super) struct Teller<'a> {
    shell: &'a mut Shell,
    view: Option<ProgressView>,
}

impl<'a> Teller<'a> {
    /// Makes one for the work on a release.
    pub(super) fn new(shell: &'a mut Shell, name: &str) -> Teller<'a> {
        let look = shell.look();
        let view = look.live.then(|| ProgressView::new(look, vec![name.to_owned()]));
        Teller { shell, view }
    }
}

impl Listener for Teller<'_> {
    // A terminal that went away does not stop work that has begun.
    fn notice(&mut self, line: &str) {
        let _ = self.shell.note(line);
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.shell.out(), "{line}");
    }

    fn event(&mut self, event: &Event) {
        if let Some(view) = &mut self.view {
            let _ = view.show(self.shell, event);
            return;
        }
        let _ = match &event.kind {
            EventKind::Warning(text) => self.shell.note(&format!("warning: {text}")),
            EventKind::Stuck { id, cause } => self.shell.note(&format!("{id} is held up: {cause}")),
            EventKind::Recreated(id) => self.shell.note(&format!("{id} deleted and made again")),
            EventKind::HookLog { text, .. } => self.shell.err().write_all(text.as_bytes()),
            _ => Ok(()),
        };
    }

    fn findings(&mut self, plan: &Plan, findings: &[Finding], allowed: &[Code]) {
        let color = self.shell.look().color_err;
        let _ = write_findings(self.shell.err(), plan, findings, allowed, color);
    }
}

impl Drop for Teller<'_> {
    fn drop(&mut self) {
        if let Some(view) = &mut self.view {
            view.finish();
        }
    }
}

/// Does some work that Ctrl-C ends; says so when it has.
pub(super) async fn interruptible<T>(
    context: &mut Context,
    interrupt: &Interrupt,
    name: &str,
    work: impl AsyncFnOnce(&mut Teller<'_>) -> Result<T, Diagnostics>,
) -> Result<T, Stop> {
    let watcher = watch_interrupt(interrupt.clone());
    let result = work(&mut Teller::new(&mut context.shell, name)).await;
    watcher.abort();
    if interrupt.is_raised() {
        writeln!(context.shell.out(), "Release {name} has been cancelled.")?;
    }
    Ok(result?)
}

/// Prints a release that a command has worked on.
pub(super) fn print(context: &mut Context, release: &ShownRelease, format: TableFormat, hide_notes: bool) -> Result<ExitCode, Stop> {
    let color = context.shell.look().color_out;
    let look = ReleaseLook { encoding: format.encoding(), hide_notes, everything: context.debug, color };
    write_release(context.shell.out(), release, &look)?;
    Ok(ExitCode::Success)
}
