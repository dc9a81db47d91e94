//! What an object says about how it is waited for, and which lines of its logs are worth showing: nelm's annotations.
//!
//! Rule: nelm's reference, `werf.io/track-termination-mode` to `werf.io/show-logs-only-for-containers`. What cannot be read has no effect.

use crate::template::go_time;
use regex_automata::meta::Regex;
use serde_json::Value as Json;
use std::time::Duration;

/// How an object is waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tracking {
    /// Whether nobody waits for it.
    pub is_passed_over: bool,
    /// Whether the release goes on when it does not become ready.
    pub may_fail: bool,
    /// How often the containers of one pod may be restarted; one more and it has failed. None where it does not say.
    pub failures_allowed: Option<u32>,
    /// How long nothing may happen to it; none where it does not say.
    pub no_activity: Option<Duration>,
}

impl Tracking {
    /// Reads an object's annotations.
    pub fn of(object: &Json) -> Tracking {
        let says = |key: &str, word: &str| annotation(object, key) == Some(word);
        Tracking {
            is_passed_over: says("werf.io/track-termination-mode", "NonBlocking"),
            may_fail: says("werf.io/fail-mode", "IgnoreAndContinueDeployProcess"),
            failures_allowed: annotation(object, "werf.io/failures-allowed-per-replica").and_then(|text| text.trim().parse().ok()),
            no_activity: annotation(object, "werf.io/no-activity-timeout").and_then(duration),
        }
    }
}

/// Which lines of an object's logs are shown.
#[derive(Clone, Debug, Default)]
pub struct LogRules {
    skips_all: bool,
    only_containers: Vec<String>,
    skipped_containers: Vec<String>,
    /// Rules for all containers (no name) and for one.
    lines: Vec<LineRule>,
}

#[derive(Clone, Debug)]
struct LineRule {
    container: Option<String>,
    skips: bool,
    regex: Regex,
}

impl LogRules {
    /// Reads an object's annotations.
    pub fn of(object: &Json) -> LogRules {
        let names = |key: &str| {
            let names = annotation(object, key).unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
            names.map(str::to_owned).collect()
        };
        let annotations = object.pointer("/metadata/annotations").and_then(Json::as_object);
        let all = annotations.into_iter().flatten().filter_map(|(key, text)| Some((key.as_str(), text.as_str()?)));
        LogRules {
            skips_all: annotation(object, "werf.io/skip-logs") == Some("true"),
            only_containers: names("werf.io/show-logs-only-for-containers"),
            skipped_containers: names("werf.io/skip-logs-for-containers"),
            lines: all.filter_map(|(key, text)| line_rule(key, text)).collect(),
        }
    }

    /// Says whether the log of a container is shown at all.
    pub fn shows_container(&self, container: &str) -> bool {
        let named = |names: &[String]| names.iter().any(|name| name == container);
        !self.skips_all && !named(&self.skipped_containers) && (self.only_containers.is_empty() || named(&self.only_containers))
    }

    /// Says whether a line of a container's log is shown. A rule for the container stands in the place of the one for all.
    pub fn shows_line(&self, container: &str, line: &str) -> bool {
        let rule = |skips: bool| {
            let of = |name: Option<&str>| self.lines.iter().find(|rule| rule.skips == skips && rule.container.as_deref() == name);
            of(Some(container)).or_else(|| of(None))
        };
        rule(false).is_none_or(|rule| rule.regex.is_match(line)) && !rule(true).is_some_and(|rule| rule.regex.is_match(line))
    }
}

fn line_rule(key: &str, text: &str) -> Option<LineRule> {
    let (skips, rest) = match key.strip_prefix("werf.io/log-regex-skip") {
        Some(rest) => (true, rest),
        None => (false, key.strip_prefix("werf.io/log-regex")?),
    };
    let container = if rest.is_empty() { None } else { Some(rest.strip_prefix("-for-")?.to_owned()) };
    Some(LineRule { container, skips, regex: Regex::new(text).ok()? })
}

fn annotation<'a>(object: &'a Json, key: &str) -> Option<&'a str> {
    object.get("metadata")?.get("annotations")?.get(key)?.as_str()
}

fn duration(text: &str) -> Option<Duration> {
    let nanoseconds = go_time::Duration::parse(text.trim().as_bytes()).ok()?.0;
    u64::try_from(nanoseconds).ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(annotations: Json) -> Json {
        json!({"metadata": {"annotations": annotations}})
    }

    #[test]
    fn waiting_follows_the_annotations() {
        assert_eq!(Tracking::of(&json!({})), Tracking::default());
        let tracking = Tracking::of(&object(json!({
            "werf.io/track-termination-mode": "NonBlocking",
            "werf.io/fail-mode": "IgnoreAndContinueDeployProcess",
            "werf.io/failures-allowed-per-replica": "3",
            "werf.io/no-activity-timeout": "8m30s",
        })));
        let expected =
            Tracking { is_passed_over: true, may_fail: true, failures_allowed: Some(3), no_activity: Some(Duration::from_secs(510)) };
        assert_eq!(tracking, expected);
        let unread = Tracking::of(&object(json!({"werf.io/failures-allowed-per-replica": "many", "werf.io/no-activity-timeout": "soon"})));
        assert_eq!(unread, Tracking::default());
    }

    #[test]
    fn logs_are_shown_by_container_and_line() {
        let rules = LogRules::of(&object(json!({
            "werf.io/show-logs-only-for-containers": "app, sidecar",
            "werf.io/log-regex": "ERR|WARN",
            "werf.io/log-regex-for-sidecar": "x",
            "werf.io/log-regex-skip": "healthz",
        })));
        assert!(rules.shows_container("app") && rules.shows_container("sidecar") && !rules.shows_container("init"));
        assert!(rules.shows_line("app", "ERR: no") && !rules.shows_line("app", "INFO"));
        assert!(rules.shows_line("sidecar", "x") && !rules.shows_line("sidecar", "ERR"));
        assert!(!rules.shows_line("app", "ERR healthz"));
        assert!(!LogRules::of(&object(json!({"werf.io/skip-logs": "true"}))).shows_container("app"));
        assert!(LogRules::default().shows_line("app", ""));
    }
}
