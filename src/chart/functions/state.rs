//! What the functions of one render share.

use super::lookup::Lookup;
use super::memo::Memo;
use crate::chart::Notice;
use crate::template::Compiled;
use crate::template::function::{Call, Fault};
use crate::value::Str;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The state of one render, reached by functions as the interpreter's host.
pub(in crate::chart) struct RenderState {
    /// The names of the templates that `include` is executing, outermost first.
    pub(super) including: Vec<Str>,
    /// Buffers for what `include` makes, kept for the next one.
    pub(super) buffers: Vec<Vec<u8>>,
    /// How many texts `tpl` is executing within each other.
    pub(super) nested_texts: usize,
    /// The texts that `tpl` has parsed.
    pub(super) texts: FxHashMap<Str, Arc<Compiled>>,
    /// What was made before.
    pub(super) memo: Memo,
    /// How often the world was asked, by `lookup` and the like.
    pub(super) lookups: u64,
    /// Where `lookup` asks.
    pub(super) lookup: Arc<dyn Lookup>,
    /// Whether `required` and `fail` only complain.
    pub(super) lint: bool,
    /// Whether `getHostByName` may ask.
    pub(super) dns: bool,
    /// What there was to say.
    pub(in crate::chart) notices: Vec<Notice>,
}

impl RenderState {
    pub(in crate::chart) fn new(lookup: Arc<dyn Lookup>, memo: Memo, lint: bool, dns: bool) -> RenderState {
        RenderState {
            including: Vec::new(),
            buffers: Vec::new(),
            nested_texts: 0,
            texts: FxHashMap::default(),
            memo,
            lookups: 0,
            lookup,
            lint,
            dns,
            notices: Vec::new(),
        }
    }

    /// Returns a number that grows with everything that was asked or said: a template that leaves it as it is did neither.
    pub(super) fn asked(&self) -> u64 {
        self.lookups + self.notices.len() as u64
    }

    /// Returns the state of the render that a function was called in.
    ///
    /// # Errors
    /// The function was called outside a chart: it is in the table of another host.
    pub(super) fn of<'c>(call: &'c mut Call<'_, '_>) -> Result<&'c mut RenderState, Fault> {
        call.host().ok_or_else(|| Fault::new("this function works in charts only"))
    }
}
