//! What people and machines read: diagnostics, diffs, plans, progress, summaries.
//!
//! In: values of the other rooms. Out: text on standard output and standard error, through one door (`Shell`).
//! May not know: how anything is computed; it reads no environment (cli tells it colour, width and whether someone watches).
//! Rule: data goes to standard output, everything else to standard error, as helm, helmfile and kubectl do.

mod adoptions;
mod consequences;
mod dependencies;
mod diagnostics;
mod diff;
mod drift;
mod encoded;
mod explain;
mod features;
mod findings;
mod graph;
mod helm_colors;
mod history;
mod kube_table;
mod lint;
mod markdown;
mod masked;
mod outcome;
mod plan;
mod progress;
mod release_history;
mod release_list;
mod release_metadata;
mod release_status;
mod release_tests;
mod releases;
mod repositories;
mod search;
mod secrets;
mod shell;
mod status;
mod table;
mod words;

pub use adoptions::write_adoptions;
pub use consequences::write_consequences;
pub use dependencies::{write_dependencies, write_dependencies_json};
pub use diagnostics::{draw, write_for_programs};
pub use diff::{DiffOptions, write_changes};
pub use drift::{write_drift, write_drift_json};
pub use encoded::{Encoding, write_encoded, write_values};
pub use explain::{write_explained, write_explained_json, write_explained_release, write_explained_release_json};
pub use features::{write_feature_diff, write_feature_diff_json, write_feature_list, write_feature_list_json};
pub use findings::{write_findings, write_findings_json};
pub use graph::{GraphContent, write_graph, write_graph_dot, write_graph_json, write_graph_mermaid};
pub use history::{lock_words, write_history, write_history_json, write_revision};
pub use lint::{
    LintOptions, lint_stack_summary, lint_summary, write_lint, write_lint_json, write_lint_stack, write_lint_stack_json, write_lint_values,
};
pub use markdown::write_plan_markdown;
pub use outcome::{undo_heading, write_run, write_run_json};
pub use plan::{About, write_irreversible, write_left, write_plan, write_plan_json, write_removals, write_unclaimed};
pub use progress::ProgressView;
pub use release_history::{write_release_history, write_release_history_encoded};
pub use release_list::{ListLook, write_release_list, write_release_list_encoded, write_release_names};
pub use release_metadata::write_release_metadata;
pub use release_status::{ReleaseLook, ShownValues, write_release, write_release_all, write_release_status, write_release_status_encoded};
pub use release_tests::write_test_logs;
pub use releases::{write_releases, write_releases_json};
pub use repositories::{write_repositories, write_repositories_encoded};
pub use search::write_search;
pub use secrets::{write_secrets, write_secrets_json};
pub use shell::{Look, Shell};
pub use status::{write_status, write_status_json};
