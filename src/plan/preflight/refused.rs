//! What the server said to the objects that it was to try.

use super::brought::Brought;
use super::crds::check_crd;
use super::custom::check_custom;
use super::field::{field_path, value_at};
use super::removed_apis::instead_of;
use super::subject::Subject;
use super::trial::{Trial, Way};
use crate::cluster::{Applied, Error, FieldConflict, FieldError, Refusal, RefusalKind};
use crate::diff::is_secret;
use crate::manifest::ObjectId;
use crate::plan::field_rules::Resolved;
use crate::plan::finding::{Code, Finding};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// An object that was tried, and what the server said.
#[derive(Clone, Debug)]
pub struct Answered<'s> {
    /// The object.
    pub subject: &'s Subject,
    /// How it was tried.
    pub trial: Trial<'s>,
    /// The object as it would be, or why it cannot be; nothing where its kind is not served.
    pub answer: Option<Result<Applied, Error>>,
    /// The object as it lives, where that was read.
    pub live: Option<Json>,
    /// What rules made of the conflicts with other field managers that the server told first.
    pub resolved: Option<Resolved>,
}

/// Says what is wrong with the objects of a plan, as far as the server told when it was to try them.
pub fn check_answers(answered: &[Answered<'_>], brought: &Brought) -> Vec<Finding> {
    answered.iter().flat_map(|answered| check_answer(answered, brought)).collect()
}

fn check_answer(answered: &Answered<'_>, brought: &Brought) -> Vec<Finding> {
    let subject = answered.subject;
    // What is wrong with the definition itself is said by a check of its own.
    if !check_crd(answered).is_empty() {
        return Vec::new();
    }
    let found = match &answered.answer {
        Some(Ok(_)) => by_rules(answered),
        Some(Err(Error::Refused { refusal, .. })) => refused(answered, refusal, brought),
        Some(Err(error)) => vec![subject.finding(Code::NotTried, format!("it could not be tried: {error}"))],
        None => unserved(subject, brought),
    };
    found.into_iter().map(|finding| later(subject, finding)).collect()
}

/// A hook that this run does not make stops nothing.
fn later(subject: &Subject, finding: Finding) -> Finding {
    let is_later = !subject.in_run && matches!(finding.code, Code::Refused | Code::Immutable | Code::UnknownKind | Code::Conflict);
    if is_later { Finding { code: Code::RefusedLater, ..finding } } else { finding }
}

fn unserved(subject: &Subject, brought: &Brought) -> Vec<Finding> {
    let id = &subject.sent.id;
    match brought.kind_of(id) {
        Some(kind) => check_custom(subject, kind),
        None => {
            let message = format!("the cluster does not know kind {} of {}, and nothing in the plan brings it", id.kind, id.api_version);
            let finding = subject.finding(Code::UnknownKind, message);
            vec![Finding { help: instead_of(id), ..finding }]
        }
    }
}

fn refused(answered: &Answered<'_>, refusal: &Refusal, brought: &Brought) -> Vec<Finding> {
    let subject = answered.subject;
    let whole = || Refused { answered, message: &refusal.message };
    // The definition that the plan brings may allow what the one that is there refuses.
    if let Some(kind) = brought.kind_of(&subject.sent.id).filter(|_| is_about_fields(refusal)) {
        return check_custom(subject, kind);
    }
    match &refusal.kind {
        RefusalKind::Conflict(conflicts) => conflicts.iter().map(|conflict| conflicting(answered, conflict)).collect(),
        RefusalKind::Immutable(_) if subject.may_recreate => {
            vec![subject.finding(Code::Recreated, "it is deleted and made again: a field of it cannot change")]
        }
        RefusalKind::Immutable(errors) => immutable(answered, refusal, errors),
        RefusalKind::Invalid(errors) if !errors.is_empty() => errors.iter().map(|error| whole().of_field(Code::Refused, error)).collect(),
        // Whether this is allowed is asked for by itself, for all objects at once.
        RefusalKind::Forbidden if answered.trial.way == Way::AsItIs => vec![whole().finding(Code::Forbidden)],
        RefusalKind::Forbidden => Vec::new(),
        RefusalKind::NotFound if refers_to_planned_role(subject, brought) => {
            vec![subject.finding(Code::NotTried, "it could not be tried: the role that it binds is made by the plan")]
        }
        RefusalKind::BadRequest if refusal.message.contains("does not support dry run") => {
            let hook = refusal.message.split('"').nth(1).unwrap_or_default();
            vec![subject.finding(Code::NotTried, format!("it could not be tried: admission webhook {hook:?} does not allow dry runs"))]
        }
        RefusalKind::NotAdmitted if matches!(answered.trial.way, Way::StandIn { .. }) => {
            vec![whole().finding(Code::NotTried)]
        }
        RefusalKind::NotAdmitted if refusal.message.contains("exceeded quota") => vec![whole().finding(Code::Quota)],
        _ => vec![whole().finding(Code::Refused)],
    }
}

fn is_about_fields(refusal: &Refusal) -> bool {
    matches!(refusal.kind, RefusalKind::Invalid(_) | RefusalKind::BadRequest)
}

fn refers_to_planned_role(subject: &Subject, brought: &Brought) -> bool {
    let text = |field: &str| subject.sent.body.pointer(&format!("/roleRef/{field}")).and_then(Json::as_str).map(str::to_owned);
    let (Some(kind), Some(name)) = (text("kind"), text("name")) else { return false };
    let namespace = if kind == "Role" { subject.sent.id.namespace.clone() } else { None };
    brought.has(&ObjectId { api_version: "rbac.authorization.k8s.io/v1".to_owned(), kind, namespace, name })
}

fn immutable(answered: &Answered<'_>, refusal: &Refusal, errors: &[FieldError]) -> Vec<Finding> {
    let refused = Refused { answered, message: &refusal.message };
    let found = match errors {
        [] => vec![refused.finding(Code::Immutable)],
        errors => errors.iter().map(|error| refused.of_field(Code::Immutable, error)).collect(),
    };
    let help = match super::subject::may_recreate(&answered.subject.sent.id, true) {
        true => "delete it, or say --recreate (in the stack file: force: true) to have it deleted and made again",
        false => "it holds data, so it is never deleted for that: move the data, or leave the field as it is",
    };
    found.into_iter().map(|finding| finding.help(help)).collect()
}

/// Says what rules did about fields of other managers.
fn by_rules(answered: &Answered<'_>) -> Vec<Finding> {
    let Some(resolved) = &answered.resolved else { return Vec::new() };
    let kept = resolved.kept.iter().map(|conflict| (Code::KeptField, conflict, ", and keeps it, as a rule of the stack file says"));
    let taken = resolved.taken.iter().map(|conflict| (Code::TakenField, conflict, ", and it is taken, as a rule of the stack file says"));
    let finding = |(code, conflict, words): (Code, &FieldConflict, &str)| {
        let found = conflicting(answered, conflict);
        let message = found.message.replacen("owns this field", &format!("owns this field{words}"), 1);
        Finding {
            code,
            help: None,
            message: message.replacen("would become", if code == Code::KeptField { "would have become" } else { "becomes" }, 1),
            ..found
        }
    };
    kept.chain(taken).map(finding).collect()
}

/// Says who owns a field, and both values.
fn conflicting(answered: &Answered<'_>, conflict: &FieldConflict) -> Finding {
    let body = &answered.subject.sent.body;
    let path = field_path(&conflict.field, body);
    let ours = value_at(body, &path).map(|value| shown(body, value));
    let theirs = answered.live.as_ref().map(|live| (live, field_path(&conflict.field, live)));
    let theirs = theirs.and_then(|(live, path)| value_at(live, &path)).map(|value| shown(body, value));
    let values = match (ours, theirs) {
        (Some(ours), Some(theirs)) => format!(": it is {theirs} and would become {ours}"),
        (Some(ours), None) => format!(": it would become {ours}"),
        _ => String::new(),
    };
    let message = match conflict.manager.as_str() {
        "" => format!("another field manager owns this field ({}){values}", conflict.message),
        manager => format!("field manager {manager:?} owns this field{values}"),
    };
    answered
        .subject
        .finding(Code::Conflict, message)
        .of_field(path.to_string())
        .help("leave the field out of the chart's values, or say in the stack file what becomes of it: forceConflicts: true takes it over, fieldManagers has rules by field and manager")
}

/// Writes a value in a line, covered where it is a Secret's.
fn shown(object: &Json, value: &Json) -> String {
    const LONGEST: usize = 80;
    if is_secret(object) {
        return "(covered)".to_owned();
    }
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// A refusal about to become findings.
struct Refused<'a> {
    answered: &'a Answered<'a>,
    message: &'a str,
}

impl Refused<'_> {
    fn finding(&self, code: Code) -> Finding {
        self.answered.subject.finding(code, self.words(self.message))
    }

    fn of_field(&self, code: Code, error: &FieldError) -> Finding {
        let subject = self.answered.subject;
        let path = field_path(&error.field, &subject.sent.body);
        let finding = subject.finding(code, self.words(&error.message));
        if path.0.is_empty() { finding } else { finding.of_field(path.to_string()) }
    }

    fn words(&self, text: &str) -> String {
        let subject = self.answered.subject;
        covered(&self.answered.trial.in_own_words(&subject.sent.id, text), &subject.sent.body)
    }
}

