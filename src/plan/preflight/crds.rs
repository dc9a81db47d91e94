//! Changes of custom resource definitions that lose what is stored, or that the server never takes.

use super::refused::Answered;
use crate::plan::finding::{Code, Finding};
use serde_json::Value as Json;

/// Finds definitions that change their scope, or drop a version in which objects are stored.
pub fn check_crds(answered: &[Answered<'_>]) -> Vec<Finding> {
    answered.iter().flat_map(check_crd).collect()
}

/// Says what is unsafe about one object, where it is such a definition.
pub(super) fn check_crd(answered: &Answered<'_>) -> Vec<Finding> {
    if answered.subject.sent.id.kind != "CustomResourceDefinition" {
        return Vec::new();
    }
    let (subject, Some(live)) = (answered.subject, &answered.live) else { return Vec::new() };
    let body = &subject.sent.body;
    let text = |object: &Json, pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut findings = Vec::new();
    let (old, new) = (text(live, "/spec/scope"), text(body, "/spec/scope"));
    if old != new {
        let message = format!("its scope is {old} and would become {new}: that cannot change while it exists");
        let help = "delete the definition, and with it all its objects, before it is made anew";
        findings.push(subject.finding(Code::UnsafeCrd, message).of_field("spec.scope").help(help));
    }
    let versions: Vec<&str> = names(body.pointer("/spec/versions"), "name");
    for stored in live.pointer("/status/storedVersions").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
        if !versions.contains(&stored) {
            let message = format!("it drops version {stored}, in which objects are stored");
            let help =
                format!("write every object again in another version, and take {stored} out of status.storedVersions, before it goes");
            findings.push(subject.finding(Code::UnsafeCrd, message).of_field("spec.versions").help(help));
        }
    }
    findings
}

fn names<'j>(list: Option<&'j Json>, field: &str) -> Vec<&'j str> {
    list.and_then(Json::as_array).into_iter().flatten().filter_map(|item| item[field].as_str()).collect()
}
