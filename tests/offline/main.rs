//! Everything that needs no cluster. One binary, so that linking stays cheap; a file a subject.

mod arrows;
mod declared;
