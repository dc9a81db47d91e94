//! Lexer and parser of templates: any text is a template or a mistake with a place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stackwright::chart;
use stackwright::diag::Source;
use stackwright::template::Compiled;

fuzz_target!(|text: &str| {
    if let Err(error) = Compiled::parse(&Source::new("fuzz", text), chart::functions()) {
        let _ = (error.to_string(), error.diagnostic());
    }
});
