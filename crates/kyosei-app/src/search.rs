//! What can be found of a supporter, and in which order.
//!
//! Rows are folded here and searched in the index in memory. Folding makes 髙橋 and 高橋, ﾔﾏﾀﾞ and やまだ one; results
//! come in the order of their readings (五十音順), records without a reading after them.

use kyosei_intake::fold;
use kyosei_model::{Field, Sensitive, Supporter};

/// One record of the index in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// Id of the supporter.
    pub id: [u8; 16],
    /// Folded text.
    pub haystack: Sensitive<String>,
    /// Sort key.
    pub sort_key: Sensitive<String>,
    /// Code of the kind.
    pub kind: &'static str,
    /// Code of the status.
    pub status: &'static str,
}

/// The row of a supporter.
#[must_use]
pub fn row(supporter: &Supporter) -> SearchRow {
    let mut parts: Vec<String> = Vec::new();
    for (field, value) in &supporter.text {
        let value = value.expose();
        parts.push(fold::search_key(value));
        if field.is_name() || field.is_reading() {
            parts.push(fold::name_key(value));
        }
        if matches!(field, Field::Tel | Field::Fax) {
            parts.push(fold::telephone_key(value));
        }
    }
    let address = [Field::Prefecture, Field::City, Field::Street, Field::Building];
    parts.push(fold::fold(&address.iter().filter_map(|field| supporter.get(*field)).collect::<String>()));
    parts.extend(supporter.tags.iter().map(|tag| fold::search_key(tag.expose())));
    parts.push(supporter.id.to_string().to_lowercase());
    SearchRow {
        id: supporter.id.to_bytes(),
        haystack: Sensitive::new(parts.join("\n")),
        sort_key: Sensitive::new(sort_key(supporter)),
        kind: supporter.kind.code(),
        status: supporter.status.code(),
    }
}

/// The terms of a query, folded like the rows.
#[must_use]
pub fn terms(query: &str) -> Vec<String> {
    fold::search_key(query).split_whitespace().map(str::to_owned).collect()
}

/// The key that orders supporters by reading.
#[must_use]
pub fn sort_key(supporter: &Supporter) -> String {
    let name = supporter.get(supporter.name_field()).unwrap_or_default();
    fold::reading_sort_key(supporter.get(supporter.reading_field()), name)
}
