//! Records that may be one supporter.

use std::collections::BTreeMap;

use kyosei_app::supporters::{keep_apart, merge_supporters};
use kyosei_contract::duplicates::{
    DuplicatePair, Duplicates, FieldPair, KeepApartRequest, Likeness, MergeDone, MergeRequest, PairRequest,
    Side, SideBySide,
};
use kyosei_contract::gate::Nothing;
use kyosei_contract::notice::Topic;
use kyosei_contract::{Coded, Failure, Id};
use kyosei_intake::duplicates as intake;
use kyosei_model::{Choice, Field, OptedOut, Purpose, Supporter, SupporterId, conflicting_fields, merge};

use crate::open::Open;
use crate::rows::{count, row};

/// Pairs that are shown at once; deciding about some brings the next ones.
const PAIRS_MAX: usize = 100;
const TOPICS: [Topic; 2] = [Topic::Supporters, Topic::Audit];

pub(crate) fn all(open: &mut Open) -> Result<Duplicates, Failure> {
    let found = open.keys()?.open_pairs();
    let register = open.vault.register();
    let now = open.vault.now();
    let total = count(found.len());
    let mut pairs: Vec<_> = found.into_iter().collect();
    pairs.sort_by_key(|(pair, likeness)| (*likeness, pair.first(), pair.second()));
    let shown = pairs.into_iter().take(PAIRS_MAX).filter_map(|(pair, likeness)| {
        let (first, second) = (register.supporter(pair.first())?, register.supporter(pair.second())?);
        Some(DuplicatePair { first: row(first, now), second: row(second, now), likeness: shown(likeness) })
    });
    let pairs: Vec<_> = shown.collect();
    open.note_listing(pairs.len())?;
    Ok(Duplicates { pairs, total })
}

pub(crate) fn compare(open: &mut Open, request: &PairRequest) -> Result<SideBySide, Failure> {
    let now = open.vault.now();
    let (kept, absorbed) = (present(open, request.kept.0)?, present(open, request.absorbed.0)?);
    let merged =
        merge(kept, absorbed, &BTreeMap::new(), now).map_err(|_| Failure::new("E-MERGE-IMPOSSIBLE"))?;
    let differing = conflicting_fields(kept, absorbed);
    let filled = |field: &&Field| kept.get(**field).is_some() || absorbed.get(**field).is_some();
    let pair = |field: &Field| FieldPair {
        field: Coded(*field),
        kept: kept.get(*field).unwrap_or_default().to_owned(),
        absorbed: absorbed.get(*field).unwrap_or_default().to_owned(),
        differs: differing.contains(field),
    };
    Ok(SideBySide {
        kept: row(kept, now),
        absorbed: row(absorbed, now),
        fields: Field::ALL.iter().filter(filled).map(pair).collect(),
        stays_closed: closed(&merged.opted_out),
    })
}

pub(crate) fn merge_pair(open: &mut Open, request: &MergeRequest) -> Result<MergeDone, Failure> {
    let choice = |side: &Side| match side {
        Side::Kept => Choice::Kept,
        Side::Absorbed => Choice::Absorbed,
    };
    let choices = request.choices.iter().map(|chosen| (chosen.field.0, choice(&chosen.side))).collect();
    let (kept, absorbed) = (request.kept.0, request.absorbed.0);
    let merging = open.write(&TOPICS, |writing| merge_supporters(writing, kept, absorbed, &choices))?;
    Ok(MergeDone { kept: Id(merging.kept), stays_closed: closed(&merging.opted_out) })
}

pub(crate) fn apart(open: &mut Open, request: &KeepApartRequest) -> Result<Nothing, Failure> {
    let (first, second) = (request.first.0, request.second.0);
    open.write(&TOPICS, |writing| keep_apart(writing, first, second))?;
    Ok(Nothing {})
}

/// The window's form of a likeness.
pub(crate) const fn shown(likeness: intake::Likeness) -> Likeness {
    match likeness {
        intake::Likeness::SameEmail => Likeness::SameEmail,
        intake::Likeness::Possible => Likeness::Possible,
        intake::Likeness::SharedEmail => Likeness::SharedEmail,
    }
}

fn present(open: &Open, id: SupporterId) -> Result<&Supporter, Failure> {
    let record = open.vault.register().supporter(id).filter(|one| kyosei_app::register::is_present(one));
    record.ok_or_else(|| Failure::new("E-SUPPORTER-MISSING"))
}

/// The purposes, each once.
fn closed(opted_out: &[OptedOut]) -> Vec<Coded<Purpose>> {
    let purposes: std::collections::BTreeSet<Purpose> =
        opted_out.iter().map(|closed| closed.purpose).collect();
    purposes.into_iter().map(Coded).collect()
}
