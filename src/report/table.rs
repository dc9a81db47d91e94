//! Tables as helm writes them.

use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Writes rows in columns of at most `max_width` cells (0: of any width), tabs between them. Colours take no room.
///
/// Rule: github.com/gosuri/uitable, which Helm uses. A cell of several lines is cut when they are together wider than its column.
///
/// # Errors
/// What the stream says.
pub(super) fn write_table<const N: usize>(out: &mut dyn Write, rows: &[[&str; N]], max_width: usize) -> io::Result<()> {
    let widths: [usize; N] = std::array::from_fn(|column| column_width(rows, column, max_width));
    for row in rows {
        write_row(out, row, &widths)?;
    }
    Ok(())
}

fn write_row<const N: usize>(out: &mut dyn Write, row: &[&str; N], widths: &[usize; N]) -> io::Result<()> {
    let texts: [String; N] = std::array::from_fn(|column| resize(row[column], widths[column]));
    let cells: [Vec<&str>; N] = std::array::from_fn(|column| texts[column].split('\n').collect());
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
    for line in 0..lines {
        let parts: [String; N] = std::array::from_fn(|column| resize(cells[column].get(line).copied().unwrap_or(" "), widths[column]));
        writeln!(out, "{}", parts.join("\t"))?;
    }
    Ok(())
}

fn column_width<const N: usize>(rows: &[[&str; N]], column: usize, max_width: usize) -> usize {
    let widest = rows.iter().flat_map(|row| row[column].split('\n')).map(width).max().unwrap_or(0);
    if max_width == 0 { widest } else { widest.min(max_width) }
}

/// Fills a text up to a width, or cuts it and puts an ellipsis at its end. What has no width stays as it is.
fn resize(text: &str, wanted: usize) -> String {
    let found = width(text);
    if found <= wanted || wanted == 0 {
        return format!("{text}{}", " ".repeat(wanted.saturating_sub(found)));
    }
    let mut cut = String::new();
    let mut used = 0;
    for character in text.chars() {
        cut.push(character);
        used += character.width().unwrap_or(0);
        if used + 3 >= wanted {
            break;
        }
    }
    cut + "..."
}

/// Returns how wide a text is, without its colours and what else is not shown.
fn width(text: &str) -> usize {
    let is_plain = |text: &str| !text.chars().any(char::is_control);
    if is_plain(text) {
        return text.width();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        shown.push_str(&rest[..at]);
        rest = rest[at + 1..].trim_start_matches(|character: char| "[;".contains(character) || character.is_ascii_digit());
        rest = rest.strip_prefix(|character: char| character.is_ascii_alphabetic()).unwrap_or(rest);
    }
    shown.push_str(rest);
    shown.retain(|character| !character.is_control());
    shown.width()
}

#[cfg(test)]
mod tests {
    use super::write_table;

    #[track_caller]
    fn check(rows: &[[&str; 2]], expected: &str) {
        let mut out = Vec::new();
        write_table(&mut out, rows, 0).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn colours_take_no_room() {
        check(&[["NAME", "X"], ["\x1b[36mab\x1b[0m", "y"]], "NAME\tX\n\x1b[36mab\x1b[0m  \ty\n");
    }

    #[test]
    fn a_cell_of_several_lines_is_cut_where_they_are_together_too_wide() {
        check(&[["A", "first line is long\nsecond"]], "A\tfirst line is l...\n");
        check(&[["A", "a\nb"], ["B", "four"]], "A\ta   \n \tb   \nB\tfour\n");
    }
}
