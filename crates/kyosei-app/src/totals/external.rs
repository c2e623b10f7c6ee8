//! The deed that takes note of another body's report.

use kyosei_disclosure::publish::Sha;
use kyosei_disclosure_format::external::ExternalReport;

use super::ledger::Releases;
use super::release::{ReleaseRefused, append, salt};
use crate::writing::Writing;

/// Enters a report of another body into the ledger, so that every later release withstands its readers too. Only the device
/// that makes the releases may: a report and a release entered apart would freeze the cells of both. Returns the new head.
///
/// # Errors
/// See [`ReleaseRefused`].
pub fn note_external(writing: &mut Writing<'_, '_>, report: &ExternalReport) -> Result<Sha, ReleaseRefused> {
    let releases = Releases::of(writing.register())?;
    let salt = salt(writing);
    let (now_s, device) = (writing.context.unix_s(), writing.context.device.to_string());
    append(writing, &releases, report.draft(now_s, &device, salt), Vec::new())
}
