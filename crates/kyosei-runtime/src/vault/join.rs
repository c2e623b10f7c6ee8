//! Joining a committee on a new laptop: from the ticket to an open vault.
//!
//! Life-cycle: [`Joining::begin`] with a ticket makes the vault's folder, its keys and the request; the request goes to
//! the inviter over the network or in a file; [`Joining::open`] takes it up again after a restart; [`Joining::complete`]
//! with the inviter's welcome opens the vault. Until then the folder holds keys and nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use kyosei_access::SpaceId;
use kyosei_access::invite::{
    self, JoinRequest, Newcomer, RequestDecodeError, Ticket, TicketError, VerificationWords,
    WelcomeDecodeError, WelcomeError, Welcomed,
};
use kyosei_app::Replica;
use kyosei_app::book::{self, BOOK_SLOT, Book, Secret};
use kyosei_app::joining::{EnvelopeError, EnvelopeKind, open_envelope, request_identity, seal_envelope};
use kyosei_app::journal::{DeviceKeys, Journal};
use kyosei_app::state::{Covered, KeyRing, LocalState};
use kyosei_model::SpaceKind;
use kyosei_store::{Batch, OpenError, Store};
use kyosei_vault::{KeyFile, KeyFileError, open_key_file, seal_key_file};
use secrecy::SecretString;

use super::error::store_code;
use super::unlock::KEY_FILE_BYTES_MAX;
use super::{UnlockError, Vault, VaultError};
use crate::environment::Environment;
use crate::files::{read_at_most, write_atomically};
use crate::folder::{FolderError, VaultFolder};

/// A laptop that has asked to join.
pub struct Joining {
    environment: Environment,
    folder: VaultFolder,
    keys: DeviceKeys,
    store: Store,
    ticket: Ticket,
    request: JoinRequest,
}

/// Why a laptop did not join. What was there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The text is no ticket that can be used.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The request cannot be made.
    #[error(transparent)]
    Request(#[from] invite::JoinError),
    /// The request that was made cannot be read any more.
    #[error(transparent)]
    Kept(#[from] RequestDecodeError),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The key file could not be sealed or opened.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The database did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// This vault waits for no welcome.
    #[error("this vault waits for no welcome")]
    NotJoining,
    /// The welcome is no such thing.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The welcome is not taken.
    #[error(transparent)]
    Welcome(#[from] WelcomeError),
    /// A step failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The vault did not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
}

impl JoinError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ticket(TicketError::CutOff) => "E-TICKET-CUT",
            Self::Ticket(TicketError::Mistyped) => "E-TICKET-MISTYPED",
            Self::Ticket(TicketError::NewerVersion { .. }) => "E-FILE-NEWER",
            Self::Request(invite::JoinError::Expired(_)) => "E-INVITATION-EXPIRED",
            Self::Ticket(_) => "E-TICKET",
            Self::Request(invite::JoinError::Name(_)) => "E-NAME",
            Self::Kept(_) => "E-VAULT-DAMAGED",
            Self::Folder(error) => error.code(),
            Self::KeyFile(KeyFileError::NewerVersion) => "E-VAULT-NEWER",
            Self::KeyFile(KeyFileError::TooMuchWork) => "E-KEY-FILE",
            Self::KeyFile(_) => "E-PASSPHRASE",
            Self::Open(OpenError::Store(error)) => store_code(error),
            Self::Open(OpenError::NewerVersion) => "E-VAULT-NEWER",
            Self::Open(OpenError::UnsafeBuild) => "E-BUILD",
            Self::Open(_) => "E-VAULT-DAMAGED",
            Self::NotJoining => "E-NOT-JOINING",
            Self::Envelope(EnvelopeError::NewerVersion)
            | Self::Welcome(WelcomeError::Decode(WelcomeDecodeError::UnknownVersion { .. })) => {
                "E-FILE-NEWER"
            }
            Self::Envelope(_) => "E-JOIN-FILE",
            Self::Welcome(_) => "E-WELCOME",
            Self::Vault(error) => error.code(),
            Self::Unlock(error) => error.code(),
        }
    }
}

