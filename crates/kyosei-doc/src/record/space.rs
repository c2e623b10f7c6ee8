//! What a space beside the register is for, in one document with a fixed id.

use kyosei_model::SpaceKind;

use super::{RecordError, check_head, head, text};
use crate::id::{DocId, DocKind};
use crate::node::Node;

/// The id of this document in every space that has it.
pub const DOC_ID: DocId = DocId::from_bytes(*b"kyosei-space\0\0\0\0");

const SPACE: &str = "space";

/// The document's tree.
#[must_use]
pub fn to_node(kind: SpaceKind) -> Node {
    head(DocKind::Space).into_iter().chain([(SPACE.to_owned(), Node::Text(kind.code().to_owned()))]).collect()
}

/// Reads the tree.
///
/// # Errors
/// See [`RecordError`].
pub fn from_node(root: &Node) -> Result<SpaceKind, RecordError> {
    check_head(root, DocKind::Space)?;
    Ok(SpaceKind::from_code(text(root, SPACE)?)?)
}

#[cfg(test)]
mod tests {
    use kyosei_model::SpaceKind;

    use super::{from_node, to_node};
    use crate::node::Node;
    use crate::record::RecordError;

    #[test]
    fn every_kind_of_space_is_read_back_and_an_unknown_one_is_of_a_newer_version() {
        for kind in SpaceKind::ALL {
            assert_eq!(from_node(&to_node(*kind)), Ok(*kind));
        }
        let newer: Node = to_node(SpaceKind::Matching)
            .entries()
            .map(|(key, node)| {
                let node = if key == "space" { Node::Text("archive".into()) } else { node.clone() };
                (key.to_owned(), node)
            })
            .collect();
        assert_eq!(from_node(&newer), Err(RecordError::NewerVersion));
    }
}
