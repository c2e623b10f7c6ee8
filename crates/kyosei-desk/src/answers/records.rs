//! Taking records out, and the audit trail.

use std::path::Path;

use kyosei_app::supporters::{self as app, export_supporters};
use kyosei_contract::notice::Topic;
use kyosei_contract::records::{
    AuditLine, AuditPage, AuditQuery, AuditSubject, ExportFormat, ExportOutcome, ExportRequest,
};
use kyosei_contract::{Coded, Failure};
use kyosei_intake::export::ExportFormat as Format;
use kyosei_model::{self as model, AuditEvent};
use kyosei_runtime::files::write_atomically;

use crate::open::Open;
use crate::rows::count;

/// Lines of a full page of the audit trail.
const AUDIT_PAGE_SIZE: usize = 50;

/// A name for the file, without anything of anybody.
pub(crate) const fn suggested_name(format: &ExportFormat) -> &'static str {
    match format {
        ExportFormat::CsvUtf8 | ExportFormat::CsvCp932 => "kyosei-export.csv",
        ExportFormat::Xlsx => "kyosei-export.xlsx",
    }
}

/// Notes the export, then writes the file to `place`. A file that could not be written stays noted: the note errs on the
/// side of telling too much.
pub(crate) fn export(
    open: &mut Open,
    request: &ExportRequest,
    place: &Path,
) -> Result<ExportOutcome, Failure> {
    let wanted = app::ExportRequest {
        kind: request.of_kind.0,
        with_withdrawn: request.with_withdrawn,
        format: match request.format {
            ExportFormat::CsvUtf8 => Format::CsvUtf8,
            ExportFormat::CsvCp932 => Format::CsvCp932,
            ExportFormat::Xlsx => Format::Xlsx,
        },
        purpose: request.purpose.clone(),
    };
    let exported = open.write(&[Topic::Audit], |writing| export_supporters(writing, &wanted))?;
    write_atomically(place, &exported.bytes).map_err(|_| Failure::new("E-FILE-WRITE"))?;
    Ok(ExportOutcome::Written {
        rows: count(exported.rows),
        guarded_cells: count(exported.guarded_cells),
        lossy_cells: count(exported.losses.len()),
    })
}

pub(crate) fn audit(open: &mut Open, query: &AuditQuery) -> Result<AuditPage, Failure> {
    let mut events = open.vault.register().audit_events().map_err(|_| Failure::new("E-RECORD"))?;
    events.retain(|event| query.actions.is_empty() || query.actions.contains(&Coded(event.action)));
    let total = count(events.len());
    let from = usize::try_from(query.page).unwrap_or(usize::MAX).saturating_mul(AUDIT_PAGE_SIZE);
    let lines = events.iter().rev().skip(from).take(AUDIT_PAGE_SIZE).map(|event| line(open, event)).collect();
    Ok(AuditPage { lines, total, page_size: count(AUDIT_PAGE_SIZE) })
}

fn line(open: &Open, event: &AuditEvent) -> AuditLine {
    AuditLine {
        id: event.id.to_string(),
        at: event.at.get(),
        member: event.member.map(|member| open.member_name(member)),
        device: event.device.to_string(),
        action: Coded(event.action),
        subject: event.subject.map(|subject| shown(open, subject)),
        reason: event.reason.clone(),
        count: event.count.map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
    }
}

fn shown(open: &Open, subject: model::AuditSubject) -> AuditSubject {
    match subject {
        model::AuditSubject::Supporter(id) => {
            let record = open.vault.register().supporter(id);
            let name = record.and_then(|record| record.get(record.name_field()).map(str::to_owned));
            AuditSubject::Supporter { id: id.to_string(), name }
        }
        model::AuditSubject::Consent(id) => AuditSubject::Consent { id: id.to_string() },
        model::AuditSubject::Import(id) => AuditSubject::Import { id: id.to_string() },
        model::AuditSubject::Wording(id) => AuditSubject::Wording { id: id.to_string() },
    }
}
