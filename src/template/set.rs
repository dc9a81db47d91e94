//! A set of templates that can call each other.

use super::error::{Error, ParseError};
use super::function::Functions;
use super::node::Tree;
use super::run::Run;
use super::{Interpreter, parser};
use crate::diag::Source;
use crate::value::{Str, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// One source, parsed: its body and the templates that it defines. Shared between sets and threads; it does not know under
/// which name it goes.
#[derive(Debug)]
pub struct Compiled {
    pub(super) source: Source,
    /// The templates that the source defines, and last its own body.
    pub(super) trees: Vec<Tree>,
}

impl Compiled {
    /// Parses one source. Functions are resolved here: first in `functions`, then among Go's built-ins.
    ///
    /// # Errors
    /// The first mistake, as Go's parse package words it, under the name of the source; see `Error::renamed`.
    pub fn parse(source: &Source, functions: &Functions) -> Result<Compiled, Error> {
        let parsed = parser::parse(source.text(), functions).map_err(|error| Error::syntax(source.name(), source, error))?;
        let mut trees = parsed.defined;
        trees.push(parsed.body);
        Ok(Compiled { source: source.clone(), trees })
    }

    fn body(&self) -> u32 {
        u32::try_from(self.trees.len() - 1).expect("a source of 4 GiB cannot define more templates")
    }
}

/// A template in a set: a tree of a source, and the name under which the source was added.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) name: Str,
    pub(super) file: Str,
    pub(super) compiled: Arc<Compiled>,
    tree: u32,
}

impl Template {
    pub(super) fn tree(&self) -> &Tree {
        &self.compiled.trees[self.tree as usize]
    }
}

/// Templates by name. Cheap to clone: what is added to a clone stays apart from what it shares with the original.
#[derive(Clone, Debug, Default)]
pub struct Set {
    root: Str,
    shared: Arc<FxHashMap<Str, Template>>,
    /// What was added since the set was cloned; few, and they come before the shared ones.
    own: Vec<Template>,
}

/// More templates of its own make a set's lookups slow; then they move to a table.
const MOST_OWN: usize = 16;

impl Set {
    /// Makes an empty set. `root` is the name that Go's errors call the set by (`gotpl` in Helm).
    pub fn new(root: impl Into<Str>) -> Set {
        Set { root: root.into(), ..Set::default() }
    }

    /// Makes room for so many templates more.
    pub fn reserve(&mut self, templates: usize) {
        if let Some(table) = Arc::get_mut(&mut self.shared) {
            table.reserve(templates);
        }
    }

    /// Adds a parsed source under its name, and its `define`s; a later definition replaces an earlier one unless it is empty.
    ///
    /// # Errors
    /// The source defines a template of its own name, and has a body besides.
    pub fn add(&mut self, compiled: Arc<Compiled>) -> Result<(), Error> {
        let name = compiled.source.name().to_owned();
        self.add_as(&name, compiled)
    }

    /// Adds a parsed source's defines and its body under another name (the same text serves many charts).
    ///
    /// # Errors
    /// As `add`.
    pub fn add_as(&mut self, name: &str, compiled: Arc<Compiled>) -> Result<(), Error> {
        let file = Str::from(name);
        let body = compiled.body();
        let same = compiled.trees[..body as usize].iter().find(|tree| tree.name == file && !tree.is_empty);
        let has_body = !compiled.trees[body as usize].is_empty;
        if same.is_some() && has_body {
            let error = ParseError::multiple_definition(compiled.trees[body as usize].end, &file);
            return Err(Error::syntax(name, &compiled.source, error));
        }
        for tree in 0..body {
            self.insert(Template {
                name: compiled.trees[tree as usize].name.clone(),
                file: file.clone(),
                compiled: compiled.clone(),
                tree,
            });
        }
        if same.is_none() {
            self.insert(Template { name: file.clone(), file, compiled, tree: body });
        }
        Ok(())
    }

    fn insert(&mut self, template: Template) {
        let is_empty = template.tree().is_empty;
        if is_empty && self.get(template.name.as_bytes()).is_some() {
            return;
        }
        if let Some(own) = self.own.iter_mut().find(|own| own.name == template.name) {
            *own = template;
            return;
        }
        let unshared = self.own.is_empty().then(|| Arc::get_mut(&mut self.shared)).flatten();
        if let Some(table) = unshared {
            table.insert(template.name.clone(), template);
            return;
        }
        self.own.push(template);
        if self.own.len() > MOST_OWN {
            let own = std::mem::take(&mut self.own);
            Arc::make_mut(&mut self.shared).extend(own.into_iter().map(|template| (template.name.clone(), template)));
        }
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<&Template> {
        self.own.iter().find(|template| template.name.as_bytes() == name).or_else(|| self.shared.get(name))
    }

    /// Says whether a template of that name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name.as_bytes()).is_some()
    }

    /// Returns the names of all templates, sorted.
    pub fn names(&self) -> Vec<Str> {
        let mut names: Vec<Str> = self.own.iter().map(|template| &template.name).chain(self.shared.keys()).cloned().collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Executes a template; the output goes to `out`.
    ///
    /// # Errors
    /// The first error of execution.
    pub fn execute(&self, interpreter: &mut Interpreter<'_>, name: &str, data: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.get(name.as_bytes()) {
            Some(template) => self.run(interpreter, template, data, out),
            None => Err(Error::NoTemplate { name: name.into(), root: self.root.clone() }),
        }
    }

    /// Executes the body of a source under a name, in the company of this set, whatever template of that name is in the set:
    /// what Go does with a template that was just parsed (`tpl`). Its defines count once it is added to the set.
    ///
    /// # Errors
    /// The first error of execution.
    pub fn execute_source(
        &self,
        interpreter: &mut Interpreter<'_>,
        name: &str,
        compiled: &Arc<Compiled>,
        data: &Value,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let template = Template { name: name.into(), file: name.into(), compiled: compiled.clone(), tree: compiled.body() };
        self.run(interpreter, &template, data, out)
    }

    fn run(&self, interpreter: &mut Interpreter<'_>, template: &Template, data: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
        let outer = interpreter.enter(self);
        let result = Run::start(interpreter, self, template, data, out);
        interpreter.leave(outer);
        result
    }

    /// Says whether it holds templates that the set it was cloned from has not.
    pub fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// Says whether both are one set, or a clone of the other with nothing added.
    pub(super) fn is_same(&self, other: &Set) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared) && self.own.is_empty() && other.own.is_empty()
    }
}
