//! Whatever the model can hold comes back from a document as it was.

use kyosei_doc::record::{audit, consent, import, register, supporter};
use kyosei_doc::{Actor, Document, Node};
use kyosei_model::{AuditId, ImportId, ImportedRow, RowFate};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{arbitrary, samples};

/// The tree after a way through Automerge: saved, loaded, read.
fn stored(tree: &Node) -> Node {
    let (document, _) = Document::create(Actor([1; 16]), tree, 0).unwrap();
    Document::load(&document.save()).unwrap().root().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_supporter_comes_back(one in arbitrary::supporter()) {
        let read = supporter::from_node(supporter::doc_id(one.id), &stored(&supporter::to_node(&one)));
        prop_assert_eq!(read, Ok(one));
    }

    #[test]
    fn any_consent_comes_back(entry in arbitrary::consent()) {
        prop_assert_eq!(consent::decode_consent(entry.id, &consent::encode_consent(&entry)), Ok(entry));
    }

    #[test]
    fn any_audit_trail_comes_back_in_order_of_ids(events in vec(arbitrary::event(), 0..6)) {
        let mut tree = audit::empty(samples::DEVICE);
        for event in &events {
            tree = audit::with_event(tree, event).unwrap();
        }
        let by_id: std::collections::BTreeMap<AuditId, _> = events.into_iter().map(|one| (one.id, one)).collect();
        prop_assert_eq!(audit::events(&stored(&tree)), Ok(by_id.into_values().collect::<Vec<_>>()));
    }

    #[test]
    fn any_lists_come_back(lists in arbitrary::lists()) {
        prop_assert_eq!(register::from_node(&stored(&register::to_node(&lists))), Ok(lists));
    }

    #[test]
    fn any_import_comes_back(batch in arbitrary::import()) {
        let documents = import::to_nodes(&batch);
        let rows = |id| documents.iter().find(|(doc, _)| *doc == id).map(|(_, node)| stored(node));
        prop_assert_eq!(import::from_nodes(batch.id, &stored(&documents[0].1), rows), Ok(batch));
    }
}

#[test]
fn an_import_of_many_rows_is_spread_over_documents_and_comes_back_in_order() {
    let mut batch = samples::import();
    let count = import::ROWS_PER_DOCUMENT_MAX * 2 + 1;
    batch.rows = (0..count as u64)
        .map(|line| ImportedRow { line, row_hash: [1; 32], fate: RowFate::Review })
        .collect();
    let documents = import::to_nodes(&batch);
    assert_eq!(documents.len(), 4);
    let rows = |id| documents.iter().find(|(doc, _)| *doc == id).map(|(_, node)| node.clone());
    assert_eq!(import::from_nodes(batch.id, &documents[0].1, rows).unwrap(), batch);
    let other = ImportId::from_bytes([0; 16]);
    assert!(import::from_nodes(other, &documents[0].1, rows).is_err(), "rows belong to their own import");
}
