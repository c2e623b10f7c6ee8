//! Drafts of what is being typed.

use kyosei_contract::Failure;
use kyosei_contract::drafts::{Draft, DraftRef, Drafts};
use kyosei_contract::gate::Nothing;

use crate::failures::Refusal;
use crate::open::Open;

pub(crate) fn all(open: &mut Open) -> Result<Drafts, Failure> {
    let drafts = open.vault.drafts().map_err(Refusal::failure)?;
    let draft = |(name, body): (&str, &str)| Draft { name: name.to_owned(), body: body.to_owned() };
    Ok(Drafts { drafts: drafts.iter().map(draft).collect() })
}

pub(crate) fn save(open: &mut Open, draft: &Draft) -> Result<Nothing, Failure> {
    let kept = open.vault.change_drafts(|drafts| drafts.put(&draft.name, &draft.body));
    kept.map(|()| Nothing {}).map_err(Refusal::failure)
}

pub(crate) fn discard(open: &mut Open, draft: &DraftRef) -> Result<Nothing, Failure> {
    let dropped = open.vault.change_drafts(|drafts| {
        drafts.remove(&draft.name);
        Ok(())
    });
    dropped.map(|()| Nothing {}).map_err(Refusal::failure)
}
