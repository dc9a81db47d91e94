//! A template of text and paths.

use super::evaluate::evaluate;
use super::node::Node;
use super::parser::parse;
use crate::chart::error::Error;
use crate::value::{Value, write_display};
use crate::yaml::json;

/// A JSONPath template, ready to be used: `{.image.repository}:{.image.tag}`.
#[derive(Clone, Debug)]
pub struct JsonPath(Vec<Node>);

impl JsonPath {
    /// Reads a template.
    ///
    /// # Errors
    /// `Error::JsonPath`.
    pub fn parse(text: &str) -> Result<JsonPath, Error> {
        parse(text).map(JsonPath).map_err(|message| Error::JsonPath { text: text.to_owned(), message })
    }

    /// Writes what the template finds in a value: maps and lists as JSON, everything else as Go prints it; the values of one
    /// path with blanks between them.
    ///
    /// # Errors
    /// What is not there, or not of the kind that the path needs, in client-go's words.
    pub fn print(&self, value: &Value) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        for values in evaluate(&self.0, value)? {
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write_value(value, &mut out)?;
            }
        }
        Ok(out)
    }
}

fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<(), String> {
    match value {
        Value::Nil => out.extend_from_slice(b"null"),
        Value::Map(_) | Value::List(_) => out.extend_from_slice(json::to_string(value).map_err(|error| error.to_string())?.as_bytes()),
        other => write_display(other, out),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    const VALUES: &str = "
name: web
count: 2
ratio: 1.5
none:
image: {repository: 'reg/app', tag: \"1.2\"}
ports:
- {name: http, port: 80, tls: false}
- {name: https, port: 443, tls: true}
- {name: 'a<b', port: 9}
\"a.b\": dotted
";

    #[track_caller]
    fn check(template: &str, expected: Result<&str, &str>) {
        let values = yaml::parse_str(VALUES).expect("it is YAML");
        let found = JsonPath::parse(template).map_err(|error| error.to_string()).and_then(|path| path.print(&values));
        let found = found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{template}");
    }

    #[test]
    fn paths_find_what_kubectl_finds() {
        check("{.image.repository}:{.image.tag}\n", Ok("reg/app:1.2\n"));
        check("{$.count} {@.ratio} {.none}", Ok("2 1.5 null"));
        check("{.ports[*].name}", Ok("http https a<b"));
        check("{.ports[-1:].name}{.ports[0]['name','port']}", Ok("a<bhttp 80"));
        check("{.ports[0:3:2].port}", Ok("80 9"));
        check("{.ports[2]}", Ok(r#"{"name":"a\u003cb","port":9}"#));
        check("{.ports[?(@.name==\"https\")].port}", Ok("443"));
        check("{.ports[?(@.port>=80.0)].name}", Ok("http https"));
        check("{.ports[?(@.tls)].name}", Ok("http https"));
        check("{range .ports[*]}{.name}={.port};{end}done", Ok("http=80;https=443;a<b=9;done"));
        check("{..port}", Ok("80 443 9"));
        check("{.a\\.b} {['a\\.b']}", Ok("dotted dotted"));
        check("{\"quoted \\t\"}{'it\\'s'}", Ok("quoted \tit's"));
        check("no braces", Ok("no braces"));
        check("{.image.*}", Ok("reg/app 1.2"));
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_kubectl() {
        check("{.nope}", Err("nope is not found"));
        check("{.ports[7]}", Err("array index out of bounds: index 7, length 3"));
        check("{.name[0]}", Err("string is not array or slice"));
        check("{.ports[?(@.port==80)].name}", Err("incompatible types for comparison"));
        check("{.ports[0:1:0]}", Err("step must be > 0"));
        check("{end}", Err("not in range, nothing to end"));
        check("{.name", Err("error parsing jsonpath {.name: unclosed action"));
        check("{.ports[x]}", Err("error parsing jsonpath {.ports[x]}: invalid array index x"));
        check("{.ports[0", Err("error parsing jsonpath {.ports[0: unterminated array"));
        check("{!}", Err("error parsing jsonpath {!}: unrecognized character in action: U+0021 '!'"));
        check("{....x}", Err("error parsing jsonpath {....x}: invalid multiple recursive descent"));
    }
}
