//! Arrows between rooms go only downward: a room uses the rooms below it and none above.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the top of the house to its foundation. Rooms in one line do not know each other.
const FLOORS: &[&[&str]] = &[
    &["cli"],
    &["report"],
    &["ops"],
    &["execute"],
    &["plan"],
    &["diff"],
    &["stack", "import"],
    &["revision"],
    &["release"],
    &["cluster", "source"],
    &["chart"],
    &["manifest"],
    &["template"],
    &["yaml"],
    &["value"],
    &["diag"],
];

/// Rooms that stand aside: they may use what is listed, and only the listed rooms may use them.
const ASIDE: &[(&str, &[&str], &[&str])] = &[("sandbox", &["manifest", "diag"], &["cli"])];

/// Arrows that are allowed although they go up, each with its reason. Empty, and meant to stay so.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

#[test]
fn arrows_between_rooms_go_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (room, files) in rooms(&src) {
        for file in files {
            let text = fs::read_to_string(&file).expect("a source file can be read");
            for used in used_rooms(&text) {
                if used != room && !allowed(&room, &used) && !EXCEPTIONS.iter().any(|(from, to, _)| *from == room && *to == used) {
                    wrong.push(format!("{} uses {used}", file.strip_prefix(&src).expect("is below src").display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that go up or to an unknown room:\n{}", wrong.join("\n"));
}

#[test]
fn every_room_is_on_the_list() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let unknown: Vec<String> = rooms(&src).into_keys().filter(|room| floor(room).is_none() && aside(room).is_none()).collect();
    assert!(unknown.is_empty(), "rooms without a floor: {unknown:?}");
}

#[test]
fn every_room_has_a_header() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in rooms(&src).into_keys() {
        let header = fs::read_to_string(src.join(&room).join("mod.rs")).expect("a room has a mod.rs");
        for word in ["//! In:", "Out:", "//! May not know:", "//! Rule:"] {
            assert!(header.contains(word), "src/{room}/mod.rs does not say `{word}`");
        }
    }
}

fn allowed(room: &str, used: &str) -> bool {
    if let Some((_, may_use, _)) = aside(room) {
        return may_use.contains(&used);
    }
    if let Some((_, _, users)) = aside(used) {
        return users.contains(&room);
    }
    matches!((floor(room), floor(used)), (Some(from), Some(to)) if from < to)
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn aside(room: &str) -> Option<&'static (&'static str, &'static [&'static str], &'static [&'static str])> {
    ASIDE.iter().find(|(name, _, _)| *name == room)
}

fn rooms(src: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut rooms = BTreeMap::new();
    for entry in fs::read_dir(src).expect("src is there") {
        let path = entry.expect("can be read").path();
        if path.is_dir() {
            let mut files = Vec::new();
            collect(&path, &mut files);
            rooms.insert(path.file_name().expect("has a name").to_string_lossy().into_owned(), files);
        }
    }
    rooms
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("is a folder") {
        let path = entry.expect("can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Returns the rooms that a file names in `crate::ROOM` paths, `use crate::{ROOM, …}` among them; test modules count too.
fn used_rooms(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            used.extend(top_level_names(list));
        } else {
            used.push(name_at(rest));
        }
    }
    used.retain(|name| name.chars().next().is_some_and(char::is_lowercase));
    used.sort();
    used.dedup();
    used
}

/// Returns the first names of the entries of a `{…}` list whose opening brace has been read.
fn top_level_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name_at(list[start..at].trim_start()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name_at(list[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

#[test]
fn nested_imports_are_read() {
    assert_eq!(used_rooms("use crate::{diag::{A, B}, value::Value};\nlet x = crate::yaml::parse();"), ["diag", "value", "yaml"]);
}
