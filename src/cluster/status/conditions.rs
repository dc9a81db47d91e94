//! What a chart itself says about when an object is ready: `helm.sh/readiness-success` and `helm.sh/readiness-failure`.

use super::Status;
use crate::chart::JsonPath;
use crate::value;
use crate::yaml;
use serde_json::Value;
use std::cmp::Ordering;

/// Annotation with conditions of which one is enough.
pub const SUCCESS: &str = "helm.sh/readiness-success";

/// Annotation with conditions of which none may hold.
pub const FAILURE: &str = "helm.sh/readiness-failure";

/// When an object is ready, and when it has failed, in its chart's words. Both lists are there, or kstatus decides.
///
/// Rule: HIP-0025, "Readiness".
#[derive(Clone, Debug)]
pub struct Conditions {
    success: Vec<Condition>,
    failure: Vec<Condition>,
}

/// `{<path>} <operator> <value>`, below `.status`.
#[derive(Clone, Debug)]
struct Condition {
    text: String,
    path: JsonPath,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Conditions {
    /// Reads the two annotations, each a list of conditions in JSON or YAML.
    ///
    /// # Errors
    /// What cannot be read, and why.
    pub fn parse(success: &str, failure: &str) -> Result<Conditions, String> {
        Ok(Conditions { success: list(success)?, failure: list(failure)? })
    }

    /// Reads the annotations of an object. Nothing where one of the two is missing; one that cannot be read was refused in planning.
    pub fn of(object: &Value) -> Option<Conditions> {
        let annotation = |key: &str| object.get("metadata")?.get("annotations")?.get(key)?.as_str();
        Conditions::parse(annotation(SUCCESS)?, annotation(FAILURE)?).ok()
    }

    /// Returns how far a live object has come. A failure counts more than a success.
    pub fn status(&self, live: &Value) -> Status {
        let status = live.get("status").map_or(value::Value::Nil, value::Value::from);
        let holds = |condition: &&Condition| condition.holds(&status);
        if let Some(condition) = self.failure.iter().find(holds) {
            return Status::failed("ReadinessFailure", format!("{} holds", condition.text));
        }
        match self.success.iter().find(holds) {
            Some(condition) => Status::current(format!("{} holds", condition.text)),
            None => {
                let wanted: Vec<&str> = self.success.iter().map(|condition| condition.text.as_str()).collect();
                Status::in_progress("ReadinessPending", format!("waiting for {}", wanted.join(" or ")))
            }
        }
    }
}

fn list(text: &str) -> Result<Vec<Condition>, String> {
    let value = yaml::parse_str(text).map_err(|error| error.to_string())?;
    let items = value.as_list().ok_or("it is no list of conditions")?;
    items.iter().map(|item| Condition::parse(item.as_str().ok_or("a condition is no text")?)).collect()
}

impl Condition {
    fn parse(text: &str) -> Result<Condition, String> {
        let wrong = |what: &str| format!("`{text}` {what}; write it as {{.path}} OPERATOR VALUE");
        let text_of_path = text.trim_start();
        let end = closing_brace(text_of_path).ok_or_else(|| wrong("does not begin with a path in braces"))?;
        let (path, rest) = text_of_path.split_at(end);
        let rest = rest.trim_start();
        let found = OPERATORS.iter().find_map(|(word, operator)| Some((rest.strip_prefix(word)?, *operator)));
        let (value, operator) = found.ok_or_else(|| wrong("has no operator (==, !=, <, <=, >, >=) after its path"))?;
        let value = unquoted(value.trim());
        if value.is_empty() {
            return Err(wrong("has no value"));
        }
        let path = JsonPath::parse(path).map_err(|error| wrong(&format!("has a path that cannot be read ({error})")))?;
        Ok(Condition { text: text.trim().to_owned(), path, operator, value: value.to_owned() })
    }

    /// What is not there yet meets no condition.
    fn holds(&self, status: &value::Value) -> bool {
        let Ok(found) = self.path.print(status) else { return false };
        let found = String::from_utf8_lossy(&found);
        if found.is_empty() {
            return false;
        }
        let order = match (found.parse::<f64>(), self.value.parse::<f64>()) {
            (Ok(found), Ok(value)) => found.partial_cmp(&value),
            _ if matches!(self.operator, Operator::Equal | Operator::NotEqual) => Some(found.as_ref().cmp(&self.value)),
            // Which of two texts is more, no list of conditions can mean.
            _ => None,
        };
        order.is_some_and(|order| match self.operator {
            Operator::Equal => order == Ordering::Equal,
            Operator::NotEqual => order != Ordering::Equal,
            Operator::Less => order == Ordering::Less,
            Operator::AtMost => order != Ordering::Greater,
            Operator::Greater => order == Ordering::Greater,
            Operator::AtLeast => order != Ordering::Less,
        })
    }
}

/// Returns the end of a path in braces; braces within quotes do not count.
fn closing_brace(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'{', None) if at == 0 => {}
            (_, _) if at == 0 => return None,
            (b'}', None) => return Some(at + 1),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

fn unquoted(text: &str) -> &str {
    let within = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::Conditions;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(success: &str, failure: &str, status: Value, expected: State) {
        let conditions = Conditions::parse(success, failure).expect("the conditions can be read");
        assert_eq!(conditions.status(&json!({"status": status})).state, expected);
    }

    #[test]
    fn one_success_is_enough_and_a_failure_counts_more() {
        let (success, failure) = (r#"["{.succeeded} == 1", "{.succeeded} == 2"]"#, r#"["{.failed} >= 1"]"#);
        check(success, failure, json!({}), State::InProgress);
        check(success, failure, json!({"succeeded": 2}), State::Current);
        check(success, failure, json!({"succeeded": 3}), State::InProgress);
        check(success, failure, json!({"succeeded": 1, "failed": 1}), State::Failed);
    }

    #[test]
    fn texts_booleans_and_filters_are_compared() {
        check(r#"["{.phase} == \"Ready\""]"#, "[]", json!({"phase": "Ready"}), State::Current);
        check(r#"["{.phase} != Pending"]"#, "[]", json!({"phase": "Ready"}), State::Current);
        check(r#"["{.phase} != Pending"]"#, "[]", json!({}), State::InProgress);
        check(r#"["{.done} == true"]"#, "[]", json!({"done": true}), State::Current);
        check(r#"["{.phase} > 3"]"#, "[]", json!({"phase": "Ready"}), State::InProgress);
        let by_type = r#"["{.conditions[?(@.type==\"Ready\")].status} == True"]"#;
        check(
            by_type,
            "[]",
            json!({"conditions": [{"type": "Other", "status": "False"}, {"type": "Ready", "status": "True"}]}),
            State::Current,
        );
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in ["a", r#"["succeeded == 1"]"#, r#"["{.a} 1"]"#, r#"["{.a} =="]"#, r#"["{.a == 1"]"#, "[1]"] {
            assert!(Conditions::parse(text, "[]").is_err(), "{text}");
        }
    }
}
