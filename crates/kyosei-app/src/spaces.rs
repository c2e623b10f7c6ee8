//! The spaces beside the register: what they are for, and the notes that they hold until matching and case work have
//! records of their own.

use kyosei_doc::DocId;
use kyosei_doc::record::{note, space};
use kyosei_model::{AuditId, Sensitive, SpaceKind};

use crate::context::fresh;
use crate::writing::{WriteError, Writing};

/// Says in a newly founded space what it is for.
///
/// # Errors
/// See [`WriteError`].
pub fn found_space(writing: &mut Writing<'_, '_>, kind: SpaceKind) -> Result<(), WriteError> {
    writing.put_node(space::DOC_ID, &space::to_node(kind))
}

/// Adds a note to a space.
///
/// # Errors
/// See [`WriteError`].
pub fn add_note(writing: &mut Writing<'_, '_>, title: &str, text: &str) -> Result<DocId, WriteError> {
    let id = DocId::from_bytes(fresh!(writing.context, AuditId).to_bytes());
    edit_note(writing, id, title, text)?;
    Ok(id)
}

/// Writes a note.
///
/// # Errors
/// See [`WriteError`].
pub fn edit_note(
    writing: &mut Writing<'_, '_>,
    id: DocId,
    title: &str,
    text: &str,
) -> Result<(), WriteError> {
    let note = note::Note { title: Sensitive::new(title.to_owned()), text: Sensitive::new(text.to_owned()) };
    writing.put_node(id, &note::to_node(&note))
}
