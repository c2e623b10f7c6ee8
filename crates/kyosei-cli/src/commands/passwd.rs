//! `kyosei passwd`

use kyosei_app::WriteError;
use kyosei_model::AuditAction;
use kyosei_runtime::Vault;
use serde::Serialize;

use super::init::ask_new_passphrase;
use crate::args::{Arguments, PasswdArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{environment, from_vault, from_write, new_passphrase, present_passphrase, vault_folder};

#[derive(Serialize)]
struct PasswdReport {
    changed: bool,
}

/// Changes the passphrase and notes it in the audit trail.
pub fn run(arguments: &Arguments, passwd: &PasswdArguments, lang: Lang) -> Result<Done, Failure> {
    let folder = vault_folder(arguments)?;
    let old = present_passphrase(arguments)?;
    let mut environment = environment()?;
    let new = match &passwd.new_passphrase_file {
        Some(file) => new_passphrase(Some(file), "")?,
        None => ask_new_passphrase(environment.rng(), lang)?,
    };
    Vault::change_passphrase(&folder, &old, &new, &environment)
        .map_err(|error| Failure::new(error.code()))?;
    // Opening with the new passphrase proves the new key file; only then does the old one go.
    let mut vault = Vault::unlock(&folder, &new, environment).map_err(|error| Failure::new(error.code()))?;
    vault
        .write(|writing| writing.audit(AuditAction::PassphraseChanged, None, None, None))
        .map_err(|failed| from_write(failed, |_: WriteError| Failure::new("E-RECORD")))?;
    vault.close().map_err(|error| from_vault(&error))?;
    let human = lang.pick(
        "合言葉を変えました。古い合言葉では開きません。\n",
        "あいことばを かえました。ふるい あいことばでは 開（ひら）きません。\n",
        "The passphrase was changed. The old one does not open the vault any more.\n",
    );
    Done::new(&PasswdReport { changed: true }, human.to_owned())
}
