//! All functions of the chart language.

use super::{checks, data, lookup, templates};
use crate::template::funcs;
use crate::template::function::{Function, Functions};
use std::sync::LazyLock;

/// Returns the functions that charts may call beside Go's built-ins: sprig's without `env` and `expandenv`, and Helm's.
///
/// The table is a constant of the language, made at first use.
pub fn functions() -> &'static Functions {
    static TABLE: LazyLock<Functions> = LazyLock::new(|| {
        let own: [&'static [Function]; 4] = [&templates::FAMILY, &checks::FAMILY, &data::FAMILY, &lookup::FAMILY];
        let families: Vec<&'static [Function]> = funcs::FAMILIES.iter().chain(funcs::HELM_FAMILIES).copied().chain(own).collect();
        Functions::new(&families).without("env").without("expandenv")
    });
    &TABLE
}
