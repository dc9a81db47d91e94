//! What templates ask the world: `lookup` and `getHostByName`.

use super::state::RenderState;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{Map, Value};

/// Answers the questions of templates. Handed in by whoever renders, so that rendering itself touches nothing.
pub trait Lookup: Send + Sync {
    /// Returns an object of the cluster, or with an empty name the list of all of a kind; an empty map where there is none.
    ///
    /// # Errors
    /// What the cluster refuses, as Helm words it.
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Map, String>;

    /// Returns an address of a host, empty where there is none. Asked only where the user allows it.
    fn host(&self, name: &str) -> String {
        let _ = name;
        String::new()
    }
}

/// Answers as Helm does without a cluster: nothing is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCluster;

impl Lookup for NoCluster {
    fn lookup(&self, _api_version: &str, _kind: &str, _namespace: &str, _name: &str) -> Result<Map, String> {
        Ok(Map::new())
    }
}

/// The functions of this family.
pub(super) static FAMILY: [Function; 2] = [
    Function { name: "lookup", params: &[Ty::Str, Ty::Str, Ty::Str, Ty::Str], variadic: None, pure: false, run: lookup },
    Function { name: "getHostByName", params: &[Ty::Str], variadic: None, pure: false, run: host },
];

fn text(argument: &Value) -> String {
    crate::value::display(argument)
}

fn lookup(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let state = RenderState::of(call)?;
    if state.lint {
        return Ok(Value::Map(Map::new()));
    }
    state.lookups += 1;
    let [api_version, kind, namespace, name] = [0, 1, 2, 3].map(|at| text(&arguments[at]));
    state.lookup.lookup(&api_version, &kind, &namespace, &name).map(Value::Map).map_err(Fault::from)
}

fn host(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let state = RenderState::of(call)?;
    state.lookups += 1;
    let address = if state.dns { state.lookup.host(&text(&arguments[0])) } else { String::new() };
    Ok(address.into())
}
