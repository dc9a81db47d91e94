//! Parses a source into trees: the structure of actions. Pipelines are in `pipeline.rs`.

use super::error::ParseError;
use super::function::Functions;
use super::lexer::{Kind, Lexer, Token};
use super::literal;
use super::node::{self, Branch, Command, Node, Operand, Pipe, Place, TemplateCall, Tree};
use crate::value::{Str, quote};
use rustc_hash::FxHashMap;

/// How deep actions and parentheses may nest; Go allows 10000 parentheses and any number of actions.
const MAX_NESTING: usize = 1000;

/// What a source holds: its own body, and the templates that it defines, in order.
pub(super) struct Parsed {
    pub(super) body: Tree,
    pub(super) defined: Vec<Tree>,
}

/// Parses a source. Functions are resolved in `functions` first, then among Go's built-ins.
pub(super) fn parse(source: &str, functions: &Functions) -> Result<Parsed> {
    let lexer = Lexer::new(source, functions.get("break").is_none(), functions.get("continue").is_none());
    let mut parser = Parser {
        source,
        functions,
        lexer,
        tokens: [Token::NONE; 3],
        peeked: 0,
        operands: Vec::new(),
        commands: Vec::new(),
        scope: Scope::default(),
        nesting: 0,
        defined: Vec::new(),
        places: FxHashMap::default(),
    };
    let body = parser.body()?;
    Ok(Parsed { body, defined: parser.defined })
}

pub(super) struct Parser<'s> {
    pub(super) source: &'s str,
    pub(super) functions: &'s Functions,
    lexer: Lexer<'s>,
    /// The last token read, and the ones pushed back before it.
    tokens: [Token; 3],
    peeked: usize,
    /// Operands of the commands, and commands of the pipelines, that are being parsed: the innermost last.
    pub(super) operands: Vec<Operand>,
    pub(super) commands: Vec<Command>,
    pub(super) scope: Scope<'s>,
    nesting: usize,
    defined: Vec<Tree>,
    /// Where in `defined` a name is.
    places: FxHashMap<Str, usize>,
}

/// What belongs to one template of the source: a definition knows no variables and loops of what is around it.
#[derive(Default)]
pub(super) struct Scope<'s> {
    /// Variables in view, inner ones last. An assignment to a name that nothing declared is in view too, without a slot.
    pub(super) variables: Vec<(&'s str, Option<u32>)>,
    /// The number of slots in use, and the most that ever were.
    pub(super) slots: usize,
    pub(super) most_slots: usize,
    loops: usize,
    /// The line on which the action began that is being parsed; 0 outside of one.
    action_line: u32,
}

impl<'s> Scope<'s> {
    fn of_template() -> Self {
        Scope { variables: vec![("$", Some(0))], slots: 1, most_slots: 1, loops: 0, action_line: 0 }
    }

    /// Gives a new variable its slot.
    pub(super) fn declare(&mut self, name: &'s str) -> u32 {
        let slot = u32::try_from(self.slots).expect("a source of 4 GiB cannot declare more variables");
        self.variables.push((name, Some(slot)));
        self.slots += 1;
        self.most_slots = self.most_slots.max(self.slots);
        slot
    }

    /// Returns the innermost variable of that name; the inner `None` is one that was assigned, never declared.
    pub(super) fn find(&self, name: &str) -> Option<Option<u32>> {
        self.variables.iter().rev().find(|(known, _)| *known == name).map(|(_, slot)| *slot)
    }
}

/// What ended a list of nodes.
enum ListEnd {
    End,
    Else,
}

impl ListEnd {
    fn text(&self) -> &'static str {
        match self {
            ListEnd::End => "{{end}}",
            ListEnd::Else => "{{else}}",
        }
    }
}

/// A node, or what ends the list of nodes.
enum Item {
    Node(Node),
    End(ListEnd),
}

/// The actions with a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    If,
    With,
    Range,
}

impl Control {
    fn context(self) -> &'static str {
        match self {
            Control::If => "if",
            Control::With => "with",
            Control::Range => "range",
        }
    }
}

type Result<T> = std::result::Result<T, ParseError>;

impl<'s> Parser<'s> {
    pub(super) fn next(&mut self) -> Token {
        if self.peeked > 0 {
            self.peeked -= 1;
        } else {
            self.tokens[0] = self.lexer.next_token();
        }
        self.tokens[self.peeked]
    }

    /// Pushes the last token back.
    pub(super) fn back(&mut self) {
        self.peeked += 1;
    }

