//! The vault's database.
//!
//! Life-cycle: [`Store::create`] once, [`Store::open`] at each start, any number of [`Store::commit`], [`Store::close`]
//! at lock, which folds the write-ahead log back and leaves one file.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::schema;

/// Entries that [`Store::page`] gives at most.
pub const PAGE_ENTRY_COUNT_MAX: u32 = 256;
/// Bytes after which [`Store::page`] ends.
pub const PAGE_BYTES_MAX: usize = 4 << 20;

/// An entry as it rests: its place in clear, header and payload as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Id of the entry.
    pub id: [u8; 32],
    /// Space.
    pub space: [u8; 32],
    /// Log.
    pub log: [u8; 32],
    /// Sequence number.
    pub seq: u32,
    /// The signed header.
    pub header: Vec<u8>,
    /// The payload, unless it was dropped.
    pub payload: Option<Vec<u8>>,
}

/// A stored entry with its place in the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Place in the order of arrival: ascends, never used twice.
    pub number: i64,
    /// The signed header.
    pub header: Vec<u8>,
    /// The payload, unless it was dropped or has not arrived.
    pub payload: Option<Vec<u8>>,
}

/// What one transaction writes.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Entries to add; one that is there already stays as it is.
    pub entries: Vec<EntryRow>,
    /// Payloads of entries that came without; one that is there or was dropped stays as it is.
    pub payload_put: Vec<([u8; 32], Vec<u8>)>,
    /// Slots of the local state to write.
    pub state_put: Vec<(i64, Vec<u8>)>,
    /// Slots of the local state to delete, before those in `state_put` are written.
    pub state_delete: Vec<i64>,
    /// Entries whose payloads are wiped; their headers stay.
    pub payload_delete: Vec<[u8; 32]>,
}

/// Why a vault's database did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no database at the place.
    #[error("no vault database here")]
    Missing,
    /// The file is not a vault's database, or is damaged at its head.
    #[error("not a vault database")]
    NotAVault,
    /// Written by a newer version of kyosei.
    #[error("vault of a newer version")]
    NewerVersion,
    /// The SQLite library was built without the setting that keeps temporary data in memory.
    #[error("this build of SQLite could write temporary files")]
    UnsafeBuild,
    /// The disk or the file refused.
    #[error("the database cannot be used")]
    Store(#[from] StoreError),
}

/// Why a read or a commit failed. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its folder cannot be written.
    #[error("the vault cannot be written")]
    ReadOnly,
    /// The file is damaged.
    #[error("the vault's database is damaged")]
    Damaged,
    /// An input or output error of the disk.
    #[error("the disk failed")]
    Io,
    /// Another process holds the file.
    #[error("the vault is in use")]
    Busy,
    /// A statement that should hold did not: a fault of this program.
    #[error("unexpected answer of the database (code {code})")]
    Unexpected {
        /// SQLite's extended result code.
        code: i32,
    },
}

/// What a check of the file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckFinding {
    /// SQLite reports damage; the text names pages and indexes, never content.
    Structure(String),
    /// A payload belongs to no entry.
    OrphanPayload,
}

impl From<rusqlite::Error> for StoreError {
    /// Keeps the kind and the code: messages of SQLite may quote SQL or values.
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let Some(code) = error.sqlite_error() else { return Self::Unexpected { code: 0 } };
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "SQLite's list of codes grows; all others are unexpected"
        )]
        match code.code {
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
            // The index beside the write-ahead log is the first file that SQLite makes room for.
            ErrorCode::SystemIoFailure if code.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => {
                Self::DiskFull
            }
            // The file ends before the database does, or the file system says that it lost bytes.
            ErrorCode::SystemIoFailure
                if matches!(
                    code.extended_code,
                    rusqlite::ffi::SQLITE_IOERR_SHORT_READ
                        | rusqlite::ffi::SQLITE_IOERR_DATA
                        | rusqlite::ffi::SQLITE_IOERR_CORRUPTFS
                ) =>
            {
                Self::Damaged
            }
            ErrorCode::SystemIoFailure => Self::Io,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            _ => Self::Unexpected { code: code.extended_code },
        }
    }
}

