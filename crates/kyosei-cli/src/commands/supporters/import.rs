//! `kyosei supporters import`: preview and import are one reading of the file.

use std::path::Path;

use kyosei_app::imports::{
    Decisions, ImportRefused, Imported, ImportedFile, import_registrations, key_index, remembered_options,
};
use kyosei_intake::mapping::Mapping;
use kyosei_intake::preview::{Options, Preview, ReadError, read_registrations};
use kyosei_intake::table::TableError;
use kyosei_model::{Sensitive, Source, SupporterKind};
use kyosei_runtime::Vault;

use super::super::forms;
use crate::args::{Arguments, ImportArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::progress::Bar;
use crate::session::{from_write, read_registration_file, read_text, with_vault};

mod human;
mod report;

use report::ImportReport;

/// Imports a file, or shows what would happen.
pub fn run(arguments: &Arguments, import: &ImportArguments, lang: Lang) -> Result<Done, Failure> {
    let bytes = read_registration_file(&import.file)?;
    let decisions = forms::decisions(import.decisions.as_deref(), import.updates)?;
    let map = import.map.as_deref().map(mapping).transpose()?;
    let name = import.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let report = with_vault(arguments, |vault| {
        let set = |options: &mut Options| {
            options.mapping = map;
            options.encoding = import.encoding;
            options.form = import.form.map(SupporterKind::from);
        };
        let preview = preview(vault, &bytes, set, lang)?;
        if import.dry_run {
            return Ok(ImportReport::of_preview(&preview));
        }
        let imported = save(vault, &name, &preview, &decisions, lang)?;
        Ok(ImportReport::of_import(&preview, &imported))
    })?;
    let is_part = report.is_part(&decisions);
    Ok(Done::new(&report, human::text(&report, lang))?.in_part(is_part))
}

/// Previews and imports bytes with default choices, and gives the preview.
pub fn import_file(
    vault: &mut Vault,
    name: &str,
    bytes: &[u8],
    decisions: &Decisions,
    lang: Lang,
) -> Result<Preview, Failure> {
    let preview = preview(vault, bytes, |_| {}, lang)?;
    save(vault, name, &preview, decisions, lang)?;
    Ok(preview)
}

fn preview(
    vault: &Vault,
    bytes: &[u8],
    set: impl FnOnce(&mut Options),
    lang: Lang,
) -> Result<Preview, Failure> {
    let lists = vault.register().lists().ok_or_else(|| Failure::new("E-RECORD"))?;
    let mut options = remembered_options(lists);
    set(&mut options);
    let existing = key_index(vault.register()).map_err(|_| Failure::new("E-RECORD"))?;
    let bar = Bar::new(lang.pick("読み込み", "よみこみ", "Reading"));
    read_registrations(bytes, &options, vault.now(), &existing, &mut |progress| bar.report(progress))
        .map_err(|error| read_failure(&error, lang))
}

fn save(
    vault: &mut Vault,
    name: &str,
    preview: &Preview,
    decisions: &Decisions,
    lang: Lang,
) -> Result<Imported, Failure> {
    let file = ImportedFile { name: Sensitive::new(name.to_owned()), source: Source::GoogleCsv };
    let bar = Bar::new(lang.pick("取り込み", "とりこみ", "Importing"));
    vault
        .write(|writing| {
            import_registrations(writing, &file, preview, decisions, &mut |progress| bar.report(progress))
        })
        .map_err(|failed| {
            from_write(failed, |refused| match refused {
                ImportRefused::NoSupporter { line } => Failure::new(refused.code()).at_line(line),
                ImportRefused::Cancelled | ImportRefused::Write(_) => Failure::new(refused.code()),
            })
        })
}

fn mapping(path: &Path) -> Result<Mapping, Failure> {
    Mapping::from_toml(&read_text(path)?).map_err(|error| Failure::new("E-MAP").with(error.to_string()))
}

/// The words of a code say what to do; the reader's own, which name its limits, are English.
fn read_failure(error: &ReadError, lang: Lang) -> Failure {
    let failure = Failure::new(error.code());
    match error {
        ReadError::MappingNeeded { missing, guess, .. } => missing
            .iter()
            .fold(failure, |failure, target| failure.with(target.code()))
            .with_block(guess.to_toml()),
        ReadError::Table(TableError::UnclosedQuote { line }) => failure.at_line(*line),
        ReadError::Table(error) if lang == Lang::En => failure.with(error.to_string()),
        ReadError::Decode(error) if lang == Lang::En => failure.with(error.to_string()),
        ReadError::Table(_) | ReadError::Decode(_) | ReadError::Cancelled => failure,
    }
}
