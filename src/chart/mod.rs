//! Helm charts: loading, values, rendering, exactly as Helm 4.3.1 has them.
//!
//! In: a folder or the bytes of an archive; user values; a release's name; capabilities; time and chance. Out: `Chart`, `Rendered`.
//! May not know: clusters (but through `Lookup`), releases, stacks.
//! Rule: Helm 4.3.1 pkg/chart, pkg/engine, pkg/strvals, pkg/ignore, and pkg/action's renderResources.
//!
//! The way of a chart: `load` -> `Chart` -> `dependencies` (which subcharts, `import_values`) -> `values::coalesce_values` ->
//! `schema` -> `execute` (templates to text) -> `manifest`.

pub mod lint;
pub mod package;
pub mod starter;
pub mod values;

mod cache;
mod capabilities;
mod dependencies;
mod error;
mod execute;
mod failure;
mod functions;
mod import_values;
mod load;
mod metadata;
mod model;
mod notice;
mod objects;
mod patch;
mod post_render;
mod print;
mod render;
mod schema;
mod show;
mod trace;
mod tree;
mod unreadable;
mod validate;

pub use cache::TemplateCache;
pub use capabilities::{Capabilities, KubeVersion};
pub use dependencies::is_compatible;
pub use error::Error;
pub use failure::Failure;
pub use functions::{Lookup, NoCluster, functions};
pub use load::{
    LoadCache, archive_files, contents, contents_of_archive, load, load_archive, load_archive_patched, load_archive_with,
    load_of_any_version, load_patched, load_with, path_match,
};
pub use metadata::{Dependency, Lock, Maintainer, Metadata};
pub use model::{Chart, File};
pub use notice::{Level, Notice};
pub use objects::ReleaseContext;
pub use patch::{AppliedPatch, PatchError, Patches};
pub use post_render::PostRender;
pub use print::{OutputFile, PrintOptions, WriteMode, output_files, print_template, show_only};
pub use render::{CrdFile, RenderOptions, RenderRequest, Rendered, check_installable, render, render_with};
pub use show::{JsonPath, Part, show};
pub use trace::{
    ExplainedLine, Field, FieldPath, FileTrace, Reached, RenderTrace, Secrets, UnreadValue, explain, fields, reached, redundant_values,
    unread_values, value_name, value_path,
};
pub use tree::ChartNode;
pub use unreadable::Unreadable;
