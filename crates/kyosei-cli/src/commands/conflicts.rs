//! `kyosei conflicts`: fields with several values, and choosing one. Values go to standard output alone.

use kyosei_app::conflicts::{
    Choice, ConflictField, ConflictValue, Nature, OpenConflict, ResolveRefused, resolve,
};
use kyosei_model::Sensitive;
use kyosei_runtime::Vault;
use serde::Serialize;

use super::who::device_text;
use crate::args::{Arguments, ConflictsCommand, ResolveArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure, lines_or_none};
use crate::session::{from_write, read_text, with_vault};

/// Characters of an id that are shown to people and name a conflict.
const ID_CHARS: usize = 10;
/// Fewest characters of an id that name it.
const PREFIX_CHARS_MIN: usize = 6;

#[derive(Serialize)]
struct ListReport {
    conflicts: Vec<ConflictReport>,
}

#[derive(Serialize)]
struct ConflictReport {
    id: String,
    supporter: Option<String>,
    field: &'static str,
    nature: &'static str,
    merged_into: Option<String>,
    values: Vec<ValueReport>,
}

#[derive(Serialize)]
struct ValueReport {
    number: usize,
    value: Option<String>,
    person: String,
    device: Option<String>,
    written_at: Option<String>,
    is_shown: bool,
}

#[derive(Serialize)]
struct ResolveReport {
    id: String,
    supporter: Option<String>,
    field: &'static str,
    left: usize,
}

/// Runs a command of the group.
pub fn run(arguments: &Arguments, command: &ConflictsCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        ConflictsCommand::List => list(arguments, lang),
        ConflictsCommand::Show { id } => show(arguments, id, lang),
        ConflictsCommand::Resolve(choice) => choose(arguments, choice, lang),
    }
}

fn list(arguments: &Arguments, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let all = vault.conflicts();
        let lines = all.iter().map(|one| text(vault, one, lang)).collect();
        Ok((ListReport { conflicts: all.iter().map(|one| report(vault, one)).collect() }, lines))
    })?;
    Done::new(&report, lines_or_none(human, lang))
}

fn show(arguments: &Arguments, id: &str, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let found = find(vault, id)?;
        Ok((report(vault, &found), text(vault, &found, lang)))
    })?;
    Done::new(&report, human)
}

fn choose(arguments: &Arguments, chosen: &ResolveArguments, lang: Lang) -> Result<Done, Failure> {
    let new = chosen.new.as_deref().map(read_text).transpose()?;
    let report = with_vault(arguments, |vault| {
        let conflict = find(vault, &chosen.id)?;
        let choice = match (&new, chosen.value) {
            (Some(text), _) => Choice::New(Sensitive::new(text.trim_end_matches(['\r', '\n']).to_owned())),
            (None, Some(number)) => {
                let place = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
                Choice::Value(place)
            }
            (None, None) => return Err(Failure::new("E-CONFLICT-VALUE")),
        };
        vault
            .write(|writing| resolve(writing, &conflict, &choice))
            .map_err(|failed| from_write(failed, |refused: ResolveRefused| Failure::new(refused.code())))?;
        Ok(ResolveReport {
            id: hex(&conflict),
            supporter: conflict.supporter.map(|id| id.to_string()),
            field: conflict.field.code(),
            left: vault.conflicts().len(),
        })
    })?;
    let said = lang.pick("値を決めました", "きめました", "The value was chosen");
    let left = lang.pick("残り", "のこり", "left");
    let undo = match &report.supporter {
        Some(id) => {
            let again = lang.pick("変えるには", "かえる ときは", "To change it");
            format!("{again}: kyosei supporters edit {id}\n")
        }
        None => String::new(),
    };
    let human = format!("{said}: {} ({left}: {})\n{undo}", report.field, report.left);
    Done::new(&report, human)
}

/// The conflict with this id. The id stands for the values too: one that changed since it was shown is not found.
fn find(vault: &Vault, id: &str) -> Result<OpenConflict, Failure> {
    let wanted = id.trim().to_ascii_lowercase();
    let mut fitting = vault.conflicts().into_iter().filter(|one| hex(one).starts_with(&wanted));
    match (fitting.next(), fitting.next()) {
        (Some(found), None) if wanted.len() >= PREFIX_CHARS_MIN => Ok(found),
        _ => Err(Failure::new("E-CONFLICT-GONE").with(id)),
    }
}

fn hex(conflict: &OpenConflict) -> String {
    conflict.fingerprint.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn report(vault: &Vault, conflict: &OpenConflict) -> ConflictReport {
    let (nature, merged_into) = match conflict.nature {
        Nature::Concurrent => ("concurrent", None),
        Nature::Merged { into } => ("merged", Some(into.to_string())),
        Nature::Emptied => ("emptied", None),
    };
    let value = |(number, one): (usize, &ConflictValue)| ValueReport {
        number,
        value: one.value.as_ref().map(|value| value.expose().clone()),
        person: person(vault, one),
        device: one.writer.and_then(|writer| writer.device).map(|device| device.to_string()),
        written_at: one.writer.map(|writer| writer.at.to_string()),
        is_shown: one.is_shown,
    };
    ConflictReport {
        id: hex(conflict),
        supporter: conflict.supporter.map(|id| id.to_string()),
        field: conflict.field.code(),
        nature,
        merged_into,
        values: (1..).zip(&conflict.values).map(value).collect(),
    }
}

fn person(vault: &Vault, value: &ConflictValue) -> String {
    let member = value.writer.and_then(|writer| writer.member);
    let names = vault.register().lists().map(|lists| &lists.members);
    member.and_then(|id| names.and_then(|names| names.get(&id)).cloned()).unwrap_or_default()
}

fn text(vault: &Vault, conflict: &OpenConflict, lang: Lang) -> String {
    let id: String = hex(conflict).chars().take(ID_CHARS).collect();
    let field = if let ConflictField::Text(field) = conflict.field {
        lang.label(field.label_ja(), field.label_en())
    } else {
        conflict.field.code()
    };
    let subject = conflict.supporter.map(|id| id.to_string()).unwrap_or_default();
    let nature = match conflict.nature {
        Nature::Concurrent => String::new(),
        Nature::Merged { into } => {
            format!("{} {into}", lang.pick("統合先:", "まとめた ところ:", "merged into"))
        }
        Nature::Emptied => {
            lang.pick("（取り消された取り込み）", "（とりけし）", "(its import was taken back)").to_owned()
        }
    };
    let line = |(number, one): (usize, &ConflictValue)| {
        let value = one
            .value
            .as_ref()
            .map_or(lang.pick("（空）", "（なし）", "(empty)"), |value| value.expose());
        let shown =
            if one.is_shown { lang.pick("  ← 表示中", "  ← いま", "  ← shown now") } else { "" };
        format!("  {number}. {value}  — {}{shown}\n", writer_text(vault, one, lang))
    };
    let lines: String = (1..).zip(&conflict.values).map(line).collect();
    format!("{id}  {field}  {subject}  {nature}").trim_end().to_owned() + "\n" + &lines
}

fn writer_text(vault: &Vault, value: &ConflictValue, lang: Lang) -> String {
    let Some(writer) = value.writer else {
        return lang.pick("今の値", "いまの もの", "present value").to_owned();
    };
    let device = writer.device.map(|device| kyosei_runtime::members::DeviceId::from_bytes(device.to_bytes()));
    let who = device.map(|device| device_text(vault, device)).unwrap_or_default();
    format!("{who}, {}", writer.at)
}
