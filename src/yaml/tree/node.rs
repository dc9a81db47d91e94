//! Nodes with everything that their text shows.

/// What a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TreeKind {
    /// A whole document; its content is its root.
    #[default]
    Document,
    /// Keys and values in turns.
    Mapping,
    /// Entries.
    Sequence,
    /// A text.
    Scalar,
    /// The name of an anchor.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TreeStyle {
    /// Plain, or in lines of its own.
    #[default]
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// `[…]`, `{…}`
    Flow,
}

/// A node of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// What it is.
    pub kind: TreeKind,
    /// How it is written.
    pub style: TreeStyle,
    /// Its type in short form (`!!str`); empty where nobody said.
    pub tag: String,
    /// Whether the tag is written.
    pub tagged: bool,
    /// The text of a scalar, or the name of an alias.
    pub value: String,
    /// The name by which aliases know it; may be empty.
    pub anchor: String,
    /// The comment on the lines before it.
    pub head: String,
    /// The comment on its own line.
    pub line: String,
    /// The comment on the lines after it.
    pub foot: String,
    /// What it holds.
    pub content: Vec<Tree>,
}

impl Tree {
    /// Makes a scalar of a style, of a type that nobody says.
    pub fn scalar(value: impl Into<String>, style: TreeStyle) -> Tree {
        Tree { kind: TreeKind::Scalar, style, value: value.into(), ..Tree::default() }
    }

    /// Makes an empty mapping.
    pub fn mapping() -> Tree {
        Tree { kind: TreeKind::Mapping, ..Tree::default() }
    }

    /// Says whether this is a null.
    pub fn is_null(&self) -> bool {
        self.tag == "!!null"
    }

    /// Returns where in the content the value of a key stands: that of the last one of the name.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.content.chunks_exact(2).rposition(|pair| pair[0].value == key).map(|at| at * 2 + 1)
    }

    /// Returns the value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.position(key).filter(|_| self.kind == TreeKind::Mapping).map(|at| &self.content[at])
    }

    /// Removes the first entry of a name.
    pub fn remove(&mut self, key: &str) {
        if let Some(at) = self.content.iter().step_by(2).position(|node| node.value == key) {
            self.content.drain(at * 2..(at * 2 + 2).min(self.content.len()));
        }
    }
}
