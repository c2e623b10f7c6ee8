//! What becomes of each row of a preview.

use std::collections::BTreeMap;

use kyosei_intake::duplicates::{Holder, Likeness};
use kyosei_intake::preview::{Presence, PreviewRow};
use kyosei_intake::rows::{RowOutcome, RowRejection};
use kyosei_model::{Field, Rejection, SupporterId};

/// What a person decided about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowDecision {
    /// Make a new record, with these values instead of the refused ones.
    New(BTreeMap<Field, String>),
    /// Bring this record up to date with the row.
    Update(SupporterId),
    /// Leave the row out.
    Skip,
}

/// What is done with rows that have the e-mail address of a record and about which nobody decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UpdatePolicy {
    /// They wait for a person.
    #[default]
    Ask,
    /// They bring the record up to date if exactly one has the address.
    Update,
    /// They are left out.
    Skip,
}

/// The decisions about a file.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// By line of the file.
    pub rows: BTreeMap<u64, RowDecision>,
    /// For rows with a known address.
    pub updates: UpdatePolicy,
}

/// What will be done with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Create(BTreeMap<Field, String>),
    Update(SupporterId),
    AlreadyPresent(SupporterId),
    Repeated(u64),
    Review,
    Rejected(Vec<Rejection>),
    NoConsent,
    Skip,
}

impl Decisions {
    pub(super) fn deed(&self, row: &PreviewRow) -> Deed {
        match row.presence {
            Presence::AlreadyPresent(id) => return Deed::AlreadyPresent(id),
            Presence::Repeated(line) => return Deed::Repeated(line),
            Presence::New => {}
        }
        if let RowOutcome::Rejected(reasons) = &row.outcome {
            return rejected(reasons);
        }
        match self.rows.get(&row.line) {
            Some(RowDecision::New(values)) => return Deed::Create(values.clone()),
            Some(RowDecision::Update(id)) => return Deed::Update(*id),
            Some(RowDecision::Skip) => return Deed::Skip,
            None => {}
        }
        match &row.outcome {
            RowOutcome::Review(..) | RowOutcome::Rejected(_) => Deed::Review,
            RowOutcome::Ready(_) => self.ready(row),
        }
    }

    fn ready(&self, row: &PreviewRow) -> Deed {
        let same: Vec<Holder> = row
            .candidates
            .iter()
            .filter(|candidate| candidate.likeness == Likeness::SameEmail)
            .map(|candidate| candidate.holder)
            .collect();
        match (same.as_slice(), self.updates) {
            ([], _) => Deed::Create(BTreeMap::new()),
            (_, UpdatePolicy::Skip) => Deed::Skip,
            ([Holder::Supporter(id)], UpdatePolicy::Update) => Deed::Update(*id),
            (_, UpdatePolicy::Ask | UpdatePolicy::Update) => Deed::Review,
        }
    }
}

fn rejected(reasons: &[RowRejection]) -> Deed {
    let codes: Vec<Rejection> = reasons
        .iter()
        .filter_map(|reason| match reason {
            RowRejection::Value(_, rejection) => Some(*rejection),
            RowRejection::NoConsent => None,
        })
        .collect();
    if codes.is_empty() { Deed::NoConsent } else { Deed::Rejected(codes) }
}
