//! What Helm logs while it works on a chart.

use std::fmt;

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Info,
    /// Probably not meant.
    Warn,
}

/// One line of Helm's log: said beside the result, never instead of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How loud it is.
    pub level: Level,
    /// The message.
    pub message: String,
    /// What belongs to it, by name.
    pub attributes: Vec<(&'static str, String)>,
}

impl Notice {
    /// Makes an information.
    pub fn info(message: impl Into<String>) -> Notice {
        Notice { level: Level::Info, message: message.into(), attributes: Vec::new() }
    }

    /// Makes a warning.
    pub fn warn(message: impl Into<String>) -> Notice {
        Notice { level: Level::Warn, message: message.into(), attributes: Vec::new() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Notice {
        self.attributes.push((name, value.into()));
        self
    }
}

impl fmt::Display for Notice {
    /// Writes the line as Go's slog text handler does, without the time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Info => "INFO",
            Level::Warn => "WARN",
        };
        write!(f, "level={level} msg={}", quoted(&self.message))?;
        for (name, value) in &self.attributes {
            write!(f, " {name}={}", quoted(value))?;
        }
        Ok(())
    }
}

/// Quotes a text where slog does: when it is empty or holds a blank, a quote, an equals sign or something unprintable.
fn quoted(text: &str) -> String {
    let plain = |character: char| !matches!(character, ' ' | '"' | '=') && crate::value::is_printable(character);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { crate::value::quote(text.as_bytes()) }
}
