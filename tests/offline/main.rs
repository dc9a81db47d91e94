//! Tests that need nothing but this repository.

mod calls;
mod explain;
mod release;
mod status;
