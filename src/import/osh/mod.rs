//! Shell scripts with `helm upgrade --install`, as a stack.
//!
//! In: the text of a script, and variables. Out: a stack file, and what could not be carried over.
//! May not know: files; nothing is run. What a condition asks of the outside is not decided: its first branch is taken.
//! Rule: POSIX shell, and of bash what openstack-helm's scripts use; `helm osh` is openstack-helm-plugin.

mod condition;
mod expand;
mod helm;
mod interpreter;
mod lexer;
mod syntax;

use super::draft::Imported;
use interpreter::Interpreter;
use std::collections::BTreeMap;

/// Reads a script and makes a stack of its helm commands. `variables` are set before its first line.
pub fn import_osh_commands(name: &str, script: &str, variables: &BTreeMap<String, String>) -> Imported {
    let statements = syntax::parse(lexer::lex(script));
    let mut interpreter = Interpreter::new(variables);
    interpreter.run(&statements);
    interpreter.finish(name)
}
