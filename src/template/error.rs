//! What can be wrong with a template.
/// placeholder: the template helper designs this
#[derive(Clone, Debug)]
pub struct Error;
