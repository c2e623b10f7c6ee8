//! The plain tree of values inside a document.
//!
//! Lists are modelled as maps keyed by id, so that concurrent edits merge field by field. Values of kinds that this
//! version does not know (counters, text objects, floats) are left out of the tree and never touched by an edit.

use std::collections::BTreeMap;
use std::fmt;

/// A value or a map of values.
#[derive(Clone, PartialEq, Eq)]
pub enum Node {
    /// Text, as one value that is replaced as a whole.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// Bytes, such as an id or an immutable record.
    Bytes(Vec<u8>),
    /// A map by key.
    Map(BTreeMap<String, Self>),
}

impl Node {
    /// An empty map.
    #[must_use]
    pub const fn map() -> Self {
        Self::Map(BTreeMap::new())
    }

    /// The value at a key, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.get(key),
            Self::Text(_) | Self::Int(_) | Self::Bool(_) | Self::Bytes(_) => None,
        }
    }

    /// The entries, if this is a map; nothing otherwise.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        let map = match self {
            Self::Map(map) => Some(map),
            Self::Text(_) | Self::Int(_) | Self::Bool(_) | Self::Bytes(_) => None,
        };
        map.into_iter().flatten().map(|(key, node)| (key.as_str(), node))
    }

    /// The text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, if this is one.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        if let Self::Int(int) = self { Some(*int) } else { None }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(bool) = self { Some(*bool) } else { None }
    }

    /// The bytes, if these are some.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

/// Shows the shape only: values may be personal data.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text"),
            Self::Int(_) => f.write_str("Int"),
            Self::Bool(_) => f.write_str("Bool"),
            Self::Bytes(_) => f.write_str("Bytes"),
            Self::Map(map) => f.debug_set().entries(map.values()).finish(),
        }
    }
}

impl<K: Into<String>> FromIterator<(K, Node)> for Node {
    fn from_iter<I: IntoIterator<Item = (K, Self)>>(entries: I) -> Self {
        Self::Map(entries.into_iter().map(|(key, node)| (key.into(), node)).collect())
    }
}
