//! The private folder of a ledger that stands alone: `ledger.json`, the secret for ties, and a lock.
//!
//! Opened, it is locked until it is dropped, so that two releases cannot be made at once. It holds true values behind withheld
//! cells and must never be published.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use kyosei_disclosure::tie::TIE_KEY_BYTES;
use kyosei_disclosure::{Ledger, TieKey};
use kyosei_disclosure_format::ledger;
use kyosei_runtime::files::{read_at_most, write_atomically, write_new_durably};

use crate::outcome::Failure;

/// The ledger with its true values.
const LEDGER_NAME: &str = "ledger.json";
/// The secret that decides ties: the same for all releases of a ledger.
const KEY_NAME: &str = "tie.key";
/// Whoever holds a lock on this file may make a release.
const LOCK_NAME: &str = "lock";
/// The largest ledger that is read, in bytes.
const LEDGER_BYTES_MAX: u64 = 256 << 20;
/// Only the owner enters the folder.
const OWNER_ONLY: u32 = 0o700;

/// An opened and locked ledger folder.
pub struct LedgerFolder {
    path: PathBuf,
    _lock: File,
    /// The releases so far.
    pub ledger: Ledger,
    /// The secret that decides ties.
    pub key: TieKey,
}

impl LedgerFolder {
    /// Opens the folder, or makes it with this fresh key.
    pub fn open(path: &Path, fresh_key: [u8; TIE_KEY_BYTES]) -> Result<Self, Failure> {
        let failed = |_| Failure::new("E-FILE-WRITE").with(path.display().to_string());
        DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(path).map_err(failed)?;
        let lock = File::create(path.join(LOCK_NAME)).map_err(failed)?;
        if lock.try_lock().is_err() {
            return Err(Failure::new("E-TOTALS-LEDGER-IN-USE").with(path.display().to_string()));
        }
        let ledger = read_ledger(&path.join(LEDGER_NAME))?;
        let key_path = path.join(KEY_NAME);
        // A ledger without its key was copied in part: other ties would tell apart what must look alike.
        if !key_path.exists() && ledger.entries().is_empty() {
            write_new_durably(&key_path, &fresh_key).map_err(failed)?;
        }
        let unusable = || Failure::new("E-TOTALS-LEDGER").with(key_path.display().to_string());
        let key = read_at_most(&key_path, 1 + TIE_KEY_BYTES as u64).map_err(|_| unusable())?;
        let key = TieKey::new(key.try_into().map_err(|_| unusable())?);
        Ok(Self { path: path.to_owned(), _lock: lock, ledger, key })
    }

    /// Makes a longer ledger durable.
    pub fn save(&mut self, longer: Ledger) -> Result<(), Failure> {
        let failed = || Failure::new("E-FILE-WRITE").with(self.path.display().to_string());
        let bytes = ledger::write(&longer).map_err(|_| failed())?;
        write_atomically(&self.path.join(LEDGER_NAME), &bytes).map_err(|_| failed())?;
        self.ledger = longer;
        Ok(())
    }
}

fn read_ledger(path: &Path) -> Result<Ledger, Failure> {
    let bytes = match read_at_most(path, LEDGER_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Ledger::default()),
        Err(_) => return Err(Failure::new("E-FILE-READ").with(path.display().to_string())),
    };
    ledger::read(&bytes, None).map_err(|error| {
        Failure::new("E-TOTALS-LEDGER").with(path.display().to_string()).with(error.to_string())
    })
}
