//! Choosing releases by their labels.

use super::error::Error;
use std::collections::BTreeMap;
use std::fmt;

/// Labels that a release must have, and labels that it must not have: `tier=front,zone!=east`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    value: String,
    equal: bool,
}

impl Selector {
    /// Parses `KEY=VALUE` and `KEY!=VALUE` joined by commas.
    ///
    /// Rule: helmfile pkg/state/release_filters.go `ParseLabels`: keys and values are one or more of `A-Z a-z 0-9 _ . / + -`.
    ///
    /// # Errors
    /// `Error::Selector` with the piece that has another form.
    pub fn parse(text: &str) -> Result<Selector, Error> {
        let requirements = text.split(',').map(Requirement::parse).collect::<Result<_, _>>()?;
        Ok(Selector { requirements })
    }

    /// Says whether labels satisfy every requirement. A label that is absent satisfies `!=`.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|requirement| (labels.get(&requirement.key) == Some(&requirement.value)) == requirement.equal)
    }

    /// Says whether some labels could satisfy both selectors: no key is required to have two values.
    ///
    /// Only `=` is looked at, so `true` is a "perhaps" and `false` is certain.
    pub fn compatible(&self, other: &Selector) -> bool {
        let required =
            |selector: &Selector| selector.requirements.iter().filter(|requirement| requirement.equal).cloned().collect::<Vec<_>>();
        let others = required(other);
        required(self).iter().all(|one| others.iter().all(|two| one.key != two.key || one.value == two.value))
    }
}

impl Requirement {
    fn parse(text: &str) -> Result<Requirement, Error> {
        let (key, rest) = text.split_once('=').ok_or_else(|| Error::Selector { text: text.to_owned() })?;
        let (key, equal) = key.strip_suffix('!').map_or((key, true), |key| (key, false));
        if is_word(key) && is_word(rest) {
            Ok(Requirement { key: key.to_owned(), value: rest.to_owned(), equal })
        } else {
            Err(Error::Selector { text: text.to_owned() })
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./+-".contains(&byte))
}

/// Says whether labels satisfy at least one of several selectors; with no selectors everything does.
pub fn matches_any(selectors: &[Selector], labels: &BTreeMap<String, String>) -> bool {
    selectors.is_empty() || selectors.iter().any(|selector| selector.matches(labels))
}

/// Says whether any pair out of two lists could select the same release; an empty list selects everything.
pub fn any_compatible(some: &[Selector], others: &[Selector]) -> bool {
    some.is_empty() || others.is_empty() || some.iter().any(|one| others.iter().any(|two| one.compatible(two)))
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let operator = if requirement.equal { "=" } else { "!=" };
            write!(f, "{comma}{}{operator}{}", requirement.key, requirement.value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selector(text: &str) -> Selector {
        Selector::parse(text).expect("a good selector")
    }

    #[test]
    fn all_requirements_of_one_selector_and_any_of_several() {
        let labels: BTreeMap<String, String> = [("name", "nova"), ("tier", "compute")].map(|(k, v)| (k.into(), v.into())).into();
        for (texts, expected) in [
            (vec!["name=nova"], true),
            (vec!["name=nova,tier=compute"], true),
            (vec!["name=nova,tier=network"], false),
            (vec!["tier!=network"], true),
            (vec!["zone!=east"], true),
            (vec!["zone=east", "name=nova"], true),
            (vec!["name!=nova", "zone=east"], false),
            (vec![], true),
        ] {
            let selectors: Vec<Selector> = texts.iter().map(|text| selector(text)).collect();
            assert_eq!(matches_any(&selectors, &labels), expected, "{texts:?}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "zz", "a=", "=b", "a==b", "a=b,", "a=b c", "a!=!b", "a=b=c"] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn selectors_conflict_when_one_key_must_have_two_values() {
        assert!(!selector("name=a").compatible(&selector("name=b")));
        assert!(selector("name=a").compatible(&selector("tier=b")));
        assert!(selector("name=a").compatible(&selector("name!=a")));
    }
}