impl Joining {
    /// Answers a ticket on a new laptop: makes keys, and the request. `passphrase` is in its normal form.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn begin(
        path: &Path,
        ticket: &str,
        person: &str,
        device: &str,
        passphrase: &SecretString,
        mut environment: Environment,
    ) -> Result<Self, JoinError> {
        let ticket = Ticket::from_text(ticket)?;
        let key_file = KeyFile::generate(environment.rng());
        let keys = DeviceKeys::from_key_file(&key_file).map_err(|_| KeyFileError::Sealing)?;
        let request = request(&ticket, &keys, person, device, &environment)?;
        let folder = VaultFolder::create(path)?;
        let mut store = Store::create(&folder.database())?;
        let mut book = Book::default();
        book.joining = Some(joining(&ticket, &request));
        let state_put = vec![book.seal(&keys).map_err(VaultError::from)?];
        store.commit(&Batch { state_put, ..Batch::default() }).map_err(VaultError::from)?;
        let sealed = seal_key_file(&key_file, passphrase, environment.work())?;
        write_atomically(&folder.key_file(), &sealed).map_err(FolderError::from)?;
        folder.complete_creation()?;
        Ok(Self { environment, folder, keys, store, ticket, request })
    }

    /// Takes a joining up again.
    ///
    /// # Errors
    /// See [`JoinError`]; [`JoinError::NotJoining`] if the vault is a member already.
    pub fn open(path: &Path, passphrase: &SecretString, environment: Environment) -> Result<Self, JoinError> {
        let folder = VaultFolder::open(path)?;
        let sealed = read_at_most(&folder.key_file(), KEY_FILE_BYTES_MAX).map_err(FolderError::from)?;
        let keys = DeviceKeys::from_key_file(&open_key_file(&sealed, passphrase)?)
            .map_err(|_| JoinError::KeyFile(KeyFileError::WrongPassphraseOrDamaged))?;
        let store = Store::open(&folder.database())?;
        let slot = store.state(BOOK_SLOT).map_err(VaultError::from)?.ok_or(JoinError::NotJoining)?;
        let book = Book::open(&keys, &slot).map_err(|_| JoinError::NotJoining)?;
        let joining = book.joining.ok_or(JoinError::NotJoining)?;
        let text = std::str::from_utf8(&joining.ticket.0).map_err(|_| JoinError::NotJoining)?;
        let ticket = Ticket::from_text(text)?;
        let request = JoinRequest::decode(&joining.request.0)?;
        Ok(Self { environment, folder, keys, store, ticket, request })
    }

    /// The ticket.
    #[must_use]
    pub const fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Seed of this device's network endpoint.
    #[must_use]
    pub fn endpoint_seed(&self) -> [u8; 32] {
        self.keys.endpoint_key.to_bytes()
    }

    /// The request for the inviter, sealed to the ticket.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn sealed_request(&self) -> Result<Vec<u8>, JoinError> {
        seal_request(&self.ticket, &self.request)
    }

    /// The six words to tell the inviter.
    #[must_use]
    pub fn words(&self) -> VerificationWords {
        self.request.words(&self.ticket)
    }

    /// Takes the inviter's welcome and opens the vault. Its documents come with the first sync.
    ///
    /// # Errors
    /// See [`JoinError`]; the laptop is still waiting then.
    pub fn complete(mut self, sealed: &[u8]) -> Result<Vault, JoinError> {
        let bytes = open_envelope(EnvelopeKind::Welcome, self.ticket.invitation(), &self.keys.kem, sealed)?;
        let welcome = Welcomed::open(&bytes, &self.ticket, self.keys.device())?;
        let batch = enter(&self.keys, KeyRing::default(), Book::default(), welcome)?;
        self.store.commit(&batch).map_err(VaultError::from)?;
        self.store.close().map_err(VaultError::from)?;
        Ok(Vault::open_with_keys(self.folder, self.keys, self.environment)?)
    }
}

