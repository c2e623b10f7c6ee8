//! Making a release of totals: what goes into disclosure control, and the deed that enters what came out into the ledger.
//!
//! [`prepare`] only reads. The caller protects, proves and writes the files aside; then [`record_release`] makes the release
//! durable in one write with its line in the audit trail; only then do the files get their names. So nothing is ever
//! published that the ledger does not know.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use kyosei_disclosure::insider::Insiders;
use kyosei_disclosure::ledger::{Draft, Entry, Kind, ReleaseRight, RightError};
use kyosei_disclosure::protect::Record;
use kyosei_disclosure::publish::Sha;
use kyosei_disclosure::tie::TIE_KEY_BYTES;
use kyosei_disclosure::{CellId, Ledger, Spec, Status, TableSet, TieKey};
use kyosei_disclosure_format::ledger::write_entry;
use kyosei_doc::record::release::{StoredRelease, doc_id, to_node};
use kyosei_model::{AuditAction, SupporterId, UnixMillis};
use sha2::Sha256;
use thiserror::Error;

use super::count::{CountError, Counting, cumulative, new_between};
use super::definition::{Measure, TableDefinition};
use super::ledger::{LedgerUnreadable, Releases, profile};
use super::period::Period;
use super::tables::table;
use crate::register::Register;
use crate::supporters::checked_purpose;
use crate::writing::{WriteError, Writing};

/// Sets the key of ties apart from the other uses of the committee's key.
const TIE_CONTEXT: &[u8] = b"kyosei totals tie 1";
/// A lease that ends only by handing over.
const UNTIL_HANDED_OVER: i64 = i64::MAX;

/// A release on its way: everything that disclosure control needs.
#[derive(Debug)]
pub struct PreparedRelease {
    /// The declared table.
    pub table: &'static TableDefinition,
    /// The period.
    pub period: Period,
    /// The cells.
    pub set: TableSet,
    /// Growing figures and insiders.
    pub spec: Spec,
    /// Everything said before.
    pub ledger: Ledger,
    /// The secret that decides ties, the same on every laptop of the committee.
    pub key: TieKey,
    newly_counted: Vec<SupporterId>,
}

/// Why there is no release. Nothing was changed.
#[derive(Debug, Error)]
pub enum ReleaseRefused {
    /// A cumulative table is released for a month, a yearly one for a fiscal year.
    #[error("the table is not released for such periods")]
    PeriodKind,
    /// The period has not begun.
    #[error("the period lies in the future")]
    Future,
    /// The table was released for this period or a later one.
    #[error("the table was released for this period or a later one")]
    Released,
    /// The cumulative table was not released for the last month of the fiscal year.
    #[error("the fiscal year has no release of its last month yet")]
    YearOpen,
    /// The right to make releases is with another device.
    #[error(transparent)]
    Right(#[from] RightError),
    /// The device that is to get the right is not in the committee.
    #[error("the device is not in the committee")]
    Absent,
    /// The ledger moved on since the release was prepared.
    #[error("the ledger moved on")]
    Overtaken,
    /// No purpose was given.
    #[error("a release needs a purpose")]
    NoPurpose,
    /// The purpose is longer than [`EXPORT_PURPOSE_CHARS_MAX`](crate::supporters::EXPORT_PURPOSE_CHARS_MAX).
    #[error("the purpose is too long")]
    PurposeTooLong,
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerUnreadable),
    /// The cells could not be counted.
    #[error(transparent)]
    Count(#[from] CountError),
    /// The entry could not be written down.
    #[error("the entry could not be serialised")]
    Entry,
    /// The register could not be changed.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ReleaseRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PeriodKind => "E-TOTALS-PERIOD-KIND",
            Self::Future => "E-TOTALS-PERIOD-FUTURE",
            Self::Released => "E-TOTALS-PERIOD-RELEASED",
            Self::YearOpen => "E-TOTALS-YEAR-OPEN",
            Self::Right(_) => "E-TOTALS-RIGHT",
            Self::Absent => "E-TOTALS-DEVICE",
            Self::Overtaken => "E-TOTALS-OVERTAKEN",
            Self::NoPurpose => "E-PURPOSE-MISSING",
            Self::PurposeTooLong => "E-PURPOSE-LONG",
            Self::Ledger(_) => "E-TOTALS-LEDGER",
            Self::Count(_) => "E-TOTALS-COUNT",
            Self::Entry | Self::Write(_) => "E-RECORD",
        }
    }
}

