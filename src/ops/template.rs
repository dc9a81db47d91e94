//! The manifests of a stack's releases, without asking a cluster.

use super::load::load;
use super::render::{Offline, RenderedRelease, render_each};
use super::session::Session;
use crate::chart::{PrintOptions, print_template};
use crate::diag::Diagnostics;

/// What is printed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TemplateOptions {
    /// Custom resource definitions of `crds/` too.
    pub include_crds: bool,
    /// Tests left out.
    pub skip_tests: bool,
    /// Hooks left out.
    pub no_hooks: bool,
}

/// Returns the text of each selected and installed release, in the order of the stack file, as `helm template` prints it.
///
/// # Errors
/// Every mistake of the stack, and every chart that cannot be found or does not render.
pub async fn template(session: &Session, options: &TemplateOptions) -> Result<Vec<String>, Diagnostics> {
    let stack = load(session)?;
    let wanted: Vec<_> = stack.releases.iter().filter(|release| release.is_selected() && release.installed).collect();
    let print = PrintOptions {
        include_crds: options.include_crds,
        skip_tests: options.skip_tests,
        no_hooks: options.no_hooks,
        ..PrintOptions::default()
    };
    let text = |release: RenderedRelease| print_template(&release.rendered, &print).map_err(|error| error.diagnostic().into());
    render_each(session, &stack, &wanted, &Offline::default(), text).await
}
