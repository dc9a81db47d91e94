//! Values that are kept elsewhere: `fetchSecretValue`, `expandSecretRefs`, and secrets of the stack: `secret`.

use super::render::host;
use super::{function, text};
use crate::stack::world::Secrets;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{Entry, Map, Value};
use std::sync::Arc;

pub(super) static FUNCTIONS: &[Function] = &[
    function("fetchSecretValue", &[Ty::Str], None, |call, arguments| {
        let secrets = secrets(call)?;
        Ok(Value::from(resolve(&*secrets, &text(&arguments[0]))?))
    }),
    function("secret", &[Ty::Str], None, |call, arguments| {
        let secrets = secrets(call)?;
        Ok(Value::from(secrets.secret(&text(&arguments[0])).map_err(Fault::new)?))
    }),
    function("expandSecretRefs", &[Ty::Map], None, |call, arguments| {
        let secrets = secrets(call)?;
        expand(&*secrets, &arguments[0])
    }),
];

fn secrets(call: &mut Call<'_, '_>) -> Result<Arc<dyn Secrets>, Fault> {
    Ok(host(call)?.world.secrets.clone())
}

fn expand(secrets: &dyn Secrets, value: &Value) -> Result<Value, Fault> {
    match value {
        Value::Str(text) => Ok(Value::from(resolve(secrets, &text.to_text())?)),
        Value::List(list) => Ok(Value::list(list.iter().map(|item| expand(secrets, item)).collect::<Result<_, _>>()?)),
        Value::Map(map) => {
            let entries = map.entries().into_iter().map(|entry| Ok(Entry { value: expand(secrets, &entry.value)?, ..entry }));
            Ok(Value::Map(Map::from_entries(map.kind(), entries.collect::<Result<_, Fault>>()?)))
        }
        other => Ok(other.clone()),
    }
}

/// Text without a reference stands for itself.
fn resolve(secrets: &dyn Secrets, text: &str) -> Result<String, Fault> {
    if text.contains("ref+") { secrets.resolve(text).map_err(Fault::new) } else { Ok(text.to_owned()) }
}