/// Counts a table for a period and puts the past beside it.
///
/// # Errors
/// See [`ReleaseRefused`].
pub fn prepare(
    register: &Register,
    wanted: &'static TableDefinition,
    period: Period,
    now: UnixMillis,
) -> Result<PreparedRelease, ReleaseRefused> {
    let releases = Releases::of(register)?;
    if Period::month_of(now).is_none_or(|present| period.last_month() > present) {
        return Err(ReleaseRefused::Future);
    }
    let rows = (wanted.source)(register, now);
    let counting = match (wanted.measure, period) {
        (Measure::Cumulative, Period::Month { .. }) => {
            if releases.last_period(wanted.code).is_some_and(|last| last >= period) {
                return Err(ReleaseRefused::Released);
            }
            cumulative(wanted, &rows, releases.state_at(wanted.code, period).as_ref(), period)?
        }
        (Measure::NewInFiscalYear { of }, Period::FiscalYear(_)) => {
            year(&releases, wanted, table(of).ok_or(ReleaseRefused::PeriodKind)?, &rows, period)?
        }
        (Measure::Cumulative, Period::FiscalYear(_))
        | (Measure::NewInFiscalYear { .. }, Period::Month { .. }) => return Err(ReleaseRefused::PeriodKind),
    };
    let lists = register.lists().ok_or(WriteError::NoCommittee)?;
    let Counting { set, steps, newly_counted } = counting;
    let insiders = Insiders { every_withheld: wanted.insiders_know_their_cell, groups: Vec::new() };
    Ok(PreparedRelease {
        table: wanted,
        period,
        set,
        spec: Spec { steps, insiders },
        ledger: releases.ledger().clone(),
        key: tie_key(&lists.tag_key),
        newly_counted,
    })
}

fn year(
    releases: &Releases,
    wanted: &TableDefinition,
    of: &TableDefinition,
    rows: &[super::Counted],
    period: Period,
) -> Result<Counting, ReleaseRefused> {
    if releases.is_released(wanted.code, period) {
        return Err(ReleaseRefused::Released);
    }
    let later = releases.state_at(of.code, period.last_month());
    let later = later.filter(|state| state.period == period.last_month()).ok_or(ReleaseRefused::YearOpen)?;
    let earlier = releases.state_at(of.code, period.month_before());
    Ok(new_between(wanted, of, rows, (earlier.as_ref(), &later), period)?)
}

/// Enters a release into the ledger and the audit trail. Returns the new head.
///
/// # Errors
/// See [`ReleaseRefused`].
pub fn record_release(
    writing: &mut Writing<'_, '_>,
    prepared: &PreparedRelease,
    record: &Record,
    files: Vec<(String, Sha)>,
    purpose: &str,
) -> Result<Sha, ReleaseRefused> {
    let purpose = checked_purpose(purpose, ReleaseRefused::NoPurpose, ReleaseRefused::PurposeTooLong)?;
    let releases = Releases::of(writing.register())?;
    if releases.ledger().head() != prepared.ledger.head() {
        return Err(ReleaseRefused::Overtaken);
    }
    let salt = salt(writing);
    let (now_s, device) = (writing.context.unix_s(), writing.context.device.to_string());
    let name = profile(prepared.table.code, prepared.period);
    let draft = record.draft(now_s, &device, &name, files, salt);
    let shown = draft.cells.iter().filter(|cell| is_shown(cell.status)).count();
    let head = append(writing, &releases, draft, prepared.newly_counted.clone())?;
    let count = u64::try_from(shown).unwrap_or(u64::MAX);
    writing.audit(AuditAction::TotalsReleased, None, Some(purpose), Some(count))?;
    Ok(head)
}

