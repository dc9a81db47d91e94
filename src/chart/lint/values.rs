//! values.yaml: that it is a map, and fits the schema with the user's values laid over it.

use super::contents::{Contents, Found};
use super::families::LintRequest;
use super::findings::Findings;
use crate::chart::Unreadable;
use crate::chart::schema;
use crate::chart::values::coalesce_tables;
use crate::diag::Source;
use crate::value::{Map, MapKind, Value, json_kind};
use crate::yaml;

const FILE: &str = "values.yaml";

/// Checks the values of the chart alone; those of subcharts are checked where templates are rendered.
pub(super) fn check(request: &LintRequest<'_>, findings: &mut Findings) {
    let contents = request.contents;
    let values = match read(contents) {
        Read::Nothing => {
            findings.info(FILE, "file does not exist");
            return;
        }
        Read::Values(values) => values,
        Read::Refused(words, error) => {
            let message = findings.error(FILE, format!("unable to parse YAML: {words}"));
            error.into_iter().for_each(|error| {
                message.explained_by(error.diagnostic());
            });
            return;
        }
    };
    let Found::File(schema) = &contents.schema else { return };
    if schema.is_empty() || request.skip_schema {
        return;
    }
    let all = Map::of_kind(MapKind::Any);
    coalesce_tables(&all, &request.values.deep_copy(), &mut findings.notices);
    coalesce_tables(&all, &values, &mut findings.notices);
    if let Err(violations) = schema::check_one(&String::from_utf8_lossy(schema), &all) {
        let message = findings.error(FILE, violations.text);
        for (span, text) in violations.spans {
            message.label(Some(span), text);
        }
    }
}

enum Read {
    Nothing,
    Values(Map),
    Refused(String, Option<Unreadable>),
}

fn read(contents: &Contents) -> Read {
    let bytes = match &contents.values {
        Found::Nothing => return Read::Nothing,
        Found::File(bytes) => bytes,
        Found::Folder => return Read::Refused(format!("read {}: is a directory", contents.path.join(FILE).display()), None),
        Found::Unreadable(words) => return Read::Refused(words.clone(), None),
    };
    let parsed = match std::str::from_utf8(bytes) {
        Ok(text) => yaml::parse(&Source::new(format!("{}{FILE}", contents.prefix), text)),
        Err(_) => yaml::parse_bytes(bytes),
    };
    match parsed {
        Ok(Value::Nil) => Read::Values(Map::new()),
        Ok(Value::Map(map)) => Read::Values(map),
        Ok(other) => {
            let found = json_kind(&other);
            let words = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
            Read::Refused(format!("{words} {found} into Go value of type common.Values"), None)
        }
        Err(error) => Read::Refused(error.to_string(), Some(error.into())),
    }
}
