//! The vault's database.
//!
//! Life-cycle: [`Store::create`] once, [`Store::open`] at each start, any number of [`Store::commit`], [`Store::close`]
//! at lock, which folds the write-ahead log back and leaves one file.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::schema;

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

/// The ids of a space and of one of its logs.
pub type SpaceAndLog = ([u8; 32], [u8; 32]);

/// What one transaction writes.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Entries to add; one that is there already stays as it is.
    pub entries: Vec<EntryRow>,
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
            let mut entry = transaction.prepare_cached(
                "INSERT INTO entry (id, space, log, seq, header) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO NOTHING",
            )?;
            let mut payload = transaction.prepare_cached(
                "INSERT INTO payload (entry, bytes) VALUES (?1, ?2) ON CONFLICT (entry) DO NOTHING",
            )?;
            for row in &batch.entries {
                entry.execute(params![row.id, row.space, row.log, row.seq, row.header])?;
                if let Some(bytes) = &row.payload {
                    payload.execute(params![row.id, bytes])?;
                }
            }
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
            for id in &batch.payload_delete {
                transaction.execute("DELETE FROM payload WHERE entry = ?1", [&id[..]])?;
            }
            Ok(())
        })
    }

    /// All entries of a log of a space from `seq` on, in order.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn entries_from(
        &self,
        space: &[u8; 32],
        log: &[u8; 32],
        seq: u32,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT entry.id, entry.space, entry.log, entry.seq, entry.header, payload.bytes
             FROM entry LEFT JOIN payload ON payload.entry = entry.id
             WHERE entry.space = ?1 AND entry.log = ?2 AND entry.seq >= ?3
             ORDER BY entry.seq, entry.id",
        )?;
        let rows = statement.query_map(params![&space[..], &log[..], seq], |row| {
            Ok(EntryRow {
                id: row.get(0)?,
                space: row.get(1)?,
                log: row.get(2)?,
                seq: row.get(3)?,
                header: row.get(4)?,
                payload: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Space and log of everything that has entries, in order.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn logs(&self) -> Result<Vec<SpaceAndLog>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT DISTINCT space, log FROM entry ORDER BY space, log")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
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
            "SELECT count(*) FROM payload WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = payload.entry)",
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
    use super::{Batch, CheckFinding, EntryRow, OpenError, Store, StoreError};

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
        assert_eq!(store.entries_from(&[1; 32], &[2; 32], 0).unwrap(), batch.entries);
        assert_eq!(store.entries_from(&[1; 32], &[2; 32], 1).unwrap().len(), 1);
        assert_eq!(store.state(0).unwrap().unwrap(), b"state");
        assert_eq!(store.logs().unwrap(), [([1; 32], [2; 32])]);
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
        assert_eq!(store.entries_from(&[1; 32], &[2; 32], 0).unwrap()[0].payload, None);
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
        assert!(store.entries_from(&[1; 32], &[2; 32], 0).unwrap().is_empty());
    }

    fn on_disk(folder: &std::path::Path, needle: &[u8]) -> bool {
        std::fs::read_dir(folder).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(needle.len()).any(|window| window == needle)
        })
    }
}