/// A connection to the vault's database.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Creates the database of a new vault. The file must not exist.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn create(path: &Path) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
        refuse_unsafe_build(&connection)?;
        schema::harden_file(&connection).map_err(StoreError::from)?;
        let mut store = Self { connection };
        store.write(|transaction| {
            transaction.execute_batch(schema::CREATE)?;
            transaction.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", schema::SCHEMA_VERSION)
        })?;
        Ok(store)
    }

    /// Opens the database of a vault.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        if !path.is_file() {
            return Err(OpenError::Missing);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
        refuse_unsafe_build(&connection)?;
        let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        let (application, version) = match (number("application_id"), number("user_version")) {
            (Ok(application), Ok(version)) => (application, version),
            (Err(error), _) | (_, Err(error)) => {
                return Err(not_a_vault_or(error));
            }
        };
        if application != schema::APPLICATION_ID {
            return Err(OpenError::NotAVault);
        }
        if version > schema::SCHEMA_VERSION {
            return Err(OpenError::NewerVersion);
        }
        schema::harden_file(&connection).map_err(StoreError::from)?;
        Ok(Self { connection })
    }

    /// Writes a batch in one transaction. When this returns, the batch is on the disk.
    ///
    /// # Errors
    /// See [`StoreError`]; nothing of the batch is stored then.
    pub fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.write(|transaction| {
            add_entries(transaction, &batch.entries)?;
            put_payloads(transaction, &batch.payload_put)?;
            for slot in &batch.state_delete {
                transaction.execute("DELETE FROM state WHERE slot = ?1", [slot])?;
            }
            let mut put = transaction.prepare_cached(
                "INSERT INTO state (slot, bytes) VALUES (?1, ?2)
                 ON CONFLICT (slot) DO UPDATE SET bytes = excluded.bytes",
            )?;
            for (slot, bytes) in &batch.state_put {
                put.execute(params![slot, bytes])?;
            }
            delete_payloads(transaction, &batch.payload_delete)
        })
    }

    /// The entries of a space that arrived after `number`, in that order, at most [`PAGE_ENTRY_COUNT_MAX`] and
    /// about [`PAGE_BYTES_MAX`].
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn page(&self, space: &[u8; 32], number: i64) -> Result<Vec<StoredRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, header, payload.bytes FROM entry LEFT JOIN payload ON payload.entry = number
             WHERE space = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
        )?;
        let rows = statement.query_map(params![&space[..], number, PAGE_ENTRY_COUNT_MAX], stored_row)?;
        let (mut page, mut bytes, mut last) = (Vec::new(), 0_usize, number);
        for row in rows {
            let row: StoredRow = row?;
            last = following(last, row.number)?;
            bytes = bytes.saturating_add(row.payload.as_ref().map_or(0, Vec::len));
            page.push(row);
            if bytes > PAGE_BYTES_MAX {
                break;
            }
        }
        Ok(page)
    }

    /// One entry.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn entry(&self, id: &[u8; 32]) -> Result<Option<StoredRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, header, payload.bytes FROM entry LEFT JOIN payload ON payload.entry = number
             WHERE id = ?1",
        )?;
        Ok(statement.query_row([&id[..]], stored_row).optional()?)
    }

    /// Places, in the order of arrival, of the entries of a log from `seq` on.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn numbers_from(&self, space: &[u8; 32], log: &[u8; 32], seq: u32) -> Result<Vec<i64>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT number FROM entry WHERE space = ?1 AND log = ?2 AND seq >= ?3")?;
        let rows = statement.query_map(params![&space[..], &log[..], seq], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The place of an entry of a space in the order of arrival.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn number_of(&self, space: &[u8; 32], id: &[u8; 32]) -> Result<Option<i64>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT number FROM entry WHERE id = ?1 AND space = ?2")?;
        Ok(statement.query_row(params![&id[..], &space[..]], |row| row.get(0)).optional()?)
    }

    /// The entry at a place in the order of arrival.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn entry_at(&self, number: i64) -> Result<Option<StoredRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, header, payload.bytes FROM entry LEFT JOIN payload ON payload.entry = number
             WHERE number = ?1",
        )?;
        Ok(statement.query_row([number], stored_row).optional()?)
    }

    /// Entries of a space whose payload has not arrived, at most `count_max` of them.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn awaiting(&self, space: &[u8; 32], count_max: u32) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM entry WHERE space = ?1 AND payload = 1 LIMIT ?2")?;
        let rows = statement.query_map(params![&space[..], count_max], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many entries of a space, up to a place, lack their payloads because they have not arrived.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn awaiting_count(&self, space: &[u8; 32], through: i64) -> Result<i64, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT count(*) FROM entry WHERE space = ?1 AND payload = 1 AND number <= ?2")?;
        Ok(statement.query_row(params![&space[..], through], |row| row.get(0))?)
    }

    /// The place of the entry that arrived last in a space; 0 before the first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_number(&self, space: &[u8; 32]) -> Result<i64, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT coalesce(max(number), 0) FROM entry WHERE space = ?1")?;
        Ok(statement.query_row([&space[..]], |row| row.get(0))?)
    }

    /// The spaces that have entries, in the order in which their first entries arrived.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn spaces(&self) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT space FROM entry GROUP BY space ORDER BY min(number)")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The bytes of a slot of the local state.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn state(&self, slot: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT bytes FROM state WHERE slot = ?1")?;
        Ok(statement.query_row([slot], |row| row.get(0)).optional()?)
    }

    /// The slots of the local state that are filled, in order.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn state_slots(&self) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT slot FROM state ORDER BY slot")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Looks for damage: quickly, or (`deep`) every index against every table.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn check(&self, deep: bool) -> Result<Vec<CheckFinding>, StoreError> {
        let pragma = if deep { "PRAGMA integrity_check(100)" } else { "PRAGMA quick_check(100)" };
        let mut statement = self.connection.prepare(pragma)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut findings = Vec::new();
        for row in rows {
            let line = row?;
            if line != "ok" {
                findings.push(CheckFinding::Structure(line));
            }
        }
        let orphans: i64 = self.connection.query_row(
            "SELECT count(*) FROM payload WHERE NOT EXISTS (SELECT 1 FROM entry WHERE number = payload.entry)",
            [],
            |row| row.get(0),
        )?;
        findings.extend((0..orphans).map(|_| CheckFinding::OrphanPayload));
        Ok(findings)
    }

    /// Folds the write-ahead log back into the file and closes it.
    ///
    /// # Errors
    /// See [`StoreError`]. Everything committed is safe either way.
    pub fn close(self) -> Result<(), StoreError> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        self.connection.close().map_err(|(_, error)| error.into())
    }

    fn write(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&transaction)?;
        Ok(transaction.commit()?)
    }
}

