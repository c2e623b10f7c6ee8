//! Reading all entries of a space, verified from the first on, and computing the documents from them.

use std::collections::BTreeSet;

use kyosei_access::{EntryId, LogId, SignedOp};

use super::{Effects, Replica, judge};
use crate::journal::{
    Accepted, Admission, BadEntry, Content, DeviceKeys, EntrySource, Journal, Opened, Origin, OwnedEntry,
    StoredEntry,
};
use crate::register::Register;

/// All entries of a space.
pub struct ReadAll {
    /// What can be read, in the order in which it was stored.
    pub entries: Vec<Opened>,
    /// What cannot, with its log.
    pub bad: Vec<(LogId, BadEntry)>,
    journal: Journal,
}

impl Replica {
    /// Reads and verifies all entries from the first on; nothing that is remembered is trusted but the operations.
    ///
    /// # Errors
    /// The source's own.
    pub fn read_all<S: EntrySource>(&self, keys: &DeviceKeys, source: &S) -> Result<ReadAll, S::Error> {
        read_all(&self.journal, keys, source)
    }

    /// Computes the documents from the entries alone. What was erased stays erased.
    ///
    /// # Errors
    /// The source's own; the replica is unchanged then.
    pub fn rebuild<S: EntrySource>(
        &mut self,
        keys: &DeviceKeys,
        now_ms: i64,
        source: &S,
    ) -> Result<Effects, S::Error> {
        let ReadAll { entries, bad, mut journal } = read_all(&self.journal, keys, source)?;
        let judgement = judge::judge(&journal, &entries);
        journal.set_applied(judgement.applied.clone());
        let mut rebuilt = Self {
            journal,
            register: Register::default(),
            standing: super::Standing {
                held: judgement.held,
                vouched: judgement.vouched,
                erased: self.standing.erased.clone(),
                stand_ins: self.standing.relied_on.clone(),
                relied_on: self.standing.relied_on.clone(),
                ..super::Standing::default()
            },
        };
        let mut effects = Effects { bad, was_rebuilt: true, ..Effects::default() };
        rebuilt.apply(entries, now_ms, source, &mut effects)?;
        let gone = self.register.saves().map(|(id, _)| id);
        effects.changed.extend(gone.filter(|id| rebuilt.register.save(*id).is_none()));
        *self = rebuilt;
        Ok(effects)
    }
}

impl Journal {
    /// Opens an entry that was stored before.
    ///
    /// # Errors
    /// The source's own.
    pub(crate) fn reopen<S: EntrySource>(&self, id: EntryId, source: &S) -> Result<Option<Opened>, S::Error> {
        source.entry(id)?.map_or(Ok(None), |stored| self.reopen_stored(&stored, source))
    }

    /// What the header of an entry says that was stored before, whether its payload is here or not.
    ///
    /// # Errors
    /// The source's own.
    pub(crate) fn recall<S: EntrySource>(&self, id: EntryId, source: &S) -> Result<Option<Opened>, S::Error> {
        let Some(stored) = source.entry(id)? else { return Ok(None) };
        self.reopen_stored(&OwnedEntry { payload: None, ..stored }, source)
    }

    /// Operations, as they are sent, that are known here and stand in no stored entry: a welcome brought them, and the entries
    /// have not come yet. They may never come, if the admin who wrote them was set back to an older backup.
    ///
    /// # Errors
    /// The source's own.
    pub fn unpublished<S: EntrySource>(&self, source: &S) -> Result<Vec<Vec<u8>>, S::Error> {
        let mut unpublished: BTreeSet<Vec<u8>> = self.operations().iter().map(SignedOp::encode).collect();
        unpublished.extend(self.operations().iter_opaque().map(|op| op.as_slice().to_vec()));
        each_page(source, |page| {
            page.iter().filter_map(|entry| entry.payload.as_ref()).for_each(|payload| {
                unpublished.remove(payload);
            });
            Ok(())
        })?;
        Ok(unpublished.into_iter().collect())
    }

    fn reopen_stored<S: EntrySource>(
        &self,
        stored: &OwnedEntry,
        source: &S,
    ) -> Result<Option<Opened>, S::Error> {
        let Some(header) = stored.signed_header() else { return Ok(None) };
        let log = header.header().log;
        let heads_before = match header.header().prev {
            Some(prev) => self.heads_after(log, prev, source)?,
            None => None,
        };
        let heads = header.header().membership_heads.clone();
        let heads = heads.or_else(|| heads_before.clone()).unwrap_or_default();
        let entry = Accepted { index: 0, header, heads_before, heads };
        Ok(Some(self.open(&entry, stored.payload.as_deref())))
    }
}

fn read_all<S: EntrySource>(known: &Journal, keys: &DeviceKeys, source: &S) -> Result<ReadAll, S::Error> {
    let mut journal = known.emptied();
    each_page(source, |page| {
        journal.learn(page);
        Ok(())
    })?;
    journal.open_epochs(keys);
    let (mut entries, mut bad) = (Vec::new(), Vec::new());
    each_page(source, |page| {
        let arriving: Vec<StoredEntry<'_>> = page.iter().map(OwnedEntry::as_stored).collect();
        let admission = journal.admit(&arriving, Origin::Disk, source)?;
        journal.take(&admission);
        for entry in &admission.accepted {
            let opened = journal.open(entry, Admission::payload(entry, &arriving));
            if let Content::Bad(reason) = &opened.content
                && *reason != BadEntry::NoEpoch
            {
                bad.push((opened.log, *reason));
            }
            entries.push(opened);
        }
        let rejected = admission.rejected.iter();
        bad.extend(rejected.map(|rejected| (rejected.log.unwrap_or(NO_LOG), rejected.reason)));
        Ok(())
    })?;
    Ok(ReadAll { entries, bad, journal })
}

/// Stands for the log of an entry whose header cannot be read.
const NO_LOG: LogId = LogId::from_bytes([0; 32]);

fn each_page<S: EntrySource>(
    source: &S,
    mut work: impl FnMut(&[OwnedEntry]) -> Result<(), S::Error>,
) -> Result<(), S::Error> {
    let mut after = 0;
    loop {
        let page = source.page(after)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = *last;
        let entries: Vec<OwnedEntry> = page.into_iter().map(|(_, entry)| entry).collect();
        work(&entries)?;
    }
}
