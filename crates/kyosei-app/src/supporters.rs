//! What people do with supporters' records, one file for each deed.

use kyosei_model::{Supporter, SupporterId};

use crate::register::is_present;
use crate::writing::{WriteError, Writing};

mod add;
mod edit;
mod erase;
mod export;
mod merge;
mod show;
mod withdraw;

pub use add::{AddRefused, Added, NewSupporter, add_supporter};
pub use edit::{Edit, EditRefused, Edited, FieldFinding, edit_supporter};
pub use erase::{ErasePlan, EraseRefused, erasure_group, plan_erasure, prepare_erasure};
pub(crate) use export::checked_purpose;
pub use export::{EXPORT_PURPOSE_CHARS_MAX, ExportRefused, ExportRequest, export_supporters};
pub use merge::{KeepApartRefused, MergeRefused, Merging, keep_apart, merge_supporters};
pub use show::{ShowRefused, note_listing, show_supporter};
pub use withdraw::{WithdrawRefused, Withdrawn, withdraw_supporter};

/// A supporter that is neither erased nor merged, with the edits of this change.
pub(crate) fn present(writing: &Writing<'_, '_>, id: SupporterId) -> Result<Option<Supporter>, WriteError> {
    Ok(writing.supporter(id)?.filter(is_present))
}
