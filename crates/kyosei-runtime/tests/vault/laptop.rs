//! A laptop with one vault in a folder of its own.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kyosei_access::{EntryId, SpaceId};
use kyosei_app::Replica;
use kyosei_app::journal::{Content, DeviceKeys, EntrySource, Journal, OwnedEntry};
use kyosei_app::supporters::{NewSupporter, add_supporter};
use kyosei_doc::{DocId, Document};
use kyosei_model::{Decision, Field, Language, Purpose, Source, SupporterId, SupporterKind, UnixMillis};
use kyosei_runtime::{Created, Environment, NewCommittee, SearchQuery, UnlockError, Vault};
use kyosei_store::{Store, StoreError};
use kyosei_testkit::Seed;
use kyosei_vault::open_key_file;
use secrecy::SecretString;
use tempfile::TempDir;

pub struct Laptop {
    pub path: PathBuf,
    seed: Seed,
    starts: Cell<u64>,
    _folder: Option<TempDir>,
}

/// The entries of a space in a database.
struct Entries<'a>(&'a Store, [u8; 32]);

impl EntrySource for Entries<'_> {
    type Error = StoreError;

    fn entry(&self, id: EntryId) -> Result<Option<OwnedEntry>, StoreError> {
        let row = self.0.entry(id.as_bytes())?;
        Ok(row.map(|row| OwnedEntry { header: row.header, payload: row.payload }))
    }

    fn page(&self, after: i64) -> Result<Vec<(i64, OwnedEntry)>, StoreError> {
        let rows = self.0.page(&self.1, after)?.into_iter();
        Ok(rows.map(|row| (row.number, OwnedEntry { header: row.header, payload: row.payload })).collect())
    }
}

/// Between fork and exec a child holds every open file of this process, the lock of a vault too. So no test opens a
/// vault while another starts a process.
pub fn quiet() -> MutexGuard<'static, ()> {
    static STARTING: Mutex<()> = Mutex::new(());
    STARTING.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn words(text: &str) -> SecretString {
    SecretString::from(text)
}

impl Laptop {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            path: folder.path().join("vault"),
            seed: Seed::of_test(),
            starts: Cell::new(0),
            _folder: Some(folder),
        }
    }

    /// A laptop whose vault lies somewhere else.
    pub fn at(path: PathBuf) -> Self {
        Self { path, seed: Seed::of_test(), starts: Cell::new(0), _folder: None }
    }

    /// Clock and entropy of the next start: every start draws other ids and another Automerge actor.
    pub fn environment(&self) -> Environment {
        self.starts.set(self.starts.get() + 1);
        let start = self.starts.get();
        let now = UnixMillis::new(1_790_000_000_000).plus_ms(i64::try_from(start).unwrap() * 60_000);
        Environment::foretold(self.seed.value().wrapping_add(start), now)
    }

    pub fn create(&self) -> Created {
        let new = NewCommittee {
            committee: "みどりの会".into(),
            person: "青木 葵".into(),
            device: "ノート".into(),
        };
        let _quiet = quiet();
        Vault::create(&self.path, &new, &words("right words"), self.environment()).unwrap()
    }

    /// Lets the clock of later starts run ahead.
    pub fn let_days_pass(&self, days: u64) {
        self.starts.set(self.starts.get() + days * 24 * 60);
    }

    pub fn unlock_with(&self, passphrase: &str) -> Vault {
        let _quiet = quiet();
        Vault::unlock(&self.path, &words(passphrase), self.environment()).unwrap()
    }

    pub fn try_unlock(&self) -> Result<Vault, UnlockError> {
        let _quiet = quiet();
        Vault::unlock(&self.path, &words("right words"), self.environment())
    }

    pub fn unlock(&self) -> Vault {
        self.try_unlock().unwrap()
    }

    /// The code of the refusal to open this vault.
    pub fn refusal(&self) -> &'static str {
        self.try_unlock().map(|_| "it opened").unwrap_or_else(|error| error.code())
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("vault.db")
    }

    pub fn key_file(&self) -> PathBuf {
        self.path.join("device.age")
    }

    pub fn store(&self) -> Store {
        Store::open(&self.database()).unwrap()
    }

    /// Everything that the files of the closed vault say to someone who has its keys.
    pub fn everything(&self) -> Vec<Vec<u8>> {
        let sealed = std::fs::read(self.key_file()).unwrap();
        let keys =
            DeviceKeys::from_key_file(&open_key_file(&sealed, &words("right words")).unwrap()).unwrap();
        let store = self.store();
        let mut found = Vec::new();
        for slot in store.state_slots().unwrap() {
            let bytes = store.state(slot).unwrap().unwrap();
            found.push(kyosei_vault::open(&[&keys.local], &bytes, 16 << 20).unwrap().to_vec());
        }
        for space in store.spaces().unwrap() {
            let entries = Entries(&store, space);
            let replica = Replica::new(Journal::empty(SpaceId::from_bytes(space), None));
            for entry in replica.read_all(&keys, &entries).unwrap().entries {
                found.extend(store.entry(entry.id.as_bytes()).unwrap().unwrap().payload);
                if let Content::Data(inner) = entry.content {
                    found.extend(inner.parts.into_iter().map(|part| part.body));
                }
            }
        }
        found
    }

    /// Whether a text stands anywhere in the files, sealed or not.
    pub fn holds(&self, text: &str) -> bool {
        let mut all = self.everything();
        all.extend(
            std::fs::read_dir(&self.path).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()),
        );
        all.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

pub fn person(name: &str, email: &str) -> NewSupporter {
    NewSupporter {
        kind: SupporterKind::Individual,
        source: Source::Paper,
        text: vec![(Field::Name, name.to_owned()), (Field::Email, email.to_owned())],
        interests: BTreeSet::new(),
        org_type: None,
        language: Language::Ja,
        decisions: vec![(Purpose::Register, Decision::Given), (Purpose::EventMail, Decision::Given)],
    }
}

pub fn add(vault: &mut Vault, name: &str, email: &str) -> SupporterId {
    let new = person(name, email);
    vault.write(|writing| add_supporter(writing, new)).unwrap().id
}

/// The names that a search finds.
pub fn found(vault: &Vault, text: &str) -> BTreeSet<String> {
    let (page, total) =
        vault.search(&SearchQuery { text: text.to_owned(), ..SearchQuery::default() }).unwrap();
    assert_eq!(u64::try_from(page.len()).unwrap(), total);
    page.iter().map(|one| one.get(Field::Name).unwrap().to_owned()).collect()
}

pub fn heads(vault: &Vault) -> BTreeMap<DocId, Vec<[u8; 32]>> {
    vault.register().saves().map(|(id, save)| (id, Document::load(save).unwrap().heads())).collect()
}

pub fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

/// Copies the files of a vault.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
