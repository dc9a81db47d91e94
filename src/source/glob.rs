//! File names by pattern.

use super::files::Files;
use std::path::{Path, PathBuf};

/// Returns the paths that match a pattern, sorted by their text; none when nothing matches.
///
/// Rule: Go's `filepath.Glob`: `*` and `?` stay inside one name, `[a-z]` and `[^a-z]` are classes, `\` escapes; names with a
/// leading dot are not special. A pattern that is badly formed matches nothing but the file of that very name.
pub fn glob(files: &dyn Files, pattern: &str) -> Vec<PathBuf> {
    if !has_magic(pattern) {
        let path = PathBuf::from(pattern);
        return if files.kind(&path).is_some() { vec![path] } else { Vec::new() };
    }
    let (folder, name) = split(pattern);
    let folders = if has_magic(folder) { glob(files, folder) } else { vec![PathBuf::from(folder)] };
    let mut found: Vec<PathBuf> = folders.iter().flat_map(|folder| matches_in(files, folder, name)).collect();
    found.sort_unstable();
    found
}

fn matches_in(files: &dyn Files, folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = files.list(listed).unwrap_or_default();
    entries.iter().filter(|entry| matches_name(pattern, &entry.name)).map(|entry| folder.join(&entry.name)).collect()
}

/// Splits at the last slash; the folder of `/x` is `/`.
fn split(pattern: &str) -> (&str, &str) {
    match pattern.rfind('/') {
        None => ("", pattern),
        Some(0) => ("/", &pattern[1..]),
        Some(at) => (&pattern[..at], &pattern[at + 1..]),
    }
}

fn has_magic(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '\\'])
}

/// Says whether a name matches a pattern without slashes (Go's `filepath.Match`); a bad pattern matches nothing.
pub fn matches_name(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // The last star, and how much of the name it covers so far: on a mismatch it takes one character more.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, n));
            p += 1;
        } else if let Some(length) = match_one(&pattern[p..], name[n]) {
            p += length;
            n += 1;
        } else if let Some((at, covered)) = star {
            star = Some((at, covered + 1));
            p = at + 1;
            n = covered + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&rest| rest == '*')
}

/// Matches one character against the head of a pattern; returns how much of the pattern that took.
fn match_one(pattern: &[char], character: char) -> Option<usize> {
    match pattern.first()? {
        '?' => Some(1),
        '[' => match_class(pattern, character),
        '\\' => (*pattern.get(1)? == character).then_some(2),
        literal => (*literal == character).then_some(1),
    }
}

fn match_class(pattern: &[char], character: char) -> Option<usize> {
    let negated = pattern.get(1) == Some(&'^');
    let mut at = if negated { 2 } else { 1 };
    let mut found = false;
    let first = at;
    while pattern.get(at) != Some(&']') || at == first {
        let low = class_character(pattern, &mut at)?;
        let mut high = low;
        if pattern.get(at) == Some(&'-') {
            at += 1;
            high = class_character(pattern, &mut at)?;
        }
        found |= (low..=high).contains(&character);
    }
    (found != negated).then_some(at + 1)
}

fn class_character(pattern: &[char], at: &mut usize) -> Option<char> {
    if pattern.get(*at) == Some(&'\\') {
        *at += 1;
    }
    let character = *pattern.get(*at)?;
    *at += 1;
    Some(character)
}

#[cfg(test)]
mod tests {
    use super::matches_name;

    #[test]
    fn names_match_as_in_go() {
        for (pattern, name, expected) in [
            ("*.y*ml", "a.yaml", true),
            ("*.y*ml", "a.yml", true),
            ("*.y*ml", "a.yaml.gotmpl", false),
            ("a[0-9]b", "a7b", true),
            ("a[^0-9]b", "a7b", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("a*b*c", "aXbYbZc", true),
            ("[", "[", false),
            ("*", ".hidden", true),
            ("?", "é", true),
        ] {
            assert_eq!(matches_name(pattern, name), expected, "{pattern} {name}");
        }
    }
}
