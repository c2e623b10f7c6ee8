//! The one thread that owns the open vault.
//!
//! It takes one message after another. The vault is either in its hands or closed; nothing else ever holds it. If work
//! panics, the vault is let go and the desk is locked: what was durable is safe, and memory is not trusted any more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Instant;

use kyosei_contract::Failure;
use kyosei_contract::gate::{
    ConfirmRequest, CreateRequest, LockReason, PassphraseChange, Sheets, Stage, Typed,
};
use kyosei_runtime::{Environment, FolderError, UnlockError, Vault, VaultFolder};
use kyosei_vault::passphrase::{PassphraseError, check_chosen, normalise};
use secrecy::SecretString;

use crate::desk::Shared;
use crate::failures::Refusal;
use crate::open::Open;
use crate::outside::Outside;

/// Where an answer goes.
pub(crate) type Reply<T> = SyncSender<Result<T, Failure>>;
/// Work on the open vault, or on the news that there is none.
pub(crate) type Job = Box<dyn FnOnce(Result<&mut Open, Failure>) + Send>;

/// What the worker is asked to do.
pub(crate) enum Message {
    Work(Job),
    Create { request: CreateRequest, reply: Reply<Sheets> },
    Confirm { request: ConfirmRequest, reply: Reply<()> },
    CancelCreation(Reply<()>),
    Unlock { typed: Typed, reply: Reply<()> },
    Change { change: PassphraseChange, reply: Reply<()> },
    Lock { reason: LockReason, reply: Reply<()> },
    Stop(Reply<()>),
}

pub(crate) struct Worker {
    pub(crate) path: PathBuf,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) inbox: Receiver<Message>,
    open: Option<Open>,
}

/// The stage of a program that was just started.
pub(crate) fn stage_of(vault: &Path) -> Stage {
    match VaultFolder::open(vault) {
        Err(FolderError::Missing) => Stage::FirstStart,
        // Whatever else is wrong with the folder is said when it is to be opened.
        Ok(_) | Err(_) => Stage::Locked,
    }
}

impl Worker {
    pub(crate) const fn new(
        path: PathBuf,
        outside: Arc<dyn Outside>,
        shared: Arc<Shared>,
        inbox: Receiver<Message>,
    ) -> Self {
        Self { path, outside, shared, inbox, open: None }
    }

    /// Works until it is told to stop or nobody can ask any more.
    pub(crate) fn run(mut self) {
        while let Ok(message) = self.inbox.recv() {
            match message {
                Message::Work(job) => self.work(job),
                Message::Create { request, reply } => {
                    if self.create(&request, reply) {
                        break;
                    }
                }
                Message::Confirm { reply, .. } | Message::CancelCreation(reply) => {
                    answer(&reply, Err(Failure::new("E-NOT-CREATING")));
                }
                Message::Unlock { typed, reply } => {
                    let outcome = self.unlock(&typed);
                    answer(&reply, outcome);
                }
                Message::Change { change, reply } => {
                    let outcome = self.change_passphrase(&change);
                    answer(&reply, outcome);
                }
                Message::Lock { reason, reply } => {
                    self.lock(reason);
                    answer(&reply, Ok(()));
                }
                Message::Stop(reply) => {
                    self.close();
                    answer(&reply, Ok(()));
                    break;
                }
            }
        }
    }

    /// Takes an opened vault into its hands and lets the windows know.
    pub(crate) fn take(&mut self, vault: Vault) {
        self.shared.cancelled.store(false, Ordering::Release);
        self.open = Some(Open::new(vault, Arc::clone(&self.outside), Arc::clone(&self.shared)));
        self.shared.gate().opened();
        self.outside.stage_changed(Stage::Unlocked);
    }

