//! Mappings with a fixed set of keys.

use super::field::Lists;
use super::reader::Reader;
use crate::yaml::Node;

/// How far a key that helmfile knows is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stack) enum Support {
    /// It has its effect.
    Full,
    /// It has no effect by design; the text says why. Worth a note.
    Moot(&'static str),
    /// Nothing acts on it, and the release comes out as well without; the text says what to do instead. Worth a warning.
    Ignored(&'static str),
    /// Nothing acts on it, and without it the release would be another; the text says what to do instead. An error.
    Refused(&'static str),
}

/// One key of a mapping.
#[derive(Clone, Copy, Debug)]
pub(in crate::stack) struct Key {
    /// Its name in the file.
    pub(in crate::stack) name: &'static str,
    /// How far it is carried out.
    pub(in crate::stack) support: Support,
}

/// A mapping with a fixed set of keys.
pub(in crate::stack) trait Record: Default {
    /// What a reader calls such a mapping: `release`, `repository`.
    const NOUN: &'static str;
    /// The key that a bare text in place of the mapping stands for.
    const SHORT: Option<&'static str>;
    /// The keys, in the order of the documentation.
    const KEYS: &'static [Key];

    /// Reads the value of one of the keys; `name` is from `KEYS`.
    fn read_key(&mut self, name: &'static str, node: &Node, reader: &mut Reader<'_>);

    /// Lays another mapping of the same kind on this one: what is not empty in `over` wins, field by field.
    fn merge(&mut self, over: Self, lists: Lists);
}

/// Declares a record: its noun, and its fields with their types and keys. A field's support is full unless said.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $name:ident, $noun:literal $(, short $short:literal)? {
            $( $field:ident: $type:ty = $key:literal $( => $support:expr )?; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub(in crate::stack) struct $name {
            $( pub(in crate::stack) $field: $type, )*
        }

        impl $crate::stack::raw::record::Record for $name {
            const NOUN: &'static str = $noun;
            const SHORT: Option<&'static str> = record!(@short $( $short )?);
            const KEYS: &'static [$crate::stack::raw::record::Key] = &[
                $( $crate::stack::raw::record::Key { name: $key, support: record!(@support $( $support )?) }, )*
            ];

            fn read_key(&mut self, name: &'static str, node: &$crate::yaml::Node, reader: &mut $crate::stack::raw::reader::Reader<'_>) {
                match name {
                    $( $key => self.$field = $crate::stack::raw::field::Field::read(node, reader), )*
                    _ => {}
                }
            }

            fn merge(&mut self, over: Self, lists: $crate::stack::raw::field::Lists) {
                $( $crate::stack::raw::field::Field::merge(&mut self.$field, over.$field, lists); )*
            }
        }
    };
    (@short) => { None };
    (@short $short:literal) => { Some($short) };
    (@support) => { $crate::stack::raw::record::Support::Full };
    (@support $support:expr) => { $support };
}

pub(super) use record;
