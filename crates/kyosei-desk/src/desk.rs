//! The handle that every window shares.
//!
//! Life-cycle: [`Desk::start`] once; commands (in `commands.rs`) from any thread; [`Desk::stop`] closes the vault before the
//! program ends. Commands block until they are answered, so a shell calls them where blocking is allowed.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use kyosei_contract::Failure;
use kyosei_contract::gate::{LockReason, Stage};

use crate::gate::Gate;
use crate::open::Open;
use crate::outside::Outside;
use crate::settings::SettingsFile;
use crate::worker::{Job, Message, Reply, Worker, stage_of};

/// Where the desk keeps things.
#[derive(Debug, Clone)]
pub struct DeskFolders {
    /// The folder of the vault.
    pub vault: PathBuf,
    /// The folder of the settings.
    pub settings: PathBuf,
}

/// What the handle and the worker both see. None of it needs a key.
pub(crate) struct Shared {
    gate: Mutex<Gate>,
    /// Set to stop the import that is running.
    pub(crate) cancelled: AtomicBool,
}

impl Shared {
    pub(crate) fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) settings: SettingsFile,
    pub(crate) shared: Arc<Shared>,
    worker: Sender<Message>,
}

impl Desk {
    /// Starts the worker. The vault, if there is one, is locked.
    ///
    /// # Errors
    /// `E-INTERNAL` if the system gives no thread.
    pub fn start(folders: &DeskFolders, outside: Arc<dyn Outside>) -> Result<Self, Failure> {
        let stage = stage_of(&folders.vault);
        let shared =
            Arc::new(Shared { gate: Mutex::new(Gate::new(stage)), cancelled: AtomicBool::new(false) });
        let (sender, inbox) = channel();
        let worker = Worker::new(folders.vault.clone(), Arc::clone(&outside), Arc::clone(&shared), inbox);
        std::thread::Builder::new()
            .name(String::from("vault"))
            .spawn(move || worker.run())
            .map_err(|_| Failure::new("E-INTERNAL"))?;
        Ok(Self { outside, settings: SettingsFile::in_folder(&folders.settings), shared, worker: sender })
    }

    /// The stage.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.shared.gate().stage.clone()
    }

    /// Locks: what runs is stopped, the vault is closed, keys and previews are wiped. Returns when that is done; the
    /// windows of the open vault are gone by then.
    pub fn lock_for(&self, reason: LockReason) {
        self.shared.cancelled.store(true, Ordering::Release);
        // A worker that is gone holds no vault.
        let _gone = self.ask(|reply| Message::Lock { reason, reply });
    }

    /// Closes the vault and ends the worker.
    pub fn stop(&self) {
        self.shared.cancelled.store(true, Ordering::Release);
        let _gone = self.ask(Message::Stop);
    }

    /// Sends a message and waits for its answer.
    pub(crate) fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> Message) -> Result<T, Failure> {
        let (reply, answer) = sync_channel(1);
        self.worker.send(message(reply)).map_err(|_| Failure::new("E-INTERNAL"))?;
        // Without an answer the worker failed within the work; it has let go of the vault then.
        answer.recv().map_err(|_| Failure::new("E-INTERNAL"))?
    }

    /// Does work on the open vault; refused with `E-LOCKED` if it is not open.
    pub(crate) fn with_open<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Open) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.ask(|reply| {
            let job: Job = Box::new(move |open| {
                // The window may be gone; then nobody waits for the answer.
                let _gone = reply.send(open.and_then(work));
            });
            Message::Work(job)
        })
    }

    /// Whether a passphrase may be tried now.
    pub(crate) fn may_try_passphrase(&self) -> Result<(), Failure> {
        self.shared.gate().may_try(Instant::now())
    }
}
