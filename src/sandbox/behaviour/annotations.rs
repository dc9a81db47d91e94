//! What a pod's annotations ask of its simulation.

use k8s_openapi::api::core::v1::Pod;
use std::time::Duration;

/// Annotations that begin with this tell the sandbox how a pod behaves; docs/sandbox.md lists them.
pub const ANNOTATION_PREFIX: &str = "sandbox.stackwright.dev/";

/// Which part of a pod a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An init container: it runs before the others and has to succeed.
    Init,
    /// An init container that is restarted always: it starts before the others and runs beside them.
    Sidecar,
    /// A container of a pod that is not restarted always: it runs to its end.
    Task,
    /// A container of a pod that is restarted always: it runs for ever.
    Service,
}

/// The annotations of a pod that are about the sandbox, without the prefix.
///
/// For a container, `KEY.CONTAINER` comes first, then `init-KEY` for an init container and `KEY` for any other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script<'a> {
    entries: Vec<(&'a str, &'a str)>,
}

impl<'a> Script<'a> {
    /// Reads the annotations of a pod.
    pub fn of(pod: &'a Pod) -> Self {
        let annotations = pod.metadata.annotations.iter().flatten();
        Script { entries: annotations.filter_map(|(key, value)| Some((key.strip_prefix(ANNOTATION_PREFIX)?, value.as_str()))).collect() }
    }

    /// `exit-code`: the code with which the container ends.
    pub fn exit_code(&self, role: Role, container: &str) -> Option<i32> {
        self.value("exit-code", role, container)?.parse().ok()
    }

    /// `crash-loop`: whether the container fails soon after each start.
    pub fn crash_loops(&self, role: Role, container: &str) -> bool {
        self.value("crash-loop", role, container) == Some("true")
    }

    /// `image-pull`: whether the image cannot be pulled.
    pub fn image_pull_fails(&self, role: Role, container: &str) -> bool {
        self.value("image-pull", role, container) == Some("fail")
    }

    /// `hang`: whether the container never gets done: an init container or a task runs for ever, any other is never ready.
    pub fn hangs(&self, role: Role, container: &str) -> bool {
        self.value("hang", role, container) == Some("true")
    }

    /// `ready`: whether the container is kept from being ready.
    pub fn never_ready(&self, role: Role, container: &str) -> bool {
        self.value("ready", role, container) == Some("false")
    }

    /// `duration`: how long an init container or a task runs, and how long any other takes until it is ready.
    pub fn duration(&self, role: Role, container: &str) -> Option<Duration> {
        parse_duration(self.value("duration", role, container)?)
    }

    /// `log`: the lines that the container logs at each start.
    pub fn log(&self, role: Role, container: &str) -> Option<&'a str> {
        self.value("log", role, container)
    }

    /// Returns the annotations whose value the sandbox does not understand, each with what it expects.
    pub fn mistakes(&self) -> Vec<String> {
        let mistake = |(key, value): &(&str, &str)| {
            let plain = key.split('.').next().unwrap_or(key);
            let expected = match plain.strip_prefix("init-").unwrap_or(plain) {
                "exit-code" => value.parse::<i32>().err().map(|_| "a number"),
                "crash-loop" | "hang" | "ready" => (!matches!(*value, "true" | "false")).then_some("true or false"),
                "image-pull" => (*value != "fail").then_some("fail"),
                "duration" => parse_duration(value).is_none().then_some("a duration as 5s or 1m30s"),
                "log" => None,
                _ => Some("one of the keys exit-code, crash-loop, image-pull, hang, ready, duration, log"),
            };
            expected.map(|expected| format!("annotation {ANNOTATION_PREFIX}{key}: {value:?} is not {expected}"))
        };
        self.entries.iter().filter_map(mistake).collect()
    }

    fn value(&self, key: &str, role: Role, container: &str) -> Option<&'a str> {
        let find = |wanted: &dyn Fn(&str) -> bool| self.entries.iter().find(|(name, _)| wanted(name)).map(|(_, value)| *value);
        find(&|name| name.strip_prefix(key).and_then(|rest| rest.strip_prefix('.')) == Some(container)).or_else(|| match role {
            Role::Init | Role::Sidecar => find(&|name| name.strip_prefix("init-") == Some(key)),
            Role::Task | Role::Service => find(&|name| name == key),
        })
    }
}

/// Reads a duration as Go writes it: numbers with the units ms, s, m and h.
fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let seconds = match &rest[..unit] {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        rest = &rest[unit..];
        total = total.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_duration(text: &str, expected: Option<u64>) {
        assert_eq!(parse_duration(text).map(|duration| duration.as_millis() as u64), expected, "{text:?}");
    }

    #[test]
    fn durations_are_written_as_in_go() {
        check_duration("5s", Some(5000));
        check_duration("1m30s", Some(90_000));
        check_duration("1.5s", Some(1500));
        check_duration("300ms", Some(300));
        check_duration("", None);
        check_duration("5", None);
        check_duration("s", None);
        check_duration("5 s", None);
        check_duration("99999999999999999999h", None);
    }

    #[test]
    fn the_nearest_annotation_counts() {
        let script = Script { entries: vec![("duration", "1s"), ("init-duration", "2s"), ("duration.db", "3s")] };
        let seconds = |role, name| script.duration(role, name).map(|duration| duration.as_secs());
        assert_eq!(seconds(Role::Task, "api"), Some(1));
        assert_eq!(seconds(Role::Init, "init"), Some(2));
        assert_eq!(seconds(Role::Init, "db"), Some(3));
    }

    #[test]
    fn mistakes_are_told() {
        let script = Script { entries: vec![("exit-code", "x"), ("ready", "false"), ("init-duration", "5"), ("raedy", "false")] };
        assert_eq!(script.mistakes().len(), 3);
    }
}
