//! Tests that need nothing but this repository.

mod explain;
mod release;
mod status;
