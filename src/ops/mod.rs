//! The operations: a file each, chaining the stages from stack file to outcome.
//!
//! In: what a command means (`Session`, requests). Out: values for `report`.
//! May not know: arguments, terminals. This room and those that it hands them to (`source`, `cluster`) may touch files, the
//! clock, randomness and the network; everything it calls gets just the piece that it needs.
//! Rule: docs/architecture.md, "The flow".

mod adopt;
mod apply;
mod chart_create;
mod chart_dependency;
mod chart_explain;
mod chart_lint;
mod chart_package;
mod chart_provenance;
mod chart_pull;
mod chart_push;
mod chart_repo;
mod chart_search;
mod chart_show;
mod chart_source;
mod chart_template;
mod charts;
mod clusters;
mod commit;
mod consequences;
mod diff;
mod diff_file;
mod drift;
mod driver;
mod effects;
mod expand;
mod explain;
mod explanation;
mod features;
mod go_words;
mod graph;
mod history;
mod home;
mod import;
mod left;
mod lint;
mod live;
mod live_chart;
mod load;
mod lookup;
mod machine;
mod output_folder;
mod places;
mod plan_file;
mod post_renderer;
mod preflight;
mod record;
mod registry_login;
mod release;
mod release_name;
mod render;
mod repository_index;
mod revisions;
mod rollback;
mod run;
mod secret_uses;
mod secrets;
mod seed;
mod seeds;
mod session;
mod status;
mod template;
mod values_files;
mod values_use;

pub use adopt::{AdoptRequest, Adoption, Adoptions, adopt, plan_adopt};
pub use apply::{Prepared, RunOverrides, plan_apply, plan_destroy};
pub use chart_create::{ChartCreateRequest, chart_create};
pub use chart_dependency::{
    ChartDependencyRequest, DependencyList, DependencyRow, Say, chart_dependency_build, chart_dependency_list, chart_dependency_update,
};
pub use chart_explain::{ChartExplainRequest, chart_explain};
pub use chart_lint::{ChartLintRequest, Linted, LintedChart, chart_lint};
pub use chart_package::{ChartPackageRequest, Packaged, chart_package};
pub use chart_provenance::{Passphrase, Signing, chart_verify, verified_lines};
pub use chart_pull::{ChartPullRequest, chart_pull};
pub use chart_push::{ChartPushRequest, chart_push};
pub use chart_repo::{Added, RepositoryAddition, add_repository, remove_repositories, repositories, update_repositories};
pub use chart_search::{FoundChart, SearchRequest, search_repositories};
pub use chart_show::{ChartShowRequest, Shown, chart_show};
pub use chart_source::ChartSource;
pub use chart_template::{ChartTemplateRequest, Printed, chart_template};
pub use clusters::RETRIES;
pub use consequences::{Findings, consequences_of, findings};
pub use diff::{Base, Compared, DiffRequest, diff};
pub use drift::{Drift, DriftedRelease, drift};
pub use explain::{ExplainRequest, ExplainedRelease, SaidValue, explain};
pub use explanation::{ExplainedObject, Question};
pub use features::{
    FeatureDiff, FeatureFile, FeatureList, FeaturesOfRelease, ReleaseDifference, ValueDifference, feature_diff, feature_list,
};
pub use graph::graph;
pub use history::{StackHistory, history};
pub use import::{ImportSource, import};
pub use lint::{LintedRelease, LintedStack, StackLintOptions, lint};
pub use load::load;
pub use plan_file::{plan_as_filed, plan_file, read_plan_file, stack_of, write_plan_file};
pub use registry_login::{registry_login, registry_logout};
pub use release::{
    ChartInput, Checks, DryRun, InstallRequest, ListRequest, ListedRelease, ListedReleases, Listener, ReleaseMetadata, ReleaseOptions,
    ReleaseRevision, ReleaseRevisions, ReleaseSession, ReleaseValues, ReleaseWork, Resources, Reuse, RollbackRequest, ShownRelease,
    TestRequest, TestResult, TestRun, UninstallRequest, UpgradeRequest, Upgraded, WholeRelease, content, list as list_releases,
    release_history, release_install, release_metadata, release_rollback, release_status, release_template, release_test,
    release_uninstall, release_upgrade, release_values, whole_release,
};
pub use release_name::ReleaseNaming;
pub use repository_index::{RepositoryIndexRequest, index_repository};
pub use rollback::{plan_rollback, plan_undo};
pub use run::{Lock, Ran, RunOptions, lock, run, unlock};
pub use secret_uses::{SecretUse, secret_uses};
pub use seed::{make_seed_file, new_seed, read_seed};
pub use seeds::GeneratedValues;
pub use session::{Session, StackRequest};
pub use status::{ReleaseStatus, StackStatus, status};
pub use template::{TemplateOptions, template};
pub use values_files::ValuesRequest;