fn add_entries(transaction: &Transaction<'_>, entries: &[EntryRow]) -> rusqlite::Result<()> {
    let mut entry = transaction.prepare_cached(
        "INSERT INTO entry (id, space, log, seq, payload, header) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO NOTHING",
    )?;
    let mut payload = transaction.prepare_cached("INSERT INTO payload (entry, bytes) VALUES (?1, ?2)")?;
    for row in entries {
        let state = if row.payload.is_some() { schema::PAYLOAD_HERE } else { schema::PAYLOAD_AWAITED };
        let added = entry.execute(params![row.id, row.space, row.log, row.seq, state, row.header])?;
        if let (1, Some(bytes)) = (added, &row.payload) {
            payload.execute(params![transaction.last_insert_rowid(), bytes])?;
        }
    }
    Ok(())
}

fn put_payloads(transaction: &Transaction<'_>, payloads: &[([u8; 32], Vec<u8>)]) -> rusqlite::Result<()> {
    for (id, bytes) in payloads {
        let awaited = transaction
            .prepare_cached("UPDATE entry SET payload = ?2 WHERE id = ?1 AND payload = ?3 RETURNING number")?
            .query_row(params![id, schema::PAYLOAD_HERE, schema::PAYLOAD_AWAITED], |row| row.get::<_, i64>(0))
            .optional()?;
        if let Some(number) = awaited {
            transaction
                .prepare_cached("INSERT INTO payload (entry, bytes) VALUES (?1, ?2)")?
                .execute(params![number, bytes])?;
        }
    }
    Ok(())
}

