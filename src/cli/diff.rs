//! `stackwright diff`: shows what an apply would change.

use super::apply::show_plan;
use super::exit::ExitCode;
use super::findings_flags::FindingsFlags;
use super::flags::{DiffFlags, StackFlags};
use super::plan_flags::GeneratedFlags;
use super::run::{Context, Stop};
use super::session::session;
use crate::ops::{self, Base, Compared, DiffRequest};
use crate::report::{About, write_consequences, write_findings, write_plan, write_plan_json, write_plan_markdown, write_unclaimed};
use clap::Args;

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// What to compare with: `release` (the last revision), `live` (the live objects, by the server's dry run), or a file (what
    /// `template` printed, or `plan -o` wrote)
    #[arg(long, default_value = "release", value_name = "release|live|FILE", help_heading = "Diff options")]
    against: String,
    #[command(flatten)]
    diff: DiffFlags,
    /// Leave hooks out
    #[arg(long, help_heading = "Diff options")]
    no_hooks: bool,
    #[command(flatten)]
    generated: GeneratedFlags,
    /// Show the removal of releases that the stack has deployed and does not name any more
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    findings: FindingsFlags,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// How a diff is printed.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// For comments of pull requests.
    Markdown,
}

impl Arguments {
    fn request(&self) -> DiffRequest {
        let base = match self.against.as_str() {
            "release" => Base::Release,
            "live" => Base::Live,
            file => Base::File(file.into()),
        };
        let overrides = ops::RunOverrides {
            no_hooks: self.no_hooks,
            prune: self.prune,
            generated: self.generated.values(),
            recreate: self.findings.recreate,
            ..ops::RunOverrides::default()
        };
        DiffRequest { base, overrides }
    }
}

/// Plans, and shows the plan, what it does and what would go wrong with it. Nothing is written to the cluster.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let request = arguments.request();
    let session = session(context, arguments.stack)?;
    let compared = ops::diff(&session, &request).await?;
    let findings = arguments.findings.find_compared(&session, &compared).await?;
    let mut options = arguments.diff.options(context.shell.look().color_out);
    options.show_secrets |= compared.is_sealed;
    let Compared { plan, prepared, unclaimed, .. } = &compared;
    let about = About { unclaimed, findings: &findings, allowed: &arguments.findings.allow };
    match arguments.output {
        Format::Text => {
            write_unclaimed(context.shell.out(), unclaimed, &options)?;
            match prepared {
                Some(prepared) => show_plan(context, prepared, &findings, &options)?,
                None => {
                    write_plan(context.shell.out(), plan, &options)?;
                    write_consequences(context.shell.out(), plan, &findings.consequences, options.color)?;
                }
            }
            write_findings(context.shell.out(), plan, &findings.preflight, about.allowed, options.color)?;
        }
        Format::Json => write_plan_json(context.shell.out(), plan, &about, &options)?,
        Format::Markdown => write_plan_markdown(context.shell.out(), plan, &about, &options)?,
    }
    if let Some(code) = arguments.findings.stop(context, &findings)? {
        return Ok(code);
    }
    let changes = arguments.detailed_exitcode && (plan.has_work() || !unclaimed.is_empty());
    Ok(if changes { ExitCode::Changes } else { ExitCode::Success })
}
