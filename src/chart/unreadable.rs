//! A file that is not what it should be.

use crate::diag::Diagnostic;
use crate::value::Mismatch;
use crate::yaml;

/// Why a file of a chart or of a user cannot be read. `Display` is what Helm says after the file's name.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no YAML.
    #[error("{0}")]
    Yaml(yaml::Error),
    /// A document of it is no YAML map.
    #[error("{}: {error}", document_words(.0), error = .0)]
    Document(yaml::Error),
    /// A field has the wrong type.
    #[error("error unmarshaling JSON: while decoding JSON: {0}")]
    Field(Mismatch),
    /// A time is none.
    #[error("error unmarshaling JSON: while decoding JSON: {0}")]
    Time(String),
}

/// Helm's words before an error of a document.
fn document_words(error: &yaml::Error) -> &'static str {
    match error {
        yaml::Error::Separator(_) => "error reading yaml document",
        _ => "cannot unmarshal yaml document",
    }
}

impl From<yaml::Error> for Unreadable {
    fn from(error: yaml::Error) -> Unreadable {
        Unreadable::Yaml(error)
    }
}

impl From<Mismatch> for Unreadable {
    fn from(mismatch: Mismatch) -> Unreadable {
        Unreadable::Field(mismatch)
    }
}

impl Unreadable {
    /// Returns the error for people.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Unreadable::Yaml(error) | Unreadable::Document(error) => error.diagnostic(),
            Unreadable::Field(mismatch) => {
                let path = mismatch.field.as_ref().map_or("the document", |(_, path)| path.as_str());
                Diagnostic::error(format!("{path} has the wrong type"))
                    .at_maybe(mismatch.origin.span(), format!("this is {}, not {}", mismatch.found, mismatch.expected))
            }
            Unreadable::Time(words) => Diagnostic::error(words.clone()).help("write it as 2020-01-31T12:00:00Z"),
        }
    }
}
