//! Erasing a record for good, with the words of recovery sheets as approvals.

use kyosei_contract::supporters::{EraseRequest, Erased};
use kyosei_contract::{Failure, Secret};
use kyosei_runtime::SigningKey;
use kyosei_vault::recovery::{Sheet, SheetError};
use secrecy::ExposeSecret;

use super::TOPICS;
use crate::failures::Refusal;
use crate::open::Open;
use crate::rows::count;

pub(crate) fn erase(open: &mut Open, request: &EraseRequest) -> Result<Erased, Failure> {
    let id = request.id.0;
    if open.vault.register().supporter(id).is_none() {
        return Err(Failure::new("E-SUPPORTER-MISSING"));
    }
    let approvals =
        request.sheets.iter().map(|words| approval(open, words)).collect::<Result<Vec<_>, _>>()?;
    let erased = open.vault.erase([id], &approvals).map_err(Refusal::failure)?;
    // What was being typed about the person must go too.
    open.vault
        .change_drafts(|drafts| {
            erased.records.iter().for_each(|record| drafts.remove_mentioning(&record.to_string()));
            Ok(())
        })
        .map_err(Refusal::failure)?;
    open.changed(&TOPICS);
    Ok(Erased { record_count: count(erased.records.len()), payload_count: count(erased.payload_count) })
}

fn approval(open: &Open, words: &Secret) -> Result<SigningKey, Failure> {
    let sheet =
        Sheet::from_words(words.0.expose_secret().split_whitespace()).map_err(|error| match error {
            SheetError::UnknownWord { at } => Failure::new("E-SHEET").with("word", at),
            SheetError::WordCount { found } => Failure::new("E-SHEET").with("count", found),
            SheetError::Checksum
            | SheetError::NewerVersion
            | SheetError::TooFew
            | SheetError::DifferentSets
            | SheetError::WrongKey
            | SheetError::Sharing => Failure::new("E-SHEET"),
        })?;
    open.vault.approval_key(&sheet).map_err(|_| Failure::new("E-SHEET-FOREIGN"))
}
