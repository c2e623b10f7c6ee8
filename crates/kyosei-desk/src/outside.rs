//! What the desk needs of the shell around it.

use std::path::PathBuf;

use kyosei_contract::gate::Stage;
use kyosei_contract::notice::Notice;

/// The shell. Its methods are called from several threads and may take as long as a person takes.
pub trait Outside: Send + Sync {
    /// Asks for a file to import; none if the person thought better of it.
    fn choose_file(&self) -> Option<PathBuf>;

    /// Asks where to write a file; `suggested` is a name without personal data. The person agreed to replace a file that
    /// is there.
    fn choose_place(&self, suggested: &str) -> Option<PathBuf>;

    /// A window says that a person is there: the lock by idleness is put off.
    fn person_is_there(&self);

    /// Tells every window.
    fn tell(&self, notice: Notice);

    /// The desk opened, or locked: the windows of the other stage must go, with everything they hold.
    fn stage_changed(&self, stage: Stage);
}
