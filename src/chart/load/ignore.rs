//! `.helmignore`.

use super::path_match::{BadPattern, Pattern};

/// The rules of a `.helmignore` file, in order, with the built-in one at the end.
///
/// Unlike in .gitignore the first rule that matches decides, and a rule with `!` ignores whatever it does NOT match at that
/// point (pkg/ignore/rules.go).
#[derive(Debug)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// The pattern without `!`, leading and trailing `/`; nothing matches what is malformed without them.
    pattern: Option<Pattern>,
    negated: bool,
    directories_only: bool,
    /// Whether the whole path is matched, not only the last segment.
    whole_path: bool,
}

impl Rules {
    /// Reads the text of a `.helmignore` file; the empty text has the built-in rule alone.
    ///
    /// # Errors
    /// A pattern that Helm refuses, in its words.
    pub(super) fn parse(text: &str) -> Result<Rules, String> {
        let mut rules = Vec::new();
        for line in text.trim_start_matches('\u{feff}').split('\n').chain(["templates/.?*"]) {
            rules.extend(parse_rule(line.trim())?);
        }
        Ok(Rules(rules))
    }

    /// Says whether a path below the chart's folder is left out.
    pub(super) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        for rule in &self.0 {
            let applies = !rule.directories_only || is_directory;
            if rule.negated {
                if !applies || !rule.matches(path) {
                    return true;
                }
            } else if applies && rule.matches(path) {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        let name = if self.whole_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        self.pattern.as_ref().is_some_and(|pattern| pattern.matches(name))
    }
}

fn parse_rule(line: &str) -> Result<Option<Rule>, String> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    if line.contains("**") {
        return Err("double-star (**) syntax is not supported".into());
    }
    let malformed = |error: BadPattern| error.to_string();
    Pattern::parse(line).map_err(malformed)?;
    let (negated, line) = strip(line, |line| line.strip_prefix('!'));
    let (directories_only, line) = strip(line, |line| line.strip_suffix('/'));
    let (rooted, pattern) = strip(line, |line| line.strip_prefix('/'));
    let whole_path = rooted || pattern.contains('/');
    Ok(Some(Rule { pattern: Pattern::parse(pattern).ok(), negated, directories_only, whole_path }))
}

/// Returns whether there was something to strip, and the rest.
fn strip<'a>(text: &'a str, strip: impl Fn(&'a str) -> Option<&'a str>) -> (bool, &'a str) {
    strip(text).map_or((false, text), |rest| (true, rest))
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[track_caller]
    fn check(rules: &str, path: &str, is_directory: bool, ignored: bool) {
        let parsed = Rules::parse(rules).expect("these rules are well formed");
        assert_eq!(parsed.ignores(path, is_directory), ignored, "{rules:?} {path}");
    }

    #[test]
    fn helms_own_table() {
        for (rules, path, is_directory, ignored) in [
            ("helm.txt", "helm.txt", false, true),
            ("helm.*", "helm.txt", false, true),
            ("helm.*", "rudder.txt", false, false),
            ("*.txt", "tiller.txt", false, true),
            ("*.txt", "cargo/a.txt", false, true),
            ("cargo/*.txt", "cargo/a.txt", false, true),
            ("cargo/*.*", "cargo/a.txt", false, true),
            ("cargo/", "cargo", true, true),
            ("cargo/", "cargo", false, false),
            ("mast/", "mast/a.txt", false, false),
            ("helm.txt/", "helm.txt", false, false),
            ("!helm.txt", "helm.txt", false, false),
            ("!helm.txt", "tiller.txt", false, true),
            ("!*.txt", "cargo", true, true),
            ("!cargo/", "mast/", true, true),
            ("/a.txt", "a.txt", false, true),
            ("/a.txt", "cargo/a.txt", false, false),
            ("/cargo/a.txt", "cargo/a.txt", false, true),
            ("", "templates/.dotfile", false, true),
            ("", "templates/a.yaml", false, false),
            ("# note\n\n  *.md \r\n", "README.md", false, true),
        ] {
            check(rules, path, is_directory, ignored);
        }
    }

    #[test]
    fn refused_patterns() {
        assert_eq!(Rules::parse("a/**/b").expect_err("unsupported"), "double-star (**) syntax is not supported");
        assert_eq!(Rules::parse("[").expect_err("malformed"), "syntax error in pattern");
    }
}
