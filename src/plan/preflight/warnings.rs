//! What the server warns of when it tries an object.

use super::field::{field_path, value_at};
use super::refused::{Answered, covered};
use crate::plan::finding::{Code, Finding};
use std::collections::BTreeMap;

/// Finds what the server warns of: one finding for each release and warning.
///
/// APIs that a later version will not serve have a code of their own. Rule: the server's warnings of those,
/// `X is deprecated in v1.21+, unavailable in v1.25+; use Y`.
pub fn check_warnings(answered: &[Answered<'_>]) -> Vec<Finding> {
    let mut found: BTreeMap<(usize, String), (&Answered<'_>, usize)> = BTreeMap::new();
    for answered in answered {
        let Some(Ok(applied)) = &answered.answer else { continue };
        let subject = answered.subject;
        for warning in &applied.warnings {
            let words = covered(&answered.trial.in_own_words(&subject.sent.id, warning), &subject.sent.body);
            found.entry((subject.release, words)).or_insert((answered, 0)).1 += 1;
        }
    }
    let finding = |((_, warning), (first, objects)): ((usize, String), (&Answered<'_>, usize))| {
        let more = if objects > 1 { format!(" ({objects} objects of the release)") } else { String::new() };
        if is_removal(&warning) {
            return first.subject.finding(Code::RemovedApi, format!("{warning}{more}")).of_field("apiVersion");
        }
        placed(first, &warning, &more)
    };
    found.into_iter().map(finding).collect()
}

fn is_removal(warning: &str) -> bool {
    warning.contains(" is deprecated in v") && warning.contains(" unavailable in v")
}

/// A warning that begins with a field of the object is about it.
fn placed(answered: &Answered<'_>, warning: &str, more: &str) -> Finding {
    let body = &answered.subject.sent.body;
    let finding = |text: &str| answered.subject.finding(Code::ServerWarning, format!("{text}{more}"));
    let Some((field, rest)) = warning.split_once(": ") else { return finding(warning) };
    let path = field_path(field, body);
    let is_field = !field.contains(' ') && !path.0.is_empty() && value_at(body, &path).is_some();
    if is_field { finding(rest).of_field(path.to_string()) } else { finding(warning) }
}

#[cfg(test)]
mod tests {
    use super::{Answered, check_warnings};
    use crate::cluster::Applied;
    use crate::plan::preflight::{Brought, Subject, trial};
    use serde_json::json;

    #[test]
    fn what_the_server_warns_of_is_told_once_for_each_release() {
        let body = json!({"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": {"schedule": "x"}});
        let subject = Subject::of_test(body);
        let warnings = [
            "batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob",
            "spec.schedule: is odd",
            "unknown field: x",
        ];
        let warnings = warnings.map(str::to_owned).to_vec();
        let applied = Applied { object: json!({}), warnings, is_new: true };
        let answer = Some(Ok(applied));
        let answered =
            Answered { subject: &subject, trial: trial(&subject, None, &Brought::default()), answer, live: None, resolved: None };
        let found: Vec<String> = check_warnings(&[answered.clone(), answered])
            .iter()
            .map(|finding| format!("{} {}: {}", finding.code, finding.field.as_deref().unwrap_or_default(), finding.message))
            .collect();
        let expected = [
            "removed-api apiVersion: batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob (2 objects of the release)",
            "server-warning spec.schedule: is odd (2 objects of the release)",
            "server-warning : unknown field: x (2 objects of the release)",
        ];
        assert_eq!(found, expected);
    }
}
