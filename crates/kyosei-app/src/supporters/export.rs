//! Taking records out of the register, with a purpose that is noted.

use kyosei_intake::export::{ExportError, ExportFormat, Exported, TextTable, export};
use kyosei_model::{AuditAction, Field, Purpose, Scope, Status, Supporter, SupporterKind};

use crate::register::is_present;
use crate::search::sort_key;
use crate::suppress::{address_tag, suppressed_tags};
use crate::writing::{WriteError, Writing};

/// Longest purpose of an export, in characters.
pub const EXPORT_PURPOSE_CHARS_MAX: usize = 200;

/// What to export.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// Which form of supporters.
    pub kind: SupporterKind,
    /// Also those who withdrew.
    pub with_withdrawn: bool,
    /// Form of the file.
    pub format: ExportFormat,
    /// What the file is for; stands in the audit trail.
    pub purpose: String,
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportRefused {
    /// No purpose was given.
    #[error("an export needs a purpose")]
    NoPurpose,
    /// The purpose is longer than [`EXPORT_PURPOSE_CHARS_MAX`].
    #[error("the purpose is too long")]
    PurposeTooLong,
    /// The table could not be made.
    #[error(transparent)]
    Table(#[from] ExportError),
    /// The export could not be noted in the audit trail.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ExportRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPurpose => "E-PURPOSE-MISSING",
            Self::PurposeTooLong => "E-PURPOSE-LONG",
            Self::Table(_) => "E-EXPORT",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// The purpose of whatever leaves the vault, without space around it; or the caller's refusal.
pub(crate) fn checked_purpose<E>(purpose: &str, missing: E, too_long: E) -> Result<&str, E> {
    let purpose = purpose.trim();
    if purpose.is_empty() {
        return Err(missing);
    }
    if purpose.chars().count() > EXPORT_PURPOSE_CHARS_MAX {
        return Err(too_long);
    }
    Ok(purpose)
}

/// Makes the file and notes the export. The file is given out only after the note is durable.
///
/// # Errors
/// See [`ExportRefused`].
pub fn export_supporters(
    writing: &mut Writing<'_, '_>,
    request: &ExportRequest,
) -> Result<Exported, ExportRefused> {
    let purpose = checked_purpose(&request.purpose, ExportRefused::NoPurpose, ExportRefused::PurposeTooLong)?;
    let wanted = |supporter: &&Supporter| {
        supporter.kind == request.kind
            && (supporter.status == Status::Active || request.with_withdrawn)
            && is_present(supporter)
    };
    let mut chosen: Vec<&Supporter> = writing.register().supporters().filter(wanted).collect();
    chosen.sort_by_cached_key(|supporter| (sort_key(supporter), supporter.id));
    let fields: Vec<Field> =
        Field::ALL.iter().copied().filter(|field| field.applies_to(request.kind)).collect();
    let now = writing.context.now;
    let lists = writing.lists()?;
    let suppressed = suppressed_tags(lists);
    let row = |supporter: &&Supporter| {
        let text = fields.iter().map(|field| supporter.get(*field).unwrap_or_default().to_owned());
        let yes_or_no = |holds: bool| String::from(if holds { "はい" } else { "いいえ" });
        let agrees = |purpose| supporter.consent(purpose, Scope::General, now).is_given();
        let tag = supporter.get(Field::Email).map(|email| address_tag(&lists.tag_key, email));
        let is_suppressed = tag.is_some_and(|tag| suppressed.contains_key(&tag));
        [supporter.id.to_string(), supporter.status.label_ja().to_owned(), supporter.submitted_at.to_string()]
            .into_iter()
            .chain(text)
            .chain([
                yes_or_no(agrees(Purpose::EventMail) && !is_suppressed),
                yes_or_no(agrees(Purpose::PublishName)),
            ])
            .collect()
    };
    let headings = ["ID", "状態", "登録日時"]
        .into_iter()
        .chain(fields.iter().map(|field| field.label_ja()))
        .chain([Purpose::EventMail.label_ja(), Purpose::PublishName.label_ja()])
        .map(str::to_owned)
        .collect();
    let exported = export(&TextTable { headings, rows: chosen.iter().map(row).collect() }, request.format)?;
    let count = u64::try_from(exported.rows).unwrap_or(u64::MAX);
    writing.audit(AuditAction::Exported, None, Some(purpose), Some(count))?;
    Ok(exported)
}
