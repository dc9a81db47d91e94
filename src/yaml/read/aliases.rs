//! How much of a document may come from aliases, and what may be merged.

/// Up to this many decoded nodes, 99 of 100 may come from aliases (decode.go, `alias_ratio_range_low`).
const LOW: u64 = 400_000;
/// From this many on, 10 of 100.
const HIGH: u64 = 4_000_000;

/// Go's words for a document that breaks the rule.
pub(super) const EXCESSIVE: &str = "document contains excessive aliasing";

/// Go's words for a `<<` whose value is neither a mapping nor a list of mappings.
pub(super) const WANT_MAP: &str = "map merge requires map or sequence of maps as the value";

/// Counts decoded nodes as go-yaml does: an alias counts for itself and for all that it stands for.
#[derive(Debug, Default)]
pub(super) struct AliasBudget {
    pub(super) decoded: u64,
    aliased: u64,
}

impl AliasBudget {
    /// Counts one node; says whether the document is still within the rule.
    #[inline]
    pub(super) fn count(&mut self) -> bool {
        self.decoded += 1;
        self.aliased <= 100 || self.is_within()
    }

    /// Counts what an alias stands for; says whether the document is still within the rule.
    pub(super) fn count_aliased(&mut self, nodes: u64) -> bool {
        self.decoded = self.decoded.saturating_add(nodes);
        self.aliased = self.aliased.saturating_add(nodes);
        self.is_within()
    }

    fn is_within(&self) -> bool {
        if self.aliased <= 100 || self.decoded <= 1000 {
            return true;
        }
        let allowed = match self.decoded {
            ..=LOW => 0.99,
            HIGH.. => 0.10,
            decoded => 0.99 - 0.89 * ((decoded - LOW) as f64 / (HIGH - LOW) as f64),
        };
        self.aliased as f64 / self.decoded as f64 <= allowed
    }
}
