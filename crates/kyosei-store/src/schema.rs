//! The schema of the vault's database and the settings of every connection.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, limits::Limit};

/// "kyo1" in ASCII: `file` and SQLite tell a vault from other databases by it.
pub(crate) const APPLICATION_ID: i32 = 0x6b79_6f31;
/// Version of the schema, in `user_version`.
pub(crate) const SCHEMA_VERSION: i32 = 1;
/// Largest value in bytes that SQLite handles in this program.
const VALUE_BYTES_MAX: i32 = 16 << 20;

/// An entry's payload is here.
pub(crate) const PAYLOAD_HERE: i64 = 0;
/// An entry's payload has not arrived.
pub(crate) const PAYLOAD_AWAITED: i64 = 1;
/// An entry's payload was dropped.
pub(crate) const PAYLOAD_DROPPED: i64 = 2;

/// `number` is the order of arrival: what an entry rests on has a smaller one.
pub(crate) const CREATE: &str = "
CREATE TABLE entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
    space BLOB NOT NULL CHECK (length(space) = 32),
    log BLOB NOT NULL CHECK (length(log) = 32),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    payload INTEGER NOT NULL CHECK (payload IN (0, 1, 2)),
    header BLOB NOT NULL
) STRICT;
CREATE INDEX entry_by_place ON entry (space, log, seq);
CREATE INDEX entry_by_arrival ON entry (space, number);
CREATE INDEX entry_awaiting ON entry (space) WHERE payload = 1;
CREATE TABLE payload (
    entry INTEGER PRIMARY KEY REFERENCES entry (number),
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE state (
    slot INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
";

/// Settings of a connection to the vault's file: durable, wiping what it deletes, trusting nothing in the schema.
pub(crate) fn harden_file(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA mmap_size = 0;
         PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 0;
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA fullfsync = ON;",
    )?;
    harden_common(connection)
}

/// Settings of the connection to the index in memory.
pub(crate) fn harden_memory(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA journal_mode = MEMORY; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    harden_common(connection)
}

fn harden_common(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    Ok(())
}

/// Whether the library was built to keep everything temporary in memory, whatever a pragma says.
pub(crate) fn temp_store_is_memory(connection: &Connection) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare("PRAGMA compile_options")?;
    let options = statement.query_map([], |row| row.get::<_, String>(0))?;
    for option in options {
        if option? == "TEMP_STORE=3" {
            return Ok(true);
        }
    }
    Ok(false)
}
