//! A parsed template: a tree with functions resolved and variables in slots, shared by all renders.

use super::function::Function;
use super::literal::Number;
use crate::value::{Str, Value};

/// One template: the body of a source, or one that it defines.
#[derive(Debug)]
pub(super) struct Tree {
    /// The name in `define` or `block`; empty for the body of the source.
    pub(super) name: Str,
    pub(super) nodes: Box<[Node]>,
    /// How many variable slots a run needs; slot 0 is `$`.
    pub(super) slots: usize,
    /// Whether it is nothing but space: Go does not let such a definition replace another.
    pub(super) is_empty: bool,
    /// Line and place where the parser stood when the tree was complete.
    pub(super) end: Place,
}

/// A byte offset and its line, where the parser's last token started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: u32,
    pub(super) line: u32,
}

/// One element of a template's body.
#[derive(Debug)]
pub(super) enum Node {
    /// Bytes of the source that are copied to the output.
    Text {
        start: u32,
        end: u32,
    },
    /// A pipeline that prints its value, or declares variables.
    Action(Pipe),
    If(Branch),
    With(Branch),
    Range(Branch),
    Template(TemplateCall),
    Break,
    Continue,
}

/// The parts of `if`, `with` and `range`.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) pipe: Pipe,
    pub(super) body: Box<[Node]>,
    pub(super) otherwise: Option<Box<[Node]>>,
}

/// `{{template "name" pipeline}}`; `block` becomes one too.
#[derive(Debug)]
pub(super) struct TemplateCall {
    pub(super) at: u32,
    pub(super) name: Str,
    pub(super) pipe: Option<Pipe>,
}

/// Commands, each given the value of the one before it.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) at: u32,
    /// Whether variables are assigned (`=`) and not declared (`:=`).
    pub(super) assigns: bool,
    pub(super) variables: Box<[Declared]>,
    pub(super) commands: Box<[Command]>,
}

/// A variable that a pipeline declares or assigns.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) name: Str,
    /// `None` where nothing of that name was declared: an error when it is run, as in Go.
    pub(super) slot: Option<u32>,
}

/// An operand and its arguments; never empty.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) at: u32,
    pub(super) operands: Box<[Operand]>,
}

/// A term with its place.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) at: u32,
    pub(super) term: Term,
}

/// What an operand is.
#[derive(Debug)]
pub(super) enum Term {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number as written, with its value where nothing decides its type.
    Number(Box<NumberTerm>),
    /// A string as written, and its value.
    String { quoted: Str, value: Value },
    /// `.a.b`
    Field(Box<[Str]>),
    /// `$x.a.b`
    Variable { name: Str, slot: Option<u32>, fields: Box<[Str]> },
    /// A function's name.
    Function { function: &'static Function, special: Special },
    /// Fields of something else: `(pipeline).a.b`.
    Chain { operand: Box<Operand>, fields: Box<[Str]> },
    /// `(pipeline)`
    Pipe(Box<Pipe>),
}

/// A number constant.
#[derive(Debug)]
pub(super) struct NumberTerm {
    pub(super) text: Str,
    pub(super) number: Number,
    /// The value of the type that its form gives it; `None` where an `int` cannot hold it.
    pub(super) ideal: Option<Value>,
}

/// Built-ins that are more than a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// No: a plain function.
    None,
    /// `and`: evaluates its arguments only until one is false.
    And,
    /// `or`: evaluates its arguments only until one is true.
    Or,
    /// `call`: its errors name its first argument.
    Call,
    /// `index`: most often of a list, and then the list itself need not be handed over.
    Index,
    /// `len`: tells an absent map entry from no value at all.
    Len,
}

/// Says whether the nodes are nothing but space.
pub(super) fn is_empty(nodes: &[Node], source: &str) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text { start, end } => source[*start as usize..*end as usize].trim().is_empty(),
        _ => false,
    })
}
