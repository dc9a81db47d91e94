//! What functions do with where their arguments came from.

/// The way from a function's arguments to its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// All of all arguments, whole; lines of texts and entries of collections that are found again keep their own sources.
    Whole,
    /// Executes a template, which is traced itself.
    Execute,
    /// One of the arguments: `default`, `coalesce`, `ternary`, `required`.
    Default,
    /// The first that is not empty.
    Coalesce,
    /// The first or the second, as the third says.
    Ternary,
    /// The second.
    Required,
    /// An entry of the first argument, by the others, one below another.
    Index,
    /// An entry of the last argument, by the first ones; the one before the last is for want of it.
    Dig,
    /// The first item.
    First,
    /// The last item.
    Last,
    /// Whether there is an entry.
    HasKey,
    /// Looks at the arguments themselves, not at what is below them.
    Shallow,
    /// A map of keys and values in turn.
    Dict,
    /// A list of the arguments.
    List,
    /// Sets an entry.
    Set,
    /// Changes the first argument, to which the others are added.
    Merge,
    /// A collection made of parts of the arguments.
    Structure,
    /// A text of YAML with a line or more for each value.
    ToYaml,
    /// The second, each of its lines further in.
    Indent,
    /// The same after an empty line.
    IndentBelow,
    /// Values from such a text.
    FromYaml,
}

impl Rule {
    /// Returns the rule of a function. A function that is not named here may use everything.
    pub(super) fn of(name: &str) -> Rule {
        match name {
            "include" | "tpl" => Rule::Execute,
            "default" => Rule::Default,
            "coalesce" => Rule::Coalesce,
            "ternary" => Rule::Ternary,
            "required" => Rule::Required,
            "get" | "index" => Rule::Index,
            "dig" => Rule::Dig,
            "first" | "mustFirst" => Rule::First,
            "last" | "mustLast" => Rule::Last,
            "hasKey" => Rule::HasKey,
            "empty" | "kindIs" | "kindOf" | "typeOf" | "typeIs" | "typeIsLike" | "not" | "eq" | "ne" | "lt" | "le" | "gt" | "ge"
            | "any" | "all" => Rule::Shallow,
            "dict" => Rule::Dict,
            "list" | "tuple" => Rule::List,
            "set" => Rule::Set,
            "merge" | "mergeOverwrite" | "mustMerge" | "mustMergeOverwrite" => Rule::Merge,
            "deepCopy" | "mustDeepCopy" | "pick" | "omit" | "unset" | "values" | "AsMap" | "append" | "mustAppend" | "prepend"
            | "mustPrepend" | "push" | "mustPush" | "concat" | "rest" | "mustRest" | "initial" | "mustInitial" | "reverse"
            | "mustReverse" | "uniq" | "mustUniq" | "without" | "mustWithout" | "compact" | "mustCompact" | "chunk" | "mustChunk"
            | "slice" | "mustSlice" => Rule::Structure,
            "toYaml" | "YAML" | "mustToYaml" | "toYamlPretty" | "toPrettyJson" | "mustToPrettyJson" => Rule::ToYaml,
            "indent" => Rule::Indent,
            "nindent" => Rule::IndentBelow,
            "fromYaml" | "fromYamlArray" | "fromJson" | "mustFromJson" | "fromJsonArray" => Rule::FromYaml,
            _ => Rule::Whole,
        }
    }
}
