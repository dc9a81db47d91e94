//! Compares versions of images and charts as far as they can be told to be versions.

use std::cmp::Ordering;

/// Compares two versions by their leading numbers (`v1.2.3-alpine`, `2024.1-ubuntu`); nothing where one of them begins with no number
/// or both are of different forms.
pub(super) fn compare(old: &str, new: &str) -> Option<Ordering> {
    let (old_numbers, old_rest) = numbers(old)?;
    let (new_numbers, new_rest) = numbers(new)?;
    // A date or a commit beside a version says nothing about which is older.
    if old_numbers.len().abs_diff(new_numbers.len()) > 2 || is_date(&old_numbers) != is_date(&new_numbers) {
        return None;
    }
    let longest = old_numbers.len().max(new_numbers.len());
    let number = |numbers: &[u64], at: usize| numbers.get(at).copied().unwrap_or(0);
    let order = (0..longest).map(|at| number(&new_numbers, at).cmp(&number(&old_numbers, at))).find(|order| order.is_ne());
    match order {
        Some(order) => Some(order),
        // A pre-release is before its release.
        None if old_rest.is_empty() && is_pre_release(new_rest) => Some(Ordering::Less),
        None => None,
    }
}

fn is_pre_release(rest: &str) -> bool {
    ["-rc", "-alpha", "-beta", "-dev", "-pre", "-snapshot"].iter().any(|mark| rest.to_ascii_lowercase().starts_with(mark))
}

fn is_date(numbers: &[u64]) -> bool {
    numbers.first().is_some_and(|number| *number > 19_000_000)
}

fn numbers(text: &str) -> Option<(Vec<u64>, &str)> {
    let mut rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut numbers = Vec::new();
    loop {
        let digits = rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_digit()).len();
        numbers.push(rest.get(..digits)?.parse().ok()?);
        rest = &rest[digits..];
        match rest.strip_prefix('.') {
            Some(after) if after.starts_with(|character: char| character.is_ascii_digit()) => rest = after,
            _ => break,
        }
    }
    // `1a2b3c` is a commit.
    if rest.starts_with(|character: char| character.is_alphanumeric()) { None } else { Some((numbers, rest)) }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use std::cmp::Ordering;

    #[track_caller]
    fn check(old: &str, new: &str, expected: Option<Ordering>) {
        assert_eq!(compare(old, new), expected, "{old} -> {new}");
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        check("1.10.0", "1.9.3", Some(Ordering::Less));
        check("v1.2", "1.2.1", Some(Ordering::Greater));
        check("2024.2-ubuntu_noble", "2024.1-ubuntu_jammy", Some(Ordering::Less));
        check("3.0.0", "3.0.0-rc1", Some(Ordering::Less));
    }

    #[test]
    fn what_is_no_version_is_not_compared() {
        check("latest", "1.0", None);
        check("1a2b3c4", "0f0f0f0", None);
        check("1.2", "20240101", None);
        check("1.2-alpine", "1.2-slim", None);
    }
}
