//! Numbers in JSON.

/// Writes a finite number as encoding/json does: without exponent from 1e-6 up to 1e21, else with the shortest exponent.
pub(super) fn write_float(value: f64, out: &mut String) {
    use std::fmt::Write as _;
    let magnitude = value.abs();
    // Writing to a String cannot fail.
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').expect("`{:e}` writes an e");
        let sign = if exponent.starts_with('-') { "" } else { "+" };
        let _ = write!(out, "{digits}e{sign}{exponent}");
    } else {
        let _ = write!(out, "{value}");
    }
}

#[cfg(test)]
mod tests {
    use super::write_float;

    #[test]
    fn exponents_are_as_short_as_go_makes_them() {
        for (value, text) in
            [(0.0, "0"), (-0.0, "-0"), (1e20, "100000000000000000000"), (1e21, "1e+21"), (1e-6, "0.000001"), (1e-7, "1e-7")]
        {
            let mut out = String::new();
            write_float(value, &mut out);
            assert_eq!(out, text);
        }
    }
}
