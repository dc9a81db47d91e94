//! What lint says about the user's values that make no difference.

use super::message::{Message, Severity};
use crate::chart::trace::{RenderTrace, UnreadValue, redundant_values, unread_values};
use crate::chart::tree::ChartNode;
use crate::diag::Origin;
use crate::value::{Map, Path};

/// Returns a message for each value that nothing reads, and for each that the chart has already.
pub(super) fn messages(tree: &ChartNode<'_>, user: &Map, trace: &RenderTrace) -> Vec<Message> {
    let unread = unread_values(tree.chart, &tree.metadata, user, trace);
    let redundant = tree.values.as_ref().map(|defaults| redundant_values(user, defaults)).unwrap_or_default();
    let is_unread = |path: &Path| unread.iter().any(|value| path.0.starts_with(&value.path.0));
    let redundant = redundant.iter().filter(|(path, _)| !is_unread(path)).map(|(path, origin)| of_redundant(path, origin));
    unread.iter().map(of_unread).chain(redundant).collect()
}

/// Says that a value is the chart's own.
pub fn of_redundant(path: &Path, origin: &Origin) -> Message {
    message(Severity::Info, origin, format!("{path} is what the chart has by default"))
}

/// Says that a value is not read here, but by another release that has it from the same place.
pub fn of_read_elsewhere(value: &UnreadValue, elsewhere: &str) -> Message {
    message(Severity::Info, &value.origin, format!("{} is read by {elsewhere}, not by this release", value.path))
}

/// Says that a value is not read here, and that nobody knows of another release that has it from the same place.
pub fn of_perhaps_read_elsewhere(value: &UnreadValue, elsewhere: &str) -> Message {
    let text = format!("{} is not read by this release; {elsewhere}, which has it too, was not looked at", value.path);
    message(Severity::Info, &value.origin, text)
}

/// Says that nothing reads a value, and which one was probably meant.
pub fn of_unread(value: &UnreadValue) -> Message {
    let UnreadValue { path, origin, nearest, is_mentioned } = value;
    if *is_mentioned {
        return message(Severity::Info, origin, format!("{path} is not read with these values"));
    }
    let hint = nearest.as_ref().map(|near| format!("did you mean {near}?"));
    let words = hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    let mut message = message(Severity::Warning, origin, format!("no template reads {path}{words}"));
    if let Some(hint) = hint {
        message.help(hint);
    }
    message
}

fn message(severity: Severity, origin: &Origin, text: String) -> Message {
    let place = if *origin == Origin::NONE { "values".to_owned() } else { origin.to_string() };
    let mut message = Message::new(severity, place, text);
    message.at(origin.span());
    message
}
