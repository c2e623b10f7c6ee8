//! Opening the vault for one command.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use kyosei_runtime::files::read_at_most;
use kyosei_runtime::{Environment, Vault, VaultError, WriteFailed};
use kyosei_vault::passphrase::{self, PassphraseError};
use secrecy::{ExposeSecret, SecretString};

use crate::args::Arguments;
use crate::locale::Lang;
use crate::outcome::Failure;

/// Largest file of passphrase, form, words or decisions in bytes.
const SMALL_FILE_BYTES_MAX: u64 = 1 << 20;
/// Largest registration file in bytes; the reader refuses above its own limit with a better word.
const REGISTRATION_FILE_BYTES_MAX: u64 = 64 << 20;

/// The folder of the vault: as asked for, or the platform's place for data.
pub fn vault_folder(arguments: &Arguments) -> Result<PathBuf, Failure> {
    if let Some(folder) = &arguments.vault {
        return Ok(folder.clone());
    }
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share"));
    data.or_else(home).map(|data| data.join("kyosei")).ok_or_else(|| Failure::new("E-VAULT-FOLDER"))
}

/// Clock and entropy.
pub fn environment() -> Result<Environment, Failure> {
    Environment::new().map_err(|error| {
        Failure::new(match error {
            kyosei_runtime::EnvironmentError::NoEntropy => "E-ENTROPY",
            kyosei_runtime::EnvironmentError::TestVariable
            | kyosei_runtime::EnvironmentError::BadTestVariable => "E-TEST-VARIABLE",
        })
    })
}

/// Opens the vault with the passphrase from the file or the terminal.
pub fn unlock(arguments: &Arguments) -> Result<Vault, Failure> {
    let folder = vault_folder(arguments)?;
    let passphrase = present_passphrase(arguments)?;
    Vault::unlock(&folder, &passphrase, environment()?).map_err(|error| Failure::new(error.code()))
}

/// Runs `work` on the open vault and closes it. If both fail, the work's failure is told.
pub fn with_vault<T>(
    arguments: &Arguments,
    work: impl FnOnce(&mut Vault) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut vault = unlock(arguments)?;
    let outcome = work(&mut vault);
    let closed = vault.close().map_err(|error| from_vault(&error));
    outcome.and_then(|value| closed.map(|()| value))
}

/// The passphrase of the vault as it is, in its normal form.
pub fn present_passphrase(arguments: &Arguments) -> Result<SecretString, Failure> {
    let lang = Lang::choose(arguments.lang.as_deref());
    let prompt = lang.pick("合言葉: ", "あいことば: ", "Passphrase: ");
    let typed = typed(arguments.passphrase_file.as_deref(), prompt)?;
    passphrase::normalise(&typed).map_err(passphrase_failure)
}

/// A new passphrase above the floor, in its normal form.
pub fn new_passphrase(file: Option<&Path>, prompt: &str) -> Result<SecretString, Failure> {
    passphrase::check_chosen(&typed(file, prompt)?).map_err(passphrase_failure)
}

/// Whether a person can be asked.
pub fn is_interactive() -> bool {
    std::io::stdin().is_terminal()
}

/// Reads a small text file, or standard input for "-".
pub fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = read_bytes(path, SMALL_FILE_BYTES_MAX)?;
    String::from_utf8(bytes).map_err(|_| Failure::new("E-FILE-ENCODING").with(path.display().to_string()))
}

/// Reads a registration file.
pub fn read_registration_file(path: &Path) -> Result<Vec<u8>, Failure> {
    read_bytes(path, REGISTRATION_FILE_BYTES_MAX)
}

/// Refuses a file or folder that is there already, before work is spent on what would be written to it.
pub fn check_free(path: &Path) -> Result<(), Failure> {
    if path.exists() { Err(Failure::new("E-FILE-EXISTS").with(path.display().to_string())) } else { Ok(()) }
}

/// Writes a new file for a person to hand on; nothing is overwritten.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    kyosei_runtime::files::write_new_durably(path, bytes).map_err(|error| {
        let kind = error.kind();
        let code = if kind == std::io::ErrorKind::AlreadyExists {
            "E-FILE-EXISTS"
        } else if kind == std::io::ErrorKind::StorageFull {
            "E-DISK-FULL"
        } else {
            "E-FILE-WRITE"
        };
        Failure::new(code).with(path.display().to_string())
    })
}

/// A failure of the vault.
pub fn from_vault(error: &VaultError) -> Failure {
    Failure::new(error.code())
}

/// A failure of a deed: its own reason, or the vault's.
pub fn from_write<E>(failed: WriteFailed<E>, refused: impl FnOnce(E) -> Failure) -> Failure {
    match failed {
        WriteFailed::Refused(error) => refused(error),
        WriteFailed::Vault(error) => from_vault(&error),
    }
}

fn typed(file: Option<&Path>, prompt: &str) -> Result<SecretString, Failure> {
    if let Some(file) = file {
        let text = SecretString::from(read_text(file)?);
        let first = text.expose_secret().lines().next().unwrap_or_default();
        return Ok(SecretString::from(first));
    }
    if !is_interactive() {
        return Err(Failure::new("E-PASSPHRASE-MISSING"));
    }
    rpassword::prompt_password(prompt)
        .map(SecretString::from)
        .map_err(|_| Failure::new("E-PASSPHRASE-MISSING"))
}

fn passphrase_failure(error: PassphraseError) -> Failure {
    Failure::new(match error {
        PassphraseError::Empty => "E-PASSPHRASE-MISSING",
        PassphraseError::TooLong => "E-PASSPHRASE-LONG",
        PassphraseError::TooWeak => "E-PASSPHRASE-WEAK",
    })
}

/// Reads a file of at most so many bytes, or standard input for "-".
pub fn read_bytes(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let shown = || path.display().to_string();
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(bytes_max.saturating_add(1)).read_to_end(&mut bytes);
        return match read {
            Ok(_) if u64::try_from(bytes.len()).unwrap_or(u64::MAX) <= bytes_max => Ok(bytes),
            Ok(_) => Err(Failure::new("E-FILE-LARGE")),
            Err(_) => Err(Failure::new("E-FILE-READ").with("-")),
        };
    }
    read_at_most(path, bytes_max).map_err(|error| {
        let is_large = error.kind() == std::io::ErrorKind::FileTooLarge;
        Failure::new(if is_large { "E-FILE-LARGE" } else { "E-FILE-READ" }).with(shown())
    })
}
