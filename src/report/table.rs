//! Tables as helm writes them.

use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Writes rows in columns of at most `max_width` cells (0: of any width), tabs between them.
///
/// Rule: github.com/gosuri/uitable, which Helm uses.
///
/// # Errors
/// What the stream says.
pub(super) fn write_table<const N: usize>(out: &mut dyn Write, rows: &[[&str; N]], max_width: usize) -> io::Result<()> {
    let widths: [usize; N] = std::array::from_fn(|column| column_width(rows, column, max_width));
    for row in rows {
        let texts: Vec<String> = row.iter().zip(widths).map(|(text, width)| resize(text, width)).collect();
        writeln!(out, "{}", texts.join("\t"))?;
    }
    Ok(())
}

fn column_width<const N: usize>(rows: &[[&str; N]], column: usize, max_width: usize) -> usize {
    let widest = rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    if max_width == 0 { widest } else { widest.min(max_width) }
}

/// Fills a text up to a width, or cuts it and puts an ellipsis at its end.
fn resize(text: &str, width: usize) -> String {
    let found = text.width();
    if found <= width {
        return format!("{text}{}", " ".repeat(width - found));
    }
    let mut cut = String::new();
    let mut used = 0;
    for character in text.chars() {
        cut.push(character);
        used += character.width().unwrap_or(0);
        if used + 3 >= width {
            break;
        }
    }
    cut + "..."
}
