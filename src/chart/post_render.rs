//! Lets a post-renderer change what a chart renders to.
//!
//! All files go through it as one stream; each document is marked with the file that it came from, and goes back there.
//! Rule: Helm 4.3.1 pkg/action/action.go (`annotateAndMerge`, `splitAndDeannotate`), sigs.k8s.io/kustomize/kyaml 0.21 kio.

use super::error::Error;
use crate::diag::Source;
use crate::manifest::split;
use crate::yaml::tree::{Tree, TreeKind, TreeStyle, parse_tree, write_trees};

/// Somebody who changes rendered manifests.
pub trait PostRender: Sync {
    /// Takes a stream of YAML documents and returns another one.
    ///
    /// # Errors
    /// What went wrong, in Helm's words.
    fn run(&self, manifests: &str) -> Result<String, String>;
}

/// Rendered files, each by the full name of its template.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// Sends all files through a post-renderer.
///
/// # Errors
/// Files or output that are no YAML, and what the post-renderer says.
pub(super) fn run(files: Files, post_renderer: &dyn PostRender) -> Result<Files, Error> {
    let work = || -> Result<Files, String> {
        let merged = merge(files).map_err(|words| format!("error merging manifests: {words}"))?;
        let output = post_renderer.run(&merged).map_err(|words| format!("error while running post render on files: {words}"))?;
        take_apart(&output).map_err(|words| format!("error while parsing post rendered output: {words}"))
    };
    work().map_err(|message| Error::PostRender { message })
}

/// The annotation that names the file of a document while it is with the post-renderer.
const FILE_NAME: &str = "postrenderer.helm.sh/postrender-filename";

/// Annotations that kyaml gives documents while it has them.
const OF_READER: [&str; 3] =
    ["internal.config.kubernetes.io/index", "config.kubernetes.io/index", "internal.config.kubernetes.io/seqindent"];

fn merge(mut files: Files) -> Result<String, String> {
    files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let mut all = Vec::new();
    for (name, bytes) in files {
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return Err(format!("parsing {name}: MalformedYAMLError: yaml: invalid leading UTF-8 octet"));
        };
        if name.rsplit('/').next().unwrap_or(&name).starts_with('_') {
            continue;
        }
        for document in split(text) {
            let mut trees = read(document).map_err(|words| format!("parsing {name}: {words}"))?;
            for tree in &mut trees {
                set_annotation(tree, FILE_NAME, &name).map_err(|words| format!("annotating {name}: {words}"))?;
            }
            all.append(&mut trees);
        }
    }
    Ok(write(all))
}

fn take_apart(output: &str) -> Result<Files, String> {
    let mut files: Vec<(String, Vec<Tree>)> = Vec::new();
    for (number, mut tree) in read(output).map_err(|words| format!("error parsing YAML: {words}"))?.into_iter().enumerate() {
        if says_nothing(&tree) {
            return Err("getting metadata: missing Resource metadata".into());
        }
        let annotations = root(&mut tree).get("metadata").and_then(|metadata| metadata.get("annotations"));
        let name = annotations.and_then(|annotations| annotations.get(FILE_NAME)).filter(|name| !name.is_null());
        let name = match name.map(|name| name.value.clone()) {
            Some(name) if !name.is_empty() => name,
            _ => format!("generated-by-postrender-{number}.yaml"),
        };
        remove_annotation(&mut tree, FILE_NAME);
        match files.iter_mut().find(|(known, _)| *known == name) {
            Some((_, trees)) => trees.push(tree),
            None => files.push((name, vec![tree])),
        }
    }
    Ok(files.into_iter().map(|(name, trees)| (name, write(trees).into_bytes())).collect())
}

/// Says whether an entry of a list has nothing that an object has. Documents of their own have annotations by then.
fn says_nothing(tree: &Tree) -> bool {
    let has = |key: &str| tree.get(key).is_some_and(|value| !value.is_null() && !is_empty(value));
    tree.kind != TreeKind::Document && !["apiVersion", "kind", "metadata"].into_iter().any(has)
}

fn is_empty(tree: &Tree) -> bool {
    matches!(tree.kind, TreeKind::Mapping | TreeKind::Sequence) && tree.content.is_empty()
}

