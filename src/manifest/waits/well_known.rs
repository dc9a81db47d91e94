//! Init containers that wait without variables of kubernetes-entrypoint: the image k8s-wait-for, and loops of a shell until an address answers.

use super::wait::Wait;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Words that say that a command waits for an address.
const LOOPS: [&str; 7] = ["until ", "while !", "while ! ", "wait-for-it", "wait4x", "dockerize -wait", "nc -z"];

/// Reads what an init container waits for by its image and command.
pub(super) fn well_known_waits(container: &Json, namespace: &str, found: &mut Vec<Wait>) {
    let image = container["image"].as_str().unwrap_or_default();
    let words = words(container);
    if image.rsplit('/').next().is_some_and(|name| name.starts_with("k8s-wait-for")) {
        found.extend(of_wait_for(&words, namespace));
        return;
    }
    let text = words.join(" ");
    if LOOPS.iter().any(|word| text.contains(word)) {
        found.extend(addresses(&text, container, namespace));
    }
}

fn words(container: &Json) -> Vec<String> {
    let lists = [&container["command"], &container["args"]];
    lists.into_iter().filter_map(Json::as_array).flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// Rule: groundnuty/k8s-wait-for, README: `pod|job|service[-wr|-we] NAME|-lLABELS [-n NAMESPACE]`.
fn of_wait_for(words: &[String], namespace: &str) -> Option<Wait> {
    let words: Vec<&str> = words.iter().flat_map(|words| words.split_whitespace()).collect();
    let begin = words.iter().position(|word| matches!(word.split('-').next(), Some("pod" | "job" | "service")))?;
    let after = |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1)).copied();
    let namespace = after("-n").or_else(|| after("--namespace")).unwrap_or(namespace).to_owned();
    let wanted = *words.get(begin + 1)?;
    let labels = match wanted.strip_prefix("-l") {
        Some("") => Some(*words.get(begin + 2)?),
        other => other,
    };
    let labels: Option<BTreeMap<String, String>> = labels.map(pairs).filter(|labels| !labels.is_empty());
    match (words[begin].split('-').next()?, labels) {
        ("service", None) => Some(Wait::Service { namespace, name: wanted.to_owned() }),
        ("job", Some(labels)) => Some(Wait::Job { namespace, name: None, labels }),
        ("job", None) => Some(Wait::Job { namespace, name: Some(wanted.to_owned()), labels: BTreeMap::new() }),
        ("pod", Some(labels)) => Some(Wait::Pods { namespace, labels, same_node: false }),
        _ => None,
    }
}

/// Reads `a=b,c=d`; other forms of selectors have no pairs.
fn pairs(text: &str) -> BTreeMap<String, String> {
    let pair = |part: &str| part.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim_start_matches('=').to_owned()));
    text.split(',').filter_map(pair).collect()
}

/// Returns everything in a command that may be the address of a Service: names, names with namespaces, hosts of URLs, also where a variable
/// holds them. Which of them are Services is for others to say.
fn addresses(text: &str, container: &Json, namespace: &str) -> Vec<Wait> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-._:/$".contains(character);
    let tokens = text.split(|character: char| !is_part(character)).filter(|token| !token.is_empty());
    let mut found = Vec::new();
    for token in tokens {
        let address = match token.strip_prefix('$') {
            Some(variable) => variable_of(container, variable.split(':').next().unwrap_or_default()),
            None => Some(token),
        };
        if let Some(wait) = address.and_then(|address| address_of(address, namespace)).filter(|wait| !found.contains(wait)) {
            found.push(wait);
        }
    }
    // `$(NAME)` is split at its brackets.
    let env = container["env"].as_array().into_iter().flatten();
    let named = env.filter(|variable| {
        variable["name"].as_str().is_some_and(|name| text.contains(&format!("({name})")) || text.contains(&format!("{{{name}}}")))
    });
    let values = named.filter_map(|variable| address_of(variable["value"].as_str()?, namespace));
    found.extend(values.collect::<Vec<_>>().into_iter().filter(|wait| !found.contains(wait)).collect::<Vec<_>>());
    found
}

fn variable_of<'c>(container: &'c Json, name: &str) -> Option<&'c str> {
    let mut env = container["env"].as_array().into_iter().flatten();
    env.find(|variable| variable["name"] == name)?["value"].as_str()
}

/// Reads `[SCHEME://]NAME[.NAMESPACE[.svc[.DOMAIN]]][:PORT][/PATH]`.
fn address_of(text: &str, namespace: &str) -> Option<Wait> {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', ':']).next()?;
    let parts: Vec<&str> = host.split('.').collect();
    let is_label =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !parts.iter().all(is_label) || !parts[0].bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let namespace = match parts[1..] {
        [] => namespace,
        [namespace] | [namespace, "svc", ..] => namespace,
        _ => return None,
    };
    Some(Wait::Address { namespace: namespace.to_owned(), name: parts[0].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(container: Json, expected: &[&str]) {
        let mut found = Vec::new();
        well_known_waits(&container, "shop", &mut found);
        let words: Vec<String> = found.iter().map(|wait| wait.words("shop")).collect();
        for expected in expected {
            assert!(words.iter().any(|word| word == expected), "{expected} is not in {words:?}");
        }
        assert_eq!(words.is_empty(), expected.is_empty(), "{words:?}");
    }

    #[test]
    fn k8s_wait_for_says_what_it_waits_for() {
        let image = "ghcr.io/groundnuty/k8s-wait-for:v2.0";
        check(json!({"image": image, "args": ["job", "migrate"]}), &["Job migrate"]);
        check(json!({"image": image, "args": ["job-wr", "-lapp=web,part=migrate"]}), &["jobs with app=web, part=migrate"]);
        check(json!({"image": image, "args": ["pod", "-l", "app=web", "-n", "other"]}), &["a pod with app=web in namespace other"]);
        check(json!({"image": image, "args": ["service", "web"]}), &["Service web"]);
        check(json!({"image": image, "args": []}), &[]);
    }

    #[test]
    fn loops_of_a_shell_name_addresses() {
        let loops = |text: &str| json!({"image": "busybox", "command": ["sh", "-c", text], "env": [{"name": "DB", "value": "database"}]});
        check(loops("until nc -z database 5432; do sleep 1; done"), &["Service database"]);
        check(
            loops("until wget -qO- http://web.other.svc.cluster.local:8080/health; do sleep 2; done"),
            &["Service web in namespace other"],
        );
        check(loops("while ! nc -z $DB 5432; do sleep 1; done"), &["Service database"]);
        check(loops("until nc -z $(DB) 5432; do sleep 1; done"), &["Service database"]);
        check(loops("./wait-for-it.sh cache:6379 --"), &["Service cache"]);
        check(loops("chown -R 1000 /data"), &[]);
    }
}
