//! A note: a title and a text. It stands in the spaces for matching and for cases until they have records of their own.

use kyosei_model::Sensitive;

use super::{RecordError, check_head, head, sensitive, text};
use crate::id::DocKind;
use crate::node::Node;

const TITLE: &str = "title";
const TEXT: &str = "text";

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub title: Sensitive<String>,
    /// What it says.
    pub text: Sensitive<String>,
}

/// The note's tree.
#[must_use]
pub fn to_node(note: &Note) -> Node {
    let field = |key: &str, text: &Sensitive<String>| (key.to_owned(), Node::Text(text.expose().clone()));
    let fields = [field(TITLE, &note.title), field(TEXT, &note.text)];
    head(DocKind::Note).into_iter().chain(fields).collect()
}

/// Reads the tree.
///
/// # Errors
/// See [`RecordError`].
pub fn from_node(root: &Node) -> Result<Note, RecordError> {
    check_head(root, DocKind::Note)?;
    Ok(Note { title: sensitive(text(root, TITLE)?), text: sensitive(text(root, TEXT)?) })
}

#[cfg(test)]
mod tests {
    use super::{Note, from_node, to_node};
    use crate::record::sensitive;

    #[test]
    fn a_note_is_read_back() {
        let note = Note { title: sensitive("部屋"), text: sensitive("大船、二部屋") };
        assert_eq!(from_node(&to_node(&note)).unwrap(), note);
    }
}
