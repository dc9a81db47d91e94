//! Which file of a chart a patch means.

/// The folders that charts have at their top; a name that begins with one of them has nothing before it.
const TOP: [&str; 6] = ["templates", "charts", "crds", "files", "values_overrides", "ci"];

/// Returns the file of the chart that a name in a patch means. Tried are the name without its first part (`a/`, `chart.orig/`), what
/// comes after the chart's own name, and the name as it is; the first that is there counts, else the first that could be.
pub(super) fn resolve(name: &str, chart: &str, is_there: impl Fn(&str) -> bool) -> String {
    let candidates = candidates(name, chart);
    let found = candidates.iter().find(|candidate| is_there(candidate));
    found.or(candidates.first()).cloned().unwrap_or_else(|| name.to_owned())
}

fn candidates(name: &str, chart: &str) -> Vec<String> {
    let name = name.trim_start_matches("./");
    let mut candidates = Vec::new();
    let mut add = |candidate: &str| {
        if !candidate.is_empty() && !candidates.iter().any(|known| known == candidate) {
            candidates.push(candidate.to_owned());
        }
    };
    let (first, rest) = name.split_once('/').unwrap_or(("", name));
    // A repository of charts: a/charts/nova/templates/x.yaml.
    if let Some((_, inner)) = format!("/{rest}").split_once(&format!("/{chart}/")) {
        add(inner);
    }
    if !TOP.contains(&first) {
        add(rest);
    }
    add(name);
    add(rest);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, there: &[&str], expected: &str) {
        assert_eq!(resolve(name, "nova", |file| there.contains(&file)), expected, "{name}");
    }

    #[test]
    fn names_are_found_below_the_chart() {
        let there = ["templates/x.yaml", "values.yaml", "charts/sub/values.yaml"];
        for name in [
            "a/templates/x.yaml",
            "nova.orig/templates/x.yaml",
            "templates/x.yaml",
            "a/charts/nova/templates/x.yaml",
            "nova/templates/x.yaml",
        ] {
            check(name, &there, "templates/x.yaml");
        }
        check("a/values.yaml", &there, "values.yaml");
        check("values.yaml", &there, "values.yaml");
        check("b/charts/sub/values.yaml", &there, "charts/sub/values.yaml");
        check("charts/sub/values.yaml", &there, "charts/sub/values.yaml");
        check("b/templates/new.yaml", &there, "templates/new.yaml");
        check("templates/new.yaml", &there, "templates/new.yaml");
        check("b/nova/templates/new.yaml", &there, "templates/new.yaml");
    }
}
