//! Amounts of resources.

use serde_json::Value as Json;

/// Reads a quantity: `500m`, `2`, `1.5Gi`, `1e3`.
///
/// Rule: k8s.io/apimachinery pkg/api/resource.
pub(super) fn quantity(value: &Json) -> Option<f64> {
    const SUFFIXES: [(&str, f64); 15] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
    ];
    let text = match value {
        Json::Number(number) => return number.as_f64(),
        Json::String(text) => text.as_str(),
        _ => return None,
    };
    let with_suffix = |(suffix, factor): &(&str, f64)| Some(text.strip_suffix(suffix)?.parse::<f64>().ok()? * factor);
    text.parse().ok().or_else(|| SUFFIXES.iter().find_map(with_suffix))
}

#[cfg(test)]
mod tests {
    use super::quantity;
    use serde_json::json;

    #[test]
    fn quantities_are_read() {
        for (text, value) in [("500m", 0.5), ("2", 2.0), ("1.5Gi", 1_610_612_736.0), ("1e3", 1000.0), ("3k", 3000.0), ("1E", 1e18)] {
            assert_eq!(quantity(&json!(text)), Some(value), "{text}");
        }
        assert_eq!(quantity(&json!("many")), None);
        assert_eq!(quantity(&json!(4)), Some(4.0));
    }
}