    /// Pushes the last token back, and `before` before it.
    pub(super) fn back_with(&mut self, before: Token) {
        self.tokens[1] = before;
        self.peeked = 2;
    }

    /// Pushes the last token back, and two before it.
    pub(super) fn back_with_two(&mut self, first: Token, second: Token) {
        self.tokens[1] = second;
        self.tokens[2] = first;
        self.peeked = 3;
    }

    /// Returns the text of a token.
    pub(super) fn text(&self, token: Token) -> &'s str {
        token.text(self.source)
    }

    /// Writes a token as error messages show it.
    fn describe(&self, token: Token) -> String {
        let text = self.text(token);
        match token.kind {
            Kind::Eof => "EOF".into(),
            kind if kind.is_keyword() => format!("<{text}>"),
            _ if text.len() > 10 => {
                let start: String = text.chars().take(10).collect();
                format!("{}...", quote(start.as_bytes()))
            }
            _ => quote(text.as_bytes()),
        }
    }

    pub(super) fn peek(&mut self) -> Token {
        let token = self.next();
        self.back();
        token
    }

    pub(super) fn next_non_space(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    pub(super) fn peek_non_space(&mut self) -> Token {
        let token = self.next_non_space();
        self.back();
        token
    }

    /// Makes an error at the last token that was read.
    #[cold]
    pub(super) fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError::new(self.place(), message)
    }

    fn place(&self) -> Place {
        Place { at: self.tokens[0].at, line: self.tokens[0].line }
    }

    /// Makes the error for a token that may not stand here.
    #[cold]
    pub(super) fn unexpected(&self, token: Token, context: &str) -> ParseError {
        if token.kind == Kind::Error {
            let mut error = self.error(self.lexer.error.clone());
            error.at(token.at);
            if self.scope.action_line != 0 && self.scope.action_line != token.line {
                error.in_action_started_at(self.scope.action_line);
            }
            return error;
        }
        self.error(format!("unexpected {} in {context}", self.describe(token)))
    }

    pub(super) fn expect(&mut self, kind: Kind, context: &str) -> Result<Token> {
        let token = self.next_non_space();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(token, context)) }
    }

    /// Runs `parse` one level deeper.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting >= MAX_NESTING {
            return Err(self.error("max expression depth exceeded"));
        }
        self.nesting += 1;
        let result = super::stack::grow(|| parse(self));
        self.nesting -= 1;
        result
    }

    /// Parses the source to its end: the only place where `define` may stand.
    fn body(&mut self) -> Result<Tree> {
        self.scope = Scope::of_template();
        let mut nodes = Vec::new();
        while self.peek().kind != Kind::Eof {
            if self.peek().kind == Kind::LeftDelim {
                let delim = self.next();
                if self.next_non_space().kind == Kind::Define {
                    self.definition()?;
                    continue;
                }
                self.back_with(delim);
            }
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::End(end) => return Err(self.error(format!("unexpected {}", end.text()))),
            }
        }
        Ok(self.tree(Str::default(), nodes))
    }

    fn tree(&self, name: Str, nodes: Vec<Node>) -> Tree {
        Tree { is_empty: node::is_empty(&nodes, self.source), name, nodes: nodes.into(), slots: self.scope.most_slots, end: self.place() }
    }

    /// Parses `{{define "name"}}…{{end}}`, whose keyword is past.
    fn definition(&mut self) -> Result<()> {
        const CONTEXT: &str = "define clause";
        let outer = std::mem::replace(&mut self.scope, Scope::of_template());
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        self.expect(Kind::RightDelim, CONTEXT)?;
        self.template_body(name, CONTEXT)?;
        self.scope = outer;
        Ok(())
    }

    /// Parses the body of a definition up to its end, and keeps it.
    fn template_body(&mut self, name: Str, context: &str) -> Result<()> {
        let (nodes, end) = self.nested(Self::list)?;
        if let ListEnd::Else = end {
            return Err(self.error(format!("unexpected {} in {context}", end.text())));
        }
        let tree = self.tree(name, nodes);
        let place = *self.places.entry(tree.name.clone()).or_insert(self.defined.len());
        match self.defined.get_mut(place) {
            None => self.defined.push(tree),
            Some(known) if known.is_empty => *known = tree,
            Some(_) if tree.is_empty => {}
            Some(_) => return Err(ParseError::multiple_definition(tree.end, &tree.name)),
        }
        Ok(())
    }

    fn template_name(&mut self, token: Token, context: &str) -> Result<Str> {
        match token.kind {
            Kind::String | Kind::RawString => literal::unquote(self.text(token)).ok_or_else(|| self.error("invalid syntax")),
            _ => Err(self.unexpected(token, context)),
        }
    }

    fn list(&mut self) -> Result<(Vec<Node>, ListEnd)> {
        let mut nodes = Vec::new();
        while self.peek_non_space().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::End(end) => return Ok((nodes, end)),
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Result<Item> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => {
                let (start, end) = token.range();
                Ok(Item::Node(Node::Text { start, end }))
            }
            Kind::LeftDelim => {
                self.scope.action_line = token.line;
                let item = self.action()?;
                self.scope.action_line = 0;
                Ok(item)
            }
            _ => Err(self.unexpected(token, "input")),
        }
    }

    fn action(&mut self) -> Result<Item> {
        let token = self.next_non_space();
        let node = match token.kind {
            Kind::Block => self.block()?,
            Kind::Break => self.loop_exit(Node::Break, "{{break}}")?,
            Kind::Continue => self.loop_exit(Node::Continue, "{{continue}}")?,
            Kind::Else => return self.else_action(),
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Item::End(ListEnd::End));
            }
            Kind::If => self.control(Control::If)?,
            Kind::Range => self.control(Control::Range)?,
            Kind::With => self.control(Control::With)?,
            Kind::Template => self.template_call()?,
            _ => {
                self.back();
                Node::Action(self.pipeline("command", Kind::RightDelim)?)
            }
        };
        Ok(Item::Node(node))
    }

    fn loop_exit(&mut self, node: Node, name: &str) -> Result<Node> {
        let token = self.next_non_space();
        if token.kind != Kind::RightDelim {
            return Err(self.unexpected(token, name));
        }
        if self.scope.loops == 0 {
            return Err(self.error(format!("{name} outside {{{{range}}}}")));
        }
        Ok(node)
    }

    fn else_action(&mut self) -> Result<Item> {
        // `else if` and `else with` leave their keyword for `control`, which goes on with it.
        if !matches!(self.peek_non_space().kind, Kind::If | Kind::With) {
            self.expect(Kind::RightDelim, "else")?;
        }
        Ok(Item::End(ListEnd::Else))
    }

    fn control(&mut self, control: Control) -> Result<Node> {
        let branch = self.nested(|parser| parser.branch(control))?;
        Ok(match control {
            Control::If => Node::If(branch),
            Control::With => Node::With(branch),
            Control::Range => Node::Range(branch),
        })
    }

    fn branch(&mut self, control: Control) -> Result<Branch> {
        let (variables, slots) = (self.scope.variables.len(), self.scope.slots);
        let pipe = self.pipeline(control.context(), Kind::RightDelim)?;
        let is_loop = usize::from(control == Control::Range);
        self.scope.loops += is_loop;
        let (body, end) = self.list()?;
        self.scope.loops -= is_loop;
        let otherwise = match end {
            ListEnd::End => None,
            ListEnd::Else => Some(self.otherwise(control)?.into()),
        };
        self.scope.variables.truncate(variables);
        self.scope.slots = slots;
        Ok(Branch { pipe, body: body.into(), otherwise })
    }

    /// Parses what follows `else`. `{{else if x}}…{{end}}` is `{{else}}{{if x}}…{{end}}{{end}}` with one `end` left out.
    fn otherwise(&mut self, control: Control) -> Result<Vec<Node>> {
        match (control, self.peek().kind) {
            (Control::If, Kind::If) | (Control::With, Kind::With) => {
                self.next();
                Ok(vec![self.control(control)?])
            }
            _ => {
                let (nodes, end) = self.list()?;
                match end {
                    ListEnd::End => Ok(nodes),
                    ListEnd::Else => Err(self.error(format!("expected end; found {}", end.text()))),
                }
            }
        }
    }

    /// Parses `{{block "name" pipeline}}…{{end}}`: a definition and its call.
    fn block(&mut self) -> Result<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        let outer = std::mem::replace(&mut self.scope, Scope::of_template());
        self.template_body(name.clone(), CONTEXT)?;
        self.scope = outer;
        Ok(template_node(token, name, Some(pipe)))
    }

    fn template_call(&mut self) -> Result<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let mut pipe = None;
        if self.next_non_space().kind != Kind::RightDelim {
            self.back();
            pipe = Some(self.pipeline(CONTEXT, Kind::RightDelim)?);
        }
        Ok(template_node(token, name, pipe))
    }
}

fn template_node(token: Token, name: Str, pipe: Option<Pipe>) -> Node {
    Node::Template(TemplateCall { at: token.at, name, pipe })
}
