//! docs/functions.md is made from the tables of functions and from their cases; here it is found stale.

use stackwright::chart;
use stackwright::template::funcs::{FAMILIES, HELM_FAMILIES};
use stackwright::template::function::{Function, Ty};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const HEAD: &str = "\
# Template functions

What templates can call, by family, with the Go types of the parameters (`any` is `interface {}`, `...` takes any number).
*Cases* names the file in `tests/oracle/functions` whose templates call the function: Helm 4.3.1 rendered each of them, and the tests
compare byte by byte. `charts` stands for the charts of `tests/oracle/charts`, and `yaml/forms.json` for random values in `tests/oracle/yaml`.

This page is written by `STACKWRIGHT_WRITE_DOCS=1 cargo test --test offline function_reference`.
";

struct Family {
    name: String,
    purpose: String,
    functions: &'static [Function],
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The families under their modules' names, in the order in which mod.rs lists them.
fn families() -> Vec<Family> {
    let rooms = root().join("src/template/funcs");
    let list = fs::read_to_string(rooms.join("mod.rs")).unwrap();
    let names: Vec<&str> =
        list.split("::FAMILY").filter_map(|before| Some(before.rsplit_once('&')?.1)).filter(|name| is_word(name)).collect();
    let tables: Vec<&'static [Function]> = FAMILIES.iter().chain(HELM_FAMILIES).copied().collect();
    assert_eq!(names.len(), tables.len(), "mod.rs lists {names:?}");
    let family = |(name, functions): (&str, &'static [Function])| {
        let source = fs::read_to_string(rooms.join(format!("{name}.rs"))).unwrap();
        let purpose = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).take_while(|line| !line.is_empty());
        let purpose = purpose.collect::<Vec<_>>().join(" ");
        Family { name: name.to_owned(), purpose, functions }
    };
    names.into_iter().zip(tables).map(family).collect()
}

/// The words of the templates of each file of cases; what is quoted, a field or a variable is no call.
fn words() -> BTreeMap<String, BTreeSet<String>> {
    let files = fs::read_dir(root().join("tests/oracle/functions")).unwrap().map(|entry| entry.unwrap().path());
    let cases = files.filter(|path| path.extension().is_some_and(|extension| extension == "cases") && !is_bulk(path));
    cases
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let templates = text.lines().filter(|line| !line.starts_with("# "));
            let words =
                templates.flat_map(|line| line.split(|character: char| !character.is_alphanumeric() && !"_.$\"".contains(character)));
            (path.file_stem().unwrap().to_string_lossy().into_owned(), words.map(str::to_owned).collect())
        })
        .collect()
}

/// The words in the actions of the charts that Helm rendered, and in the forms that random values took.
fn words_of_charts() -> BTreeMap<String, BTreeSet<String>> {
    let mut folders = vec![root().join("tests/oracle/charts/charts")];
    let mut texts = String::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                texts += &String::from_utf8_lossy(&fs::read(path).unwrap());
            }
        }
    }
    let forms = fs::read_to_string(root().join("tests/oracle/yaml/forms.json")).unwrap();
    [("charts", texts), ("yaml/forms.json", forms)].into_iter().map(|(name, text)| (name.to_owned(), words_of_actions(&text))).collect()
}

fn words_of_actions(text: &str) -> BTreeSet<String> {
    let actions = text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0));
    actions.flat_map(|action| action.split(|character: char| !character.is_alphanumeric() && character != '.')).map(str::to_owned).collect()
}

/// Helm's own functions by name: those that no family here has, or that take the place of a family's.
fn own_functions() -> BTreeMap<&'static str, &'static Function> {
    let families: Vec<&Function> = FAMILIES.iter().chain(HELM_FAMILIES).copied().flatten().collect();
    let all = chart::functions();
    let named = all.names().into_iter().filter_map(|name| Some((name, all.get(name)?)));
    named.filter(|(_, function)| !families.iter().any(|family| std::ptr::eq(*family, *function))).collect()
}

/// Random cases are on some machines only.
fn is_bulk(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("bulk-"))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_alphanumeric() || character == '_')
}

fn signature(function: &Function) -> String {
    let name = |ty: &Ty| ty.name().replace("interface {}", "any");
    let fixed = function.params.iter().map(name);
    fixed.chain(function.variadic.iter().map(|ty| format!("...{}", name(ty)))).collect::<Vec<_>>().join(", ")
}

fn reference(families: &[Family]) -> String {
    let mut page = HEAD.to_owned();
    let (words, own) = (words(), own_functions());
    for family in families {
        let _ = write!(page, "\n## {}\n\n{}\n\n| function | parameters | cases |\n|---|---|---|\n", family.name, family.purpose);
        let sorted: BTreeMap<&str, &Function> = family.functions.iter().map(|function| (function.name, function)).collect();
        let sorted = sorted.into_iter().filter(|(name, _)| !own.contains_key(name));
        for (name, function) in sorted {
            let _ = writeln!(page, "| `{name}` | {} | {} |", signature(function), proof(name, &family.name, &words));
        }
    }
    page += "\n## chart\n\nHelm's own functions on charts, their templates, and data, some in the place of sprig's.\n";
    page += "\n| function | parameters | cases |\n|---|---|---|\n";
    let words = words_of_charts();
    for (name, function) in own {
        let file = words.iter().find(|(_, words)| words.contains(name)).map_or("", |(file, _)| file);
        let _ = writeln!(page, "| `{name}` | {} | {file} |", signature(function));
    }
    page
}

/// The family's own file where it calls the function, else the first that does.
fn proof(function: &str, family: &str, words: &BTreeMap<String, BTreeSet<String>>) -> String {
    let own = words.get_key_value(family);
    let file = own.into_iter().chain(words).find(|(_, words)| words.contains(function));
    file.map_or_else(String::new, |(name, _)| format!("{name}.cases"))
}

fn page() -> PathBuf {
    root().join("docs/functions.md")
}

#[test]
fn the_page_of_functions_is_fresh() {
    let fresh = reference(&families());
    if std::env::var_os("STACKWRIGHT_WRITE_DOCS").is_some() {
        fs::write(page(), &fresh).unwrap();
    }
    assert!(fs::read_to_string(page()).unwrap_or_default() == fresh, "docs/functions.md is stale; its head says how to write it");
}

/// Among Go's own functions only `slice` is replaced.
#[test]
fn a_name_is_in_one_family() {
    let mut owners: BTreeMap<&str, String> = BTreeMap::new();
    for family in families() {
        for function in family.functions {
            let other = owners.insert(function.name, family.name.clone());
            let replaces = function.name == "slice" && family.name == "lists";
            assert!(other.is_none() || replaces, "{} is in {} and in {other:?}", function.name, family.name);
        }
    }
}