/// Passes the right to make releases to another device, by its code. Returns the new head.
///
/// Only its holder passes it on. When the holder is not among the `present` devices of the committee any more, the committee
/// took the right from it by removing it, and any of them may.
///
/// # Errors
/// See [`ReleaseRefused`].
pub fn hand_over(
    writing: &mut Writing<'_, '_>,
    to: &str,
    present: &BTreeSet<String>,
) -> Result<Sha, ReleaseRefused> {
    if !present.contains(to) {
        return Err(ReleaseRefused::Absent);
    }
    let releases = Releases::of(writing.register())?;
    let salt = salt(writing);
    let draft = Draft {
        kind: Kind::HandOver(to.to_owned()),
        made_at: writing.context.unix_s(),
        made_by: writing.context.device.to_string(),
        profile: String::from("hand-over"),
        attacker_model: kyosei_disclosure::certificate::ATTACKER_MODEL,
        files: Vec::new(),
        cells: Vec::new(),
        relations: Vec::new(),
        salt,
    };
    let holder = releases.ledger().holder().filter(|holder| present.contains(*holder)).map(str::to_owned);
    append_as(writing, &releases, draft, Vec::new(), holder)
}

/// Appends to the chain by the right of whoever holds it, and stores what no document holds yet.
pub(super) fn append(
    writing: &mut Writing<'_, '_>,
    releases: &Releases,
    draft: Draft,
    counted: Vec<SupporterId>,
) -> Result<Sha, ReleaseRefused> {
    let holder = releases.ledger().holder().map(str::to_owned);
    append_as(writing, releases, draft, counted, holder)
}

/// Appends to the chain and stores what no document holds yet. Where nobody holds the right, anybody may.
fn append_as(
    writing: &mut Writing<'_, '_>,
    releases: &Releases,
    draft: Draft,
    counted: Vec<SupporterId>,
    holder: Option<String>,
) -> Result<Sha, ReleaseRefused> {
    let mut ledger = releases.ledger().clone();
    let holder = holder.unwrap_or_else(|| draft.made_by.clone());
    let right = ReleaseRight::Lease { holder, until: UNTIL_HANDED_OVER };
    let head = ledger.append(draft, &right, writing.context.unix_s())?;
    for entry in releases.not_yet_stored() {
        store(writing, entry, Vec::new())?;
    }
    if let Some(entry) = ledger.entries().last() {
        store(writing, entry, counted)?;
    }
    Ok(head)
}

fn store(
    writing: &mut Writing<'_, '_>,
    entry: &Entry,
    counted: Vec<SupporterId>,
) -> Result<(), ReleaseRefused> {
    let bytes = write_entry(entry).map_err(|_| ReleaseRefused::Entry)?;
    let stored = StoredRelease { entry: bytes, counted };
    Ok(writing.put_node(doc_id(&entry.hash()), &to_node(&stored))?)
}

/// Fresh bytes for the commitment to true values.
pub(super) fn salt(writing: &mut Writing<'_, '_>) -> Sha {
    let mut salt = [0; 32];
    writing.context.rng.fill_bytes(&mut salt);
    salt
}

const fn is_shown(status: Status) -> bool {
    match status {
        Status::Published(_) | Status::Carried(_) => true,
        Status::Withheld | Status::Hidden => false,
    }
}

/// The key of ties follows from the committee's key, which every laptop has and nobody outside.
fn tie_key(committee_key: &[u8; 32]) -> TieKey {
    let mut bytes = [0; TIE_KEY_BYTES];
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(committee_key) {
        mac.update(TIE_CONTEXT);
        bytes = mac.finalize().into_bytes().into();
    }
    TieKey::new(bytes)
}

/// The cells of a release that a reader sees, in the order of their ids.
pub fn shown_cells(protected: &kyosei_disclosure::ProtectedTable) -> impl Iterator<Item = (&CellId, Status)> {
    protected.view().shown(protected.release()).map(|cell| (&cell.id, cell.status))
}