    fn work(&mut self, job: Job) {
        let open = self.open.as_mut().ok_or_else(|| Failure::new("E-LOCKED"));
        let finished = catch_unwind(AssertUnwindSafe(|| job(open)));
        if finished.is_err() {
            // What the vault has in memory may be half-changed, so it is not closed but dropped; the disk is as of the
            // last durable change.
            self.open = None;
            self.locked(LockReason::Started);
        }
    }

    fn unlock(&mut self, typed: &Typed) -> Result<(), Failure> {
        if self.open.is_some() {
            return Ok(());
        }
        let environment = Environment::new().map_err(Refusal::failure)?;
        let passphrase = normal(&typed.passphrase.0)?;
        match Vault::unlock(&self.path, &passphrase, environment) {
            Ok(vault) => {
                self.take(vault);
                Ok(())
            }
            Err(error) => Err(self.refuse(&error)),
        }
    }

    fn refuse(&self, error: &UnlockError) -> Failure {
        if error.is_passphrase() {
            self.shared.gate().wrong(Instant::now());
        }
        Failure::new(error.code())
    }

    /// Closes the vault, changes the key file, and opens the vault with the new passphrase. If the old passphrase is wrong,
    /// the vault stays closed and the desk is locked: whoever typed it may not be its owner.
    fn change_passphrase(&mut self, change: &PassphraseChange) -> Result<(), Failure> {
        if self.open.is_none() {
            return Err(Failure::new("E-LOCKED"));
        }
        let new = chosen(&change.new.0)?;
        let old = normal(&change.old.0)?;
        let environment = Environment::new().map_err(Refusal::failure)?;
        self.close();
        let changed = Vault::change_passphrase(&self.path, &old, &new, &environment);
        let opened = changed.map_err(|error| Failure::new(error.code())).and_then(|()| {
            Vault::unlock(&self.path, &new, environment).map_err(|error| Failure::new(error.code()))
        });
        match opened {
            Ok(mut vault) => {
                let noted = vault.write(|writing| {
                    writing.audit(kyosei_model::AuditAction::PassphraseChanged, None, None, None)
                });
                let outcome = noted.map_err(Refusal::failure);
                self.open = Some(Open::new(vault, Arc::clone(&self.outside), Arc::clone(&self.shared)));
                outcome
            }
            Err(failure) => {
                if failure.code == "E-PASSPHRASE" {
                    self.shared.gate().wrong(Instant::now());
                }
                self.locked(LockReason::Asked);
                Err(failure)
            }
        }
    }

    pub(crate) fn lock(&mut self, reason: LockReason) {
        if self.open.is_some() {
            self.close();
            self.locked(reason);
        }
    }

    fn locked(&self, reason: LockReason) {
        {
            let mut gate = self.shared.gate();
            gate.stage = stage_of(&self.path);
            gate.lock_reason = reason;
        }
        self.outside.stage_changed(Stage::Locked);
    }

    /// Lets go of the vault. What was saved is durable already; if the local state cannot be brought up to date, the next
    /// unlock does it.
    pub(crate) fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let _next_unlock_does_it = open.vault.close();
        }
    }
}

/// Answers; a window that is gone does not wait.
pub(crate) fn answer<T>(reply: &Reply<T>, outcome: Result<T, Failure>) {
    let _gone = reply.send(outcome);
}

/// The normal form of a passphrase as typed.
pub(crate) fn normal(typed: &SecretString) -> Result<SecretString, Failure> {
    normalise(typed).map_err(passphrase_failure)
}

/// The normal form of a chosen passphrase above the floor.
pub(crate) fn chosen(typed: &SecretString) -> Result<SecretString, Failure> {
    check_chosen(typed).map_err(passphrase_failure)
}

fn passphrase_failure(error: PassphraseError) -> Failure {
    Failure::new(match error {
        PassphraseError::Empty => "E-PASSPHRASE-MISSING",
        PassphraseError::TooLong => "E-PASSPHRASE-LONG",
        PassphraseError::TooWeak => "E-PASSPHRASE-WEAK",
    })
}