fn delete_payloads(transaction: &Transaction<'_>, ids: &[[u8; 32]]) -> rusqlite::Result<()> {
    for id in ids {
        transaction
            .prepare_cached("DELETE FROM payload WHERE entry = (SELECT number FROM entry WHERE id = ?1)")?
            .execute([&id[..]])?;
        transaction
            .prepare_cached("UPDATE entry SET payload = ?2 WHERE id = ?1")?
            .execute(params![id, schema::PAYLOAD_DROPPED])?;
    }
    Ok(())
}

/// The place after `last`. In a damaged index places need not ascend, and whoever asks for page after page would never end.
const fn following(last: i64, number: i64) -> Result<i64, StoreError> {
    if number > last { Ok(number) } else { Err(StoreError::Damaged) }
}

fn stored_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredRow> {
    Ok(StoredRow { number: row.get(0)?, header: row.get(1)?, payload: row.get(2)? })
}

fn refuse_unsafe_build(connection: &Connection) -> Result<(), OpenError> {
    match schema::temp_store_is_memory(connection) {
        Ok(true) => Ok(()),
        Ok(false) => Err(OpenError::UnsafeBuild),
        Err(error) => Err(not_a_vault_or(error)),
    }
}

/// A file that SQLite cannot make sense of is not a vault; everything else is the store's own failure.
fn not_a_vault_or(error: rusqlite::Error) -> OpenError {
    let error = StoreError::from(error);
    if matches!(error, StoreError::Damaged) { OpenError::NotAVault } else { OpenError::Store(error) }
}

#[cfg(test)]
mod tests {
    use super::{Batch, CheckFinding, EntryRow, OpenError, Store, StoreError, following};

    fn entry(seq: u32, payload: &[u8]) -> EntryRow {
        EntryRow {
            id: [u8::try_from(seq).unwrap(); 32],
            space: [1; 32],
            log: [2; 32],
            seq,
            header: vec![seq as u8; 5],
            payload: Some(payload.to_vec()),
        }
    }

