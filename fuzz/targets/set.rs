//! The grammars of `--set` and its sisters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stackwright::chart::values::{parse_file_into, parse_into, parse_json_into, parse_literal_into, parse_string_into};
use stackwright::diag::Source;
use stackwright::value::{Map, Value};

fuzz_target!(|text: &str| {
    let source = Source::new("--set", text);
    let values: Map = [("list", Value::list(vec![Value::from("a"), Value::from("b")])), ("text", "c".into())].into_iter().collect();
    let results = [
        parse_into(&source, &values),
        parse_string_into(&source, &values),
        parse_json_into(&source, &values),
        parse_literal_into(&source, &values),
        parse_file_into(&source, &values, &|path| Ok(path.into())),
    ];
    for error in results.into_iter().filter_map(Result::err) {
        let _ = (error.to_string(), error.diagnostic());
    }
});