impl Vault {
    /// Answers a ticket on a laptop that is a member already: it asks for more spaces. Returns the sealed request and the
    /// words to tell the inviter.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn ask_for_spaces(&mut self, ticket: &str) -> Result<(Vec<u8>, VerificationWords), JoinError> {
        let ticket = Ticket::from_text(ticket)?;
        let names = self.journal().names_of(self.keys.device());
        let (person, device) = names.map(|names| (names.person, names.device)).unwrap_or_default();
        let request = request(&ticket, &self.keys, &person, &device, &self.environment)?;
        let sealed = seal_request(&ticket, &request)?;
        self.book.joining = Some(joining(&ticket, &request));
        self.is_book_stale = true;
        self.save()?;
        Ok((sealed, request.words(&ticket)))
    }

    /// The ticket on which this laptop waits for more spaces, if it does.
    #[must_use]
    pub fn awaited_ticket(&self) -> Option<Ticket> {
        let joining = self.book.joining.as_ref()?;
        Ticket::from_text(std::str::from_utf8(&joining.ticket.0).ok()?).ok()
    }

    /// Takes the welcome to more spaces.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn enter_spaces(&mut self, sealed: &[u8]) -> Result<Vec<SpaceId>, JoinError> {
        let ticket = self.awaited_ticket().ok_or(JoinError::NotJoining)?;
        let bytes = open_envelope(EnvelopeKind::Welcome, ticket.invitation(), &self.keys.kem, sealed)?;
        let welcome = Welcomed::open(&bytes, &ticket, self.keys.device())?;
        let new: Vec<SpaceId> =
            welcome.spaces.keys().filter(|id| self.space(**id).is_err()).copied().collect();
        let journals: BTreeMap<SpaceId, Journal> = welcome
            .spaces
            .iter()
            .filter(|(id, _)| new.contains(id))
            .map(|(id, space)| (*id, Journal::joined(space.ops.clone(), &self.keys)))
            .collect();
        let mut book = self.book.clone();
        book.joining = None;
        let known =
            Welcomed { spaces: welcome.spaces.into_iter().filter(|(id, _)| new.contains(id)).collect() };
        let mut ring = self.ring.clone();
        let batch = enter(&self.keys, ring.clone(), book.clone(), known)?;
        self.store.commit(&batch).map_err(VaultError::from)?;
        for (id, journal) in journals {
            let number = ring.add(id);
            self.others.insert(id, super::Space::new(Replica::new(journal), LocalState::of_space(number)));
        }
        self.ring = ring;
        self.book = book;
        Ok(new)
    }
}

fn request(
    ticket: &Ticket,
    keys: &DeviceKeys,
    person: &str,
    device: &str,
    environment: &Environment,
) -> Result<JoinRequest, invite::JoinError> {
    let now_ms = u64::try_from(environment.now().get()).unwrap_or(0);
    let newcomer = Newcomer {
        device_key: &keys.signing,
        kem: keys.kem_recipient(),
        endpoint: keys.endpoint(),
        person_name: person,
        device_name: device,
    };
    JoinRequest::sign(ticket, newcomer, now_ms)
}

fn seal_request(ticket: &Ticket, request: &JoinRequest) -> Result<Vec<u8>, JoinError> {
    let recipient = request_identity(ticket.secret())?.recipient().map_err(EnvelopeError::from)?;
    Ok(seal_envelope(EnvelopeKind::Request, ticket.invitation(), recipient, &request.encode())?)
}

fn joining(ticket: &Ticket, request: &JoinRequest) -> book::Joining {
    book::Joining { ticket: Secret(ticket.to_text().as_bytes().to_vec()), request: Secret(request.encode()) }
}

/// What the store needs to know of spaces that were just joined. The register's space comes first, whatever its id.
fn enter(keys: &DeviceKeys, mut ring: KeyRing, book: Book, welcome: Welcomed) -> Result<Batch, VaultError> {
    let mut spaces: Vec<_> = welcome.spaces.into_iter().collect();
    spaces.sort_by_key(|(_, space)| space.kind != SpaceKind::Register.code());
    let mut state_put = vec![book.seal(keys)?];
    for (id, space) in spaces {
        let number = ring.add(id);
        let replica = Replica::new(Journal::joined(space.ops, keys));
        let writes = LocalState::of_space(number).save(
            &replica,
            &std::collections::BTreeSet::new(),
            Covered::default(),
            keys,
        )?;
        state_put.extend(writes.put);
    }
    state_put.push(ring.seal(keys)?);
    Ok(Batch { state_put, ..Batch::default() })
}
