//! Creating a vault and founding a committee in it.

use std::collections::BTreeMap;
use std::path::Path;

use ed25519_dalek::SigningKey;
use kyosei_access::{PersonId, Policy, RecoveryKeyId};
use kyosei_app::book::Book;
use kyosei_app::committee::found_committee;
use kyosei_app::journal::{DeviceKeys, DraftError, Founding, Journal};
use kyosei_app::state::{KeyRing, LocalState};
use kyosei_app::{Replica, WriteError};
use kyosei_model::MemberId;
use kyosei_store::{Batch, OpenError, SearchIndex, Store};
use kyosei_vault::recovery::{Dealt, Sheet, SheetError, deal};
use kyosei_vault::{KeyFile, KeyFileError, seal_key_file};
use rand::Rng;
use secrecy::SecretString;

use super::error::store_code;
use super::{Space, Vault, VaultError, WriteFailed, fresh_run, rows};
use crate::environment::Environment;
use crate::files::write_atomically;
use crate::folder::{FolderError, VaultFolder};

/// What the founder decides.
#[derive(Debug, Clone)]
pub struct NewCommittee {
    /// The committee's name.
    pub committee: String,
    /// The founder's name.
    pub person: String,
    /// The laptop's name.
    pub device: String,
}

/// A new vault with the sheets from which it can be recovered.
pub struct Created {
    /// The open vault.
    pub vault: Vault,
    /// The recovery sheets. They exist nowhere else: whoever drops them unprinted has no way back.
    pub sheets: Vec<Sheet>,
}

/// Why no vault was created.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The key file could not be sealed.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The database could not be made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The sheets could not be dealt.
    #[error(transparent)]
    Sheets(#[from] SheetError),
    /// The committee could not be founded.
    #[error(transparent)]
    Founding(#[from] DraftError),
    /// The first records could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The recovery sheets could not be given to people.
    #[error("the recovery sheets could not be delivered")]
    Delivery,
    /// A step after that failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl CreateError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Folder(error) => error.code(),
            Self::Vault(error) => error.code(),
            Self::Open(OpenError::UnsafeBuild) => "E-BUILD",
            Self::Open(OpenError::Store(error)) => store_code(error),
            Self::Delivery => "E-RECOVERY-SHEETS",
            Self::KeyFile(_) | Self::Open(_) | Self::Sheets(_) | Self::Founding(_) | Self::Write(_) => {
                "E-CREATE"
            }
        }
    }
}

impl Vault {
    /// Creates a vault in an empty folder and founds a committee in it. `passphrase` is in its normal form; `deliver` gives
    /// the recovery sheets to people.
    ///
    /// The vault counts as created once the sheets are delivered: whatever interrupts it before, the next attempt makes it
    /// anew.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn create_with(
        path: &Path,
        new: &NewCommittee,
        passphrase: &SecretString,
        environment: Environment,
        deliver: impl FnOnce(&[Sheet]) -> std::io::Result<()>,
    ) -> Result<Self, CreateError> {
        let created = Self::prepare(path, new, passphrase, environment)?;
        deliver(&created.sheets).map_err(|_| CreateError::Delivery)?;
        created.vault.folder.complete_creation()?;
        Ok(created.vault)
    }

    /// Creates a vault like [`Vault::create_with`] and gives the sheets out with it.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn create(
        path: &Path,
        new: &NewCommittee,
        passphrase: &SecretString,
        environment: Environment,
    ) -> Result<Created, CreateError> {
        let created = Self::prepare(path, new, passphrase, environment)?;
        created.vault.folder.complete_creation()?;
        Ok(created)
    }

    fn prepare(
        path: &Path,
        new: &NewCommittee,
        passphrase: &SecretString,
        mut environment: Environment,
    ) -> Result<Created, CreateError> {
        let folder = VaultFolder::create(path)?;
        let key_file = KeyFile::generate(environment.rng());
        let keys = DeviceKeys::from_key_file(&key_file).map_err(|_| KeyFileError::Sealing)?;
        let dealt = deal(environment.rng())?;
        let person = fresh_person(&mut environment);
        let founded = Journal::found(&founding(&dealt, person, new), &keys, environment.rng())?;
        let mut store = Store::create(&folder.database())?;
        let space = founded.journal.space();
        let mut ring = KeyRing::default();
        ring.put_own(space, founded.journal.own_log().cloned());
        let state_put = vec![ring.seal(&keys).map_err(VaultError::from)?];
        store
            .commit(&Batch { entries: rows(&founded.entries), state_put, ..Batch::default() })
            .map_err(VaultError::from)?;
        let mut vault = Self {
            run: fresh_run(&mut environment),
            environment,
            folder,
            keys,
            store,
            ring,
            book: Book::default(),
            is_book_stale: false,
            is_behind: false,
            home: Space::new(Replica::new(founded.journal), LocalState::of_space(0)),
            others: BTreeMap::new(),
            index: SearchIndex::new().map_err(VaultError::from)?,
            was_rebuilt: false,
            damage: Vec::new(),
            quota: None,
        };
        vault.found_register(new, person)?;
        vault.save_state(space, Batch::default())?;
        let sealed = seal_key_file(&key_file, passphrase, vault.environment.work())?;
        write_atomically(&vault.folder.key_file(), &sealed).map_err(FolderError::from)?;
        Ok(Created { vault, sheets: dealt.sheets })
    }

    fn found_register(&mut self, new: &NewCommittee, person: PersonId) -> Result<(), CreateError> {
        let mut tag_key = [0; 32];
        self.environment.rng().fill_bytes(&mut tag_key);
        let members = BTreeMap::from([(MemberId::from_bytes(*person.as_bytes()), new.person.clone())]);
        let written = self.write(|writing| found_committee(writing, &new.committee, members, tag_key));
        written.map_err(|failed| match failed {
            WriteFailed::Refused(error) => CreateError::Write(error),
            WriteFailed::Vault(error) => CreateError::Vault(error),
        })
    }
}

fn founding<'a>(dealt: &Dealt, person: PersonId, new: &'a NewCommittee) -> Founding<'a> {
    let recovery_keys = dealt
        .sheets
        .iter()
        .map(|sheet| RecoveryKeyId::from(&SigningKey::from_bytes(&sheet.signing_seed)))
        .collect();
    Founding {
        person,
        name: &new.person,
        device_name: &new.device,
        policy: Policy::default(),
        recovery_keys,
        recovery_recipient: dealt.recipient,
    }
}

/// A fresh pseudonym of a person.
pub(super) fn fresh_person(environment: &mut Environment) -> PersonId {
    let unix_ms = u64::try_from(environment.now().get()).unwrap_or(0);
    let mut random = [0; 10];
    environment.rng().fill_bytes(&mut random);
    PersonId::from_bytes(MemberId::from_parts(unix_ms, random).to_bytes())
}