/// Reads the documents of a stream (kio.ParseAll). One document that is a List stands for its items.
fn read(text: &str) -> Result<Vec<Tree>, String> {
    let text = text.replace("\r\n", "\n");
    let parts = cut(&text)?;
    let mut trees = Vec::new();
    for part in &parts {
        // The line break before a separator belongs to the document: block scalars may keep it.
        let part = if std::ptr::eq(part, &parts[parts.len() - 1]) { (*part).to_owned() } else { format!("{part}\n") };
        let tree = parse_tree(&Source::new("", part)).map_err(|error| format!("MalformedYAMLError: {error}"))?;
        let Some(mut tree) = tree.filter(|tree| !tree.content[0].is_null()) else { continue };
        // kyaml numbers the documents it reads, which needs a place for annotations.
        check_mapping(&tree.content[0])?;
        match list_items(&mut tree.content[0]).filter(|_| parts.len() == 1) {
            Some(items) => trees.extend(items),
            None => {
                set_annotation(&mut tree, OF_READER[0], "")?;
                trees.push(tree);
            }
        }
    }
    Ok(trees)
}

/// Cuts a stream at the lines that begin with `---`; only a comment may follow there.
fn cut(text: &str) -> Result<Vec<&str>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut parts = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(at) = text[from..].find("\n---").map(|at| from + at) {
        let Some(end) = text[at + 1..].find('\n').map(|end| at + 1 + end) else { break };
        let rest = text[at + 4..end].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(format!("invalid document separator: {}", text[at..end].trim()));
        }
        parts.push(&text[start..at]);
        start = end + 1;
        from = start;
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn list_items(root: &mut Tree) -> Option<Vec<Tree>> {
    let kind = root.get("kind")?;
    if !matches!(kind.value.as_str(), "List" | "ResourceList") || root.get("items").is_none() && root.get("functionConfig").is_none() {
        return None;
    }
    let items = root.position("items").map(|at| std::mem::take(&mut root.content[at].content));
    Some(items.unwrap_or_default())
}

/// Writes documents as a stream (kio.StringAll), without the marks of the reader and what they leave empty.
fn write(mut trees: Vec<Tree>) -> String {
    for tree in &mut trees {
        for key in OF_READER {
            remove_annotation(tree, key);
        }
        clear_empty(root(tree));
    }
    write_trees(&trees)
}

fn root(tree: &mut Tree) -> &mut Tree {
    if tree.kind == TreeKind::Document { &mut tree.content[0] } else { tree }
}

fn set_annotation(tree: &mut Tree, key: &str, value: &str) -> Result<(), String> {
    let root = root(tree);
    check_mapping(root)?;
    if let Some(metadata) = root.get("metadata").filter(|metadata| !metadata.is_null()) {
        check_mapping(metadata)?;
    }
    clear_empty(root);
    let metadata = field(root, "metadata");
    check_mapping(metadata)?;
    let annotations = field(metadata, "annotations");
    check_mapping(annotations)?;
    let mut value = Tree { tag: "!!str".into(), ..Tree::scalar(value, TreeStyle::SingleQuoted) };
    match annotations.position(key) {
        Some(at) => {
            value.style = annotations.content[at].style;
            annotations.content[at] = value;
        }
        None => annotations.content.extend([Tree::scalar(key, TreeStyle::Plain), value]),
    }
    Ok(())
}

/// Returns the value of a key, made as an empty mapping where there is none.
fn field<'t>(mapping: &'t mut Tree, key: &str) -> &'t mut Tree {
    let at = mapping.position(key).unwrap_or_else(|| {
        mapping.content.extend([Tree::scalar(key, TreeStyle::Plain), Tree::mapping()]);
        mapping.content.len() - 1
    });
    &mut mapping.content[at]
}

fn remove_annotation(tree: &mut Tree, key: &str) {
    let root = root(tree);
    let Some(at) = root.position("metadata") else { return };
    let metadata = &mut root.content[at];
    if let Some(at) = metadata.position("annotations") {
        metadata.content[at].remove(key);
    }
}

/// Removes annotations, then metadata, that hold nothing.
fn clear_empty(root: &mut Tree) {
    if let Some(at) = root.position("metadata") {
        remove_if_empty(&mut root.content[at], "annotations");
        remove_if_empty(root, "metadata");
    }
}

fn remove_if_empty(mapping: &mut Tree, key: &str) {
    if mapping.get(key).is_some_and(|value| value.content.is_empty()) {
        mapping.remove(key);
    }
}

fn check_mapping(tree: &Tree) -> Result<(), String> {
    let kind = match tree.kind {
        TreeKind::Mapping => return Ok(()),
        TreeKind::Sequence => "SequenceNode",
        TreeKind::Alias => "AliasNode",
        TreeKind::Scalar | TreeKind::Document => "ScalarNode",
    };
    let text = write_trees([tree]);
    Err(format!("wrong node kind: expected MappingNode but got {kind}: node contents:\n{text}"))
}
