//! Tests that need nothing but this repository.

mod release;