    fn fresh() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.db");
        (folder, path)
    }

    #[test]
    fn a_committed_batch_is_there_after_the_file_is_opened_again() {
        let (_folder, path) = fresh();
        let mut store = Store::create(&path).unwrap();
        let batch = Batch {
            entries: vec![entry(0, b"a"), entry(1, b"b")],
            state_put: vec![(0, b"state".to_vec())],
            ..Batch::default()
        };
        store.commit(&batch).unwrap();
        store.commit(&batch).unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        let rows = store.page(&[1; 32], 0).unwrap();
        let stored: Vec<_> = rows.iter().map(|row| (row.header.clone(), row.payload.clone())).collect();
        assert_eq!(stored, [(vec![0; 5], Some(b"a".to_vec())), (vec![1; 5], Some(b"b".to_vec()))]);
        assert_eq!(store.page(&[1; 32], rows[0].number).unwrap(), rows[1..]);
        assert_eq!(store.numbers_from(&[1; 32], &[2; 32], 1).unwrap(), [rows[1].number]);
        assert_eq!(store.entry(&[1; 32]).unwrap().as_ref(), Some(&rows[1]));
        assert_eq!(store.entry_at(rows[0].number).unwrap().as_ref(), Some(&rows[0]));
        assert_eq!(store.last_number(&[1; 32]).unwrap(), rows[1].number);
        assert_eq!(store.state(0).unwrap().unwrap(), b"state");
        assert_eq!(store.spaces().unwrap(), [[1; 32]]);
        assert_eq!(store.check(true).unwrap(), Vec::<CheckFinding>::new());
    }

    #[test]
    fn a_dropped_payload_leaves_no_byte_in_the_files_and_its_header_stays() {
        let (folder, path) = fresh();
        let secret = b"0123456789abcdefSECRETPAYLOAD";
        let mut store = Store::create(&path).unwrap();
        store.commit(&Batch { entries: vec![entry(0, secret)], ..Batch::default() }).unwrap();
        assert!(on_disk(folder.path(), secret), "positive control: the payload is on the disk");
        store.commit(&Batch { payload_delete: vec![[0; 32]], ..Batch::default() }).unwrap();
        store.close().unwrap();
        assert!(!on_disk(folder.path(), secret));
        let store = Store::open(&path).unwrap();
        assert_eq!(store.page(&[1; 32], 0).unwrap()[0].payload, None);
        assert!(store.awaiting(&[1; 32], 9).unwrap().is_empty(), "it is dropped, not awaited");
    }

    #[test]
    fn a_payload_that_arrives_later_is_put_once_and_one_that_was_dropped_never_again() {
        let (_folder, path) = fresh();
        let mut store = Store::create(&path).unwrap();
        let bare = EntryRow { payload: None, ..entry(0, b"") };
        store.commit(&Batch { entries: vec![bare], ..Batch::default() }).unwrap();
        assert_eq!(store.awaiting(&[1; 32], 9).unwrap(), [[0; 32]]);
        assert_eq!(
            (store.awaiting_count(&[1; 32], 0).unwrap(), store.awaiting_count(&[1; 32], 1).unwrap()),
            (0, 1)
        );
        let put = |bytes: &[u8]| Batch { payload_put: vec![([0; 32], bytes.to_vec())], ..Batch::default() };
        store.commit(&put(b"right")).unwrap();
        assert_eq!(store.awaiting_count(&[1; 32], 1).unwrap(), 0);
        store.commit(&put(b"again")).unwrap();
        assert_eq!(store.entry(&[0; 32]).unwrap().unwrap().payload.unwrap(), b"right");
        store.commit(&Batch { payload_delete: vec![[0; 32]], ..Batch::default() }).unwrap();
        store.commit(&put(b"back")).unwrap();
        assert_eq!(store.entry(&[0; 32]).unwrap().unwrap().payload, None);
    }

    #[test]
    fn places_that_do_not_ascend_are_damage_and_no_endless_row_of_pages() {
        assert!(matches!(following(3, 4), Ok(4)));
        for number in [3, 2, 0, -1] {
            assert!(matches!(following(3, number), Err(StoreError::Damaged)), "{number}");
        }
    }

    #[test]
    fn other_files_and_newer_vaults_are_told_apart() {
        let (folder, path) = fresh();
        assert!(matches!(Store::open(&path), Err(OpenError::Missing)));
        std::fs::write(&path, b"not a database, but long enough to be looked at as one".repeat(100)).unwrap();
        assert!(matches!(Store::open(&path), Err(OpenError::NotAVault)));
        let other = folder.path().join("other.db");
        rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(matches!(Store::open(&other), Err(OpenError::NotAVault)));
        let newer = folder.path().join("newer.db");
        Store::create(&newer).unwrap().close().unwrap();
        rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 2).unwrap();
        assert!(matches!(Store::open(&newer), Err(OpenError::NewerVersion)));
    }

    #[test]
    fn a_file_with_overwritten_pages_is_reported_as_damaged_and_not_as_an_empty_vault() {
        let (_folder, path) = fresh();
        let mut store = Store::create(&path).unwrap();
        let entries = (0..200).map(|seq| entry(seq, &vec![7; 900])).collect();
        store.commit(&Batch { entries, ..Batch::default() }).unwrap();
        store.close().unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let len = bytes.len();
        bytes[4096..len].fill(0xAA);
        std::fs::write(&path, bytes).unwrap();
        let found = Store::open(&path).map_err(|_| ()).and_then(|store| store.check(true).map_err(|_| ()));
        assert!(found.is_err() || !found.unwrap().is_empty());
    }

    #[test]
    fn a_full_disk_is_named_and_nothing_of_the_batch_is_stored() {
        let (_folder, path) = fresh();
        let mut store = Store::create(&path).unwrap();
        store.connection.pragma_update(None, "max_page_count", 20).unwrap();
        let entries = (0..200).map(|seq| entry(seq, &vec![7; 900])).collect();
        assert!(matches!(store.commit(&Batch { entries, ..Batch::default() }), Err(StoreError::DiskFull)));
        assert!(store.page(&[1; 32], 0).unwrap().is_empty());
    }

    fn on_disk(folder: &std::path::Path, needle: &[u8]) -> bool {
        std::fs::read_dir(folder).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(needle.len()).any(|window| window == needle)
        })
    }
}
