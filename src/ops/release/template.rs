//! All that is recorded of a release: to be shown, or for a template of the user's.

use super::content::{content, stored};
use super::go_record::go_record;
use super::session::ReleaseSession;
use super::status::ShownRelease;
use super::values::{ReleaseValues, all_values, user_values};
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::ops::effects::MachineEffects;
use crate::release::Error;
use crate::template::function::Functions;
use crate::template::{Compiled, Interpreter, Limits, MissingKey, Set};
use crate::value::{Map, Value};
use crate::yaml::json;
use std::sync::{Arc, LazyLock};

/// All that is recorded of a release.
#[derive(Clone, Debug)]
pub struct WholeRelease {
    /// The release, without live objects.
    pub release: ShownRelease,
    /// The user's values, as JSON.
    pub user_values: String,
    /// Those of the chart under them.
    pub values: ReleaseValues,
}

/// Returns all that is recorded of a release's revision; of its last one for 0.
///
/// Rule: helm pkg/cmd/get_all.go.
///
/// # Errors
/// There is no such release or revision; the cluster does not tell; the record is damaged.
pub async fn whole_release(session: &ReleaseSession, name: &str, revision: u32) -> Result<WholeRelease, Diagnostics> {
    let record = content(session, name, revision).await?;
    let (user_values, values) = (user_values(&record)?, all_values(&record)?);
    Ok(WholeRelease { release: ShownRelease::of(session, record), user_values, values })
}

/// Go's built-ins, and nothing else.
static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| Functions::new(&[]));

/// Returns what a Go template makes of a release's revision (its last one for 0), which it sees as `.Release`, and why it ended
/// early, if it did.
///
/// # Errors
/// The template cannot be read; there is no such release or revision; the cluster does not tell; the record is damaged.
pub async fn release_template(
    session: &ReleaseSession,
    name: &str,
    revision: u32,
    template: &str,
) -> Result<(Vec<u8>, Option<Diagnostic>), Diagnostics> {
    const NAME: &str = "_";
    let entry = stored(session, name, revision).await?;
    let damaged = |reason: String| entry.damaged(&Error::Damaged { reason }).diagnostic();
    let unpacked = entry.json().map_err(|error| error.diagnostic())?;
    let record = json::parse(&String::from_utf8_lossy(&unpacked)).map_err(|error| damaged(error.to_string()))?;
    let labels: Map = entry.stored().labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let release = go_record(&record, Value::Map(labels), session.zone());
    let failed = |error: crate::template::Error| error.diagnostic().verbatim(error.to_string());
    let compiled = Compiled::parse(&Source::new(NAME, template), &FUNCTIONS).map_err(failed)?;
    let mut set = Set::new(NAME);
    set.add(Arc::new(compiled)).map_err(failed)?;
    let effects = MachineEffects::default();
    let mut host = ();
    let mut interpreter = Interpreter::new(&effects, &mut host, MissingKey::Invalid, Limits::default());
    let data: Map = [("Release", release)].into_iter().collect();
    let mut out = Vec::new();
    let ended = set.execute(&mut interpreter, NAME, &Value::Map(data), &mut out);
    Ok((out, ended.err().map(failed)))
}
