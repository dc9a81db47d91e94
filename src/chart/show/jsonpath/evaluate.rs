//! Nodes and a value -> the values that they find.

use super::compare::compare;
use super::node::{Filter, Node, Slice};
use crate::value::{Value, display};

/// The values that each node at the top of a template finds, in order.
pub(super) type Found = Vec<Vec<Value>>;

/// Evaluates a template.
///
/// # Errors
/// What is not there, or not of the kind that a node needs, in client-go's words.
pub(super) fn evaluate(nodes: &[Node], value: &Value) -> Result<Found, String> {
    let mut evaluator = Evaluator { nodes, begun: 0, inside: 0, ended: 0, last_end: None };
    evaluator.from(0, value)
}

/// A range begins at `{range ...}` and goes on to `{end}`; the nodes between them are evaluated again for each value.
struct Evaluator<'n> {
    nodes: &'n [Node],
    begun: usize,
    inside: usize,
    ended: usize,
    last_end: Option<usize>,
}

impl Evaluator<'_> {
    fn from(&mut self, start: usize, value: &Value) -> Result<Found, String> {
        let mut found = Vec::new();
        let current = vec![value.clone()];
        let mut at = start;
        while let Some(node) = self.nodes.get(at) {
            let values = self.walk(&current, node)?;
            if self.ended > 0 && self.ended <= self.inside {
                self.ended -= 1;
                self.last_end = Some(at);
                break;
            }
            if self.begun > 0 {
                self.begun -= 1;
                self.inside += 1;
                self.range(at + 1, &values, &mut found)?;
                self.inside -= 1;
                at = self.last_end.filter(|end| *end > at).unwrap_or(at);
            } else {
                found.push(values);
            }
            at += 1;
        }
        Ok(found)
    }

    fn range(&mut self, start: usize, values: &[Value], found: &mut Found) -> Result<(), String> {
        // Without values the nodes are walked all the same, to find the end.
        if values.is_empty() {
            self.from(start, &Value::Nil)?;
        }
        for value in values {
            found.extend(self.from(start, value)?);
        }
        Ok(())
    }

    fn walk(&mut self, input: &[Value], node: &Node) -> Result<Vec<Value>, String> {
        let same = |value: Value| vec![value; input.len()];
        match node {
            Node::Path(nodes) => self.path(input, nodes),
            Node::Text(text) => Ok(vec![Value::from(text.as_str())]),
            Node::Int(number) => Ok(same(Value::int(*number))),
            Node::Float(number) => Ok(same(Value::Float(*number))),
            Node::Bool(value) => Ok(same(Value::Bool(*value))),
            Node::Field(name) => field(input, name),
            Node::Slice(slice) => sliced(input, slice),
            Node::Wildcard => Ok(input.iter().flat_map(children).collect()),
            Node::Recursive => {
                let mut found = Vec::new();
                descend(input, 0, &mut found)?;
                Ok(found)
            }
            Node::Union(paths) => {
                let parts: Result<Vec<_>, _> = paths.iter().map(|path| self.path(input, path)).collect();
                Ok(parts?.into_iter().flatten().collect())
            }
            Node::Filter(filter) => self.filter(input, filter),
            Node::Identifier(word) => self.identifier(input, word),
        }
    }

    fn path(&mut self, input: &[Value], nodes: &[Node]) -> Result<Vec<Value>, String> {
        nodes.iter().try_fold(input.to_vec(), |values, node| self.walk(&values, node))
    }

    fn identifier(&mut self, input: &[Value], word: &str) -> Result<Vec<Value>, String> {
        match word {
            "range" => {
                self.begun += 1;
                Ok(input.to_vec())
            }
            "end" if self.inside > 0 => {
                self.ended += 1;
                Ok(Vec::new())
            }
            "end" => Err("not in range, nothing to end".into()),
            other => Err(format!("unrecognized identifier {other}")),
        }
    }

    fn filter(&mut self, input: &[Value], filter: &Filter) -> Result<Vec<Value>, String> {
        let mut kept = Vec::new();
        for value in input {
            let Value::List(list) = value else {
                return Err(format!("{} is not array or slice and cannot be filtered", display(value)));
            };
            for item in list.iter() {
                if self.holds(filter, item)? {
                    kept.push(item.clone());
                }
            }
        }
        Ok(kept)
    }

    fn holds(&mut self, filter: &Filter, item: &Value) -> Result<bool, String> {
        let item = std::slice::from_ref(item);
        let left = self.path(item, &filter.left);
        if filter.operator == "exists" {
            return Ok(left.is_ok_and(|values| !values.is_empty()));
        }
        let Some(left) = one(left?)? else { return Ok(false) };
        let Some(right) = one(self.path(item, &filter.right)?)? else { return Ok(false) };
        compare(&left, &filter.operator, &right)
    }
}

fn one(mut values: Vec<Value>) -> Result<Option<Value>, String> {
    if values.len() > 1 {
        return Err("can only compare one element at a time".into());
    }
    Ok(values.pop())
}

fn field(input: &[Value], name: &str) -> Result<Vec<Value>, String> {
    let found: Vec<Value> = input.iter().filter_map(|value| value.as_map()?.get(name)).collect();
    if found.is_empty() && !input.is_empty() { Err(format!("{name} is not found")) } else { Ok(found) }
}

/// Returns what a value holds: the values of a map by the order of its keys, the items of a list, the bytes of a text.
fn children(value: &Value) -> Vec<Value> {
    match value {
        Value::Map(map) => map.entries().into_iter().map(|entry| entry.value).collect(),
        Value::List(list) => list.items().to_vec(),
        Value::Str(text) => text.as_bytes().iter().map(|byte| Value::Int(i64::from(*byte), crate::value::IntKind::Uint8)).collect(),
        _ => Vec::new(),
    }
}

/// How deep values may be; what is read from YAML is never deeper.
const DEEPEST: usize = 2000;

fn descend(input: &[Value], depth: usize, found: &mut Vec<Value>) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("the values are nested too deep".into());
    }
    for value in input {
        let children = children(value);
        if !children.is_empty() {
            found.push(value.clone());
            descend(&children, depth + 1, found)?;
        }
    }
    Ok(())
}

fn sliced(input: &[Value], slice: &Slice) -> Result<Vec<Value>, String> {
    let mut found = Vec::new();
    for value in input.iter().filter(|value| !value.is_nil()) {
        let Value::List(list) = value else { return Err(format!("{} is not array or slice", value.type_name())) };
        let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
        let (start, end) = bounds(slice, length)?;
        if start == end {
            return Ok(found);
        }
        let step = match slice.step {
            Some(step) => usize::try_from(step).ok().filter(|step| *step > 0).ok_or("step must be > 0")?,
            None => 1,
        };
        let index = |number: i64| usize::try_from(number).unwrap_or(0);
        found.extend(list.items()[index(start)..index(end)].iter().step_by(step).cloned());
    }
    Ok(found)
}

fn bounds(slice: &Slice, length: i64) -> Result<(i64, i64), String> {
    let mut start = slice.start.unwrap_or(0);
    if start < 0 {
        start += length;
    }
    let mut end = slice.end.unwrap_or(length);
    if end < 0 || (end == 0 && slice.single) {
        end += length;
    }
    if start == end {
        return Ok((start, end));
    }
    if !(0..length).contains(&start) {
        return Err(format!("array index out of bounds: index {start}, length {length}"));
    }
    if !(0..=length).contains(&end) {
        return Err(format!("array index out of bounds: index {}, length {length}", end - 1));
    }
    if start > end {
        return Err(format!("starting index {start} is greater than ending index {end}"));
    }
    Ok((start, end))
}
