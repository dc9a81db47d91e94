//! The name that somebody probably meant.

/// Returns the candidate that is nearest to `name`, if one is near enough to be a likely slip of the keyboard.
///
/// Near enough: a Damerau-Levenshtein distance of at most a third of the name's length (at least 1), or the same letters
/// in another case. Ties go to the candidate that comes first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = if candidate.eq_ignore_ascii_case(name) { 0 } else { strsim::damerau_levenshtein(name, candidate) };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_swapped_pair_of_letters_is_near() {
        assert_eq!(nearest("wiat", ["name", "wait", "chart"]), Some("wait"));
    }

    #[test]
    fn nothing_is_near_a_strange_word() {
        assert_eq!(nearest("zebra", ["name", "wait", "chart"]), None);
    }
}