/// Covers the values of a Secret in a text.
pub(super) fn covered(text: &str, object: &Json) -> String {
    let mut text = text.to_owned();
    if !is_secret(object) {
        return text;
    }
    let values = ["data", "stringData"].into_iter().filter_map(|field| object[field].as_object()).flat_map(|map| map.values());
    for value in values {
        let raw = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let decoded = STANDARD.decode(&raw).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        for secret in [Some(raw), decoded].into_iter().flatten().filter(|secret| !secret.is_empty()) {
            text = text.replace(&secret, "(covered)");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Answered, check_answers, covered};
    use crate::cluster::{Error, Refusal};
    use crate::plan::finding::Code;
    use crate::plan::preflight::{Brought, Subject, trial};
    use serde_json::{Value as Json, json};

    /// Reads the server's `Status`, and returns code, field and message of the findings.
    #[track_caller]
    fn check(subject: &Subject, code: u16, status: Json, expected: &[(Code, &str, &str)]) {
        let refusal = Box::new(Refusal::read(code, None, status.to_string().as_bytes()));
        let answer = Some(Err(Error::Refused { doing: "trying".to_owned(), refusal }));
        let trial = trial(subject, None, &Brought::default());
        let found = check_answers(&[Answered { subject, trial, answer, live: None, resolved: None }], &Brought::default());
        let found: Vec<(Code, &str, &str)> =
            found.iter().map(|finding| (finding.code, finding.field.as_deref().unwrap_or_default(), finding.message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_webhook_that_allows_no_dry_runs_stops_nothing() {
        let map = Subject::of_test(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "shop"}}));
        let message = "admission webhook \"check.example.org\" does not support dry run";
        let status = json!({"kind": "Status", "reason": "BadRequest", "message": message, "code": 400});
        check(
            &map,
            400,
            status,
            &[(Code::NotTried, "", "it could not be tried: admission webhook \"check.example.org\" does not allow dry runs")],
        );
    }

    #[test]
    fn a_hook_of_a_later_run_is_no_error() {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "shop"}, "data": {"a b": ""}});
        let later = Subject { in_run: false, ..Subject::of_test(map) };
        let causes = json!([{"reason": "FieldValueInvalid", "message": "Invalid value", "field": "data[a b]"}]);
        let status = json!({"kind": "Status", "reason": "Invalid", "message": "bad", "details": {"causes": causes}});
        check(&later, 422, status, &[(Code::RefusedLater, "data.a b", "Invalid value")]);
    }

    #[test]
    fn what_the_server_says_of_a_secret_is_covered() {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "c3dvcmRmaXNo"}, "stringData": {"b": 4711}});
        assert_eq!(
            covered("expected string, got 4711 (swordfish, c3dvcmRmaXNo)", &secret),
            "expected string, got (covered) ((covered), (covered))"
        );
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "swordfish"}});
        assert_eq!(covered("swordfish", &map), "swordfish");
    }
}
