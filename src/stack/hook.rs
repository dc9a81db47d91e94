//! Hooks, from what the file says to what they do.

use super::error::Error;
use super::model::{Hook, HookAction};
use super::raw::{RawHook, Spanned, Text};
use crate::diag::{Diagnostics, nearest};

/// The events that happen.
const EVENTS: [&str; 7] = ["prepare", "preapply", "presync", "preuninstall", "postuninstall", "postsync", "cleanup"];

/// Turns the hooks of a release or a state into what they do; one that does nothing is told and left out.
pub(super) fn hooks(raw: &[Spanned<RawHook>], diagnostics: &mut Diagnostics) -> Vec<Hook> {
    raw.iter().filter_map(|hook| self::hook(hook, diagnostics)).collect()
}

fn hook(raw: &Spanned<RawHook>, diagnostics: &mut Diagnostics) -> Option<Hook> {
    let hook = &raw.value;
    let text = |text: &Text| text.as_ref().map(|text| text.value.clone()).filter(|text| !text.is_empty());
    for event in hook.events.iter().filter(|event| !EVENTS.contains(&event.value.as_str())) {
        let near = nearest(&event.value, EVENTS).map(ToOwned::to_owned);
        diagnostics.push(Error::UnknownEvent { event: event.value.clone(), near, span: event.span.clone() }.warning());
    }
    let applied = |key: &str| hook.kubectl_apply.get(key).map(|text| text.value.clone());
    let action = match (applied("filename"), applied("kustomize"), text(&hook.command)) {
        (Some(file), None, _) => HookAction::ApplyFile(file),
        (None, Some(folder), _) => HookAction::ApplyKustomization(folder),
        (None, None, Some(command)) if hook.kubectl_apply.is_empty() => {
            HookAction::Run { command, args: hook.args.iter().map(|text| text.value.clone()).collect() }
        }
        _ => {
            diagnostics.push(Error::EmptyHook { span: raw.span.clone() }.diagnostic());
            return None;
        }
    };
    let name = text(&hook.name).unwrap_or_else(|| match &action {
        HookAction::Run { command, .. } => command.clone(),
        HookAction::ApplyFile(_) | HookAction::ApplyKustomization(_) => "kubectlApply".to_owned(),
    });
    Some(Hook {
        name,
        events: hook.events.iter().map(|event| event.value.clone()).collect(),
        action,
        show_logs: hook.show_logs.as_ref().is_some_and(|flag| flag.value),
        span: Some(raw.span.clone()),
    })
}
