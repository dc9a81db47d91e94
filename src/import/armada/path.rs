//! Deckhand's paths into data: `.`, `.values.conf`, `$.values.list[0].key`.

use crate::yaml::tree::{Tree, TreeKind, TreeStyle};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Item(usize),
}

/// Reads a path; `.` and `$` are the whole data.
pub(super) fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for piece in path.trim_start_matches('$').split('.').filter(|piece| !piece.is_empty()) {
        let (key, rest) = piece.split_once('[').map_or((piece, ""), |(key, rest)| (key, rest));
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        for index in rest.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok()) {
            steps.push(Step::Item(index));
        }
    }
    steps
}

/// Returns what is at a path.
pub(super) fn get<'t>(tree: &'t Tree, steps: &[Step]) -> Option<&'t Tree> {
    steps.iter().try_fold(tree, |tree, step| match step {
        Step::Key(key) => tree.get(key),
        Step::Item(at) => (tree.kind == TreeKind::Sequence).then(|| tree.content.get(*at)).flatten(),
    })
}

/// Puts a value at a path, making mappings on the way. Says whether there was a way.
pub(super) fn set(tree: &mut Tree, steps: &[Step], value: Tree) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        *tree = value;
        return true;
    };
    match step {
        Step::Key(key) => {
            if tree.is_null() || (tree.kind == TreeKind::Mapping && tree.content.is_empty()) {
                *tree = Tree::mapping();
            }
            if tree.kind != TreeKind::Mapping {
                return false;
            }
            let at = tree.position(key).unwrap_or_else(|| {
                tree.content.extend([Tree::scalar(key.as_str(), TreeStyle::Plain), Tree::mapping()]);
                tree.content.len() - 1
            });
            set(&mut tree.content[at], rest, value)
        }
        Step::Item(at) => match tree.content.get_mut(*at).filter(|_| tree.kind == TreeKind::Sequence) {
            Some(item) => set(item, rest, value),
            None => false,
        },
    }
}

/// Removes what is at a path.
pub(super) fn remove(tree: &mut Tree, steps: &[Step]) {
    let Some((last, way)) = steps.split_last() else {
        *tree = Tree::mapping();
        return;
    };
    let parent = way.iter().try_fold(tree, |tree, step| match step {
        Step::Key(key) => tree.position(key).and_then(|at| tree.content.get_mut(at)),
        Step::Item(at) => tree.content.get_mut(*at),
    });
    match (parent, last) {
        (Some(parent), Step::Key(key)) if parent.kind == TreeKind::Mapping => parent.remove(key),
        (Some(parent), Step::Item(at)) if parent.kind == TreeKind::Sequence && *at < parent.content.len() => {
            drop(parent.content.remove(*at))
        }
        _ => {}
    }
}

/// Lays a tree on another: mappings go into each other, all else is replaced.
pub(super) fn merge(below: &mut Tree, over: &Tree) {
    if below.kind != TreeKind::Mapping || over.kind != TreeKind::Mapping {
        *below = over.clone();
        return;
    }
    for pair in over.content.chunks_exact(2) {
        match below.position(&pair[0].value) {
            Some(at) => merge(&mut below.content[at], &pair[1]),
            None => below.content.extend(pair.iter().cloned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, steps};

    #[test]
    fn paths_have_keys_and_items() {
        let key = |key: &str| Step::Key(key.to_owned());
        assert_eq!(steps("."), []);
        assert_eq!(steps(".values.list[0].a[1][2]"), [key("values"), key("list"), Step::Item(0), key("a"), Step::Item(1), Step::Item(2)]);
        assert_eq!(steps("$.a"), [key("a")]);
    }
}
