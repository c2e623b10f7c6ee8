//! Reading a file and showing its preview.

use std::ops::ControlFlow;

use kyosei_app::imports::remembered_options;
use kyosei_contract::imports::{
    Column, ImportRows, InspectRequest, Inspection, RowCounts, RowFieldPair, RowPair, RowPairRequest,
    RowsRequest,
};
use kyosei_contract::{Coded, Failure};
use kyosei_intake::mapping::{Mapping, Target};
use kyosei_intake::preview::{Options, Preview, ReadError, read_registrations};
use kyosei_model::{Field, Purpose, Sensitive, SupporterKind};

use super::shown;
use crate::failures::Refusal;
use crate::open::Open;
use crate::rows::{count, row};

/// Rows that are shown beside the columns.
const SAMPLE_ROWS: usize = 3;
/// Rows of a full page of the preview.
const PAGE_SIZE: usize = 50;

pub(crate) fn inspect(open: &mut Open, request: &InspectRequest) -> Result<Inspection, Failure> {
    let options = options(open, request)?;
    let existing = open.keys()?;
    let now = open.vault.now();
    let cancelled = open.cancelled();
    let file = open.files.get_mut(&request.token)?;
    file.preview = None;
    let read = read_registrations(&file.bytes, &options, now, &existing, &mut |_| {
        if cancelled.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match read {
        Ok(preview) => {
            let inspection = ready(open, &preview);
            open.files.get_mut(&request.token)?.preview = Some(preview);
            Ok(inspection)
        }
        Err(ReadError::MappingNeeded { header, guess, missing }) => Ok(Inspection::ColumnsNeeded {
            columns: columns(&header, &guess),
            of_kind: Coded(guess.form),
            missing: missing.into_iter().map(Target::code).collect(),
            targets: targets(guess.form),
        }),
        Err(error) => Err(error.failure()),
    }
}

pub(crate) fn page(open: &mut Open, request: &RowsRequest) -> Result<ImportRows, Failure> {
    let preview = preview(open, &request.token)?;
    let all =
        shown::groups(preview).filter(|(group, _)| request.group.as_ref().is_none_or(|one| one == group));
    let found: Vec<_> = all.collect();
    let from = usize::try_from(request.page).unwrap_or(usize::MAX).saturating_mul(PAGE_SIZE);
    let rows =
        found.iter().skip(from).take(PAGE_SIZE).map(|(group, row)| shown::row_of(open, group.clone(), row));
    Ok(ImportRows { rows: rows.collect(), total: count(found.len()), page_size: count(PAGE_SIZE) })
}

pub(crate) fn compare(open: &mut Open, request: &RowPairRequest) -> Result<RowPair, Failure> {
    let line = u64::from(request.line);
    let preview = preview(open, &request.token)?;
    let found = preview.rows.iter().find(|row| row.line == line).and_then(|row| row.outcome.draft());
    let draft = found.ok_or_else(|| Failure::new("E-ROW-MISSING").with("line", line))?;
    let record = open.vault.register().supporter(request.id.0);
    let record = record.ok_or_else(|| Failure::new("E-SUPPORTER-MISSING"))?;
    let text =
        |value: Option<&Sensitive<String>>| value.map(|value| value.expose().clone()).unwrap_or_default();
    let pair = |field: &Field| RowFieldPair {
        field: Coded(*field),
        record: text(record.text.get(field)),
        row: text(draft.text.get(field)),
    };
    let filled = |field: &&Field| record.text.contains_key(field) || draft.text.contains_key(field);
    Ok(RowPair {
        record: row(record, open.vault.now()),
        fields: Field::ALL.iter().filter(filled).map(pair).collect(),
    })
}

fn preview<'a>(open: &'a Open, token: &str) -> Result<&'a Preview, Failure> {
    open.files.get(token)?.preview.as_ref().ok_or_else(|| Failure::new("E-FILE-CLOSED"))
}

fn options(open: &Open, request: &InspectRequest) -> Result<Options, Failure> {
    let lists = open.vault.register().lists().ok_or_else(|| Failure::new("E-RECORD"))?;
    let mut options = remembered_options(lists);
    options.encoding = request.encoding.map(|encoding| encoding.0);
    options.form = request.of_kind.map(|kind| kind.0);
    if options.form.is_some() {
        // What was remembered may be of the other form.
        options.remembered.clear();
    }
    if let Some(chosen) = &request.columns {
        let header: Vec<String> = chosen.iter().map(|column| column.heading.clone()).collect();
        let target = |code: &Option<String>| match code {
            None => Ok(None),
            Some(code) => Target::from_code(code).map(Some).ok_or_else(|| Failure::new("E-MAP")),
        };
        let mut mapping = Mapping::guess(&header, options.form);
        mapping.columns = chosen
            .iter()
            .map(|column| Ok((column.heading.clone(), target(&column.target)?)))
            .collect::<Result<_, Failure>>()?;
        options.mapping = Some(mapping);
    }
    Ok(options)
}

fn ready(open: &Open, preview: &Preview) -> Inspection {
    let counts = preview.counts;
    Inspection::Ready {
        columns: columns(&preview.header, &preview.mapping),
        of_kind: Coded(preview.mapping.form),
        encoding: Coded(preview.encoding),
        targets: targets(preview.mapping.form),
        counts: RowCounts {
            new: count(counts.new),
            updates: count(counts.updates),
            review: count(counts.review),
            already_present: count(counts.already_present),
            repeated: count(counts.repeated),
            rejected: count(counts.rejected),
            unreadable: count(counts.unreadable),
        },
        purposes_not_asked: preview.purposes_without_column.iter().map(|purpose| Coded(*purpose)).collect(),
        sample: shown::groups(preview)
            .take(SAMPLE_ROWS)
            .map(|(group, row)| shown::row_of(open, group, &row))
            .collect(),
    }
}

fn columns(header: &[String], mapping: &Mapping) -> Vec<Column> {
    let target = |heading: &String| {
        let found = mapping.columns.iter().find(|(known, _)| known == heading);
        found.and_then(|(_, target)| target.map(Target::code))
    };
    header.iter().map(|heading| Column { heading: heading.clone(), target: target(heading) }).collect()
}

/// Everything that a column of this form may be, in the order of the form.
fn targets(form: SupporterKind) -> Vec<String> {
    let fields = Field::ALL.iter().filter(|field| field.applies_to(form)).map(|field| Target::Text(*field));
    let consents = Purpose::ALL.iter().map(|purpose| Target::Consent(*purpose));
    let others = match form {
        SupporterKind::Individual => {
            [Target::SubmittedAt, Target::Interests, Target::WholeAddress].as_slice()
        }
        SupporterKind::Organization => &[
            Target::SubmittedAt,
            Target::Interests,
            Target::WholeAddress,
            Target::OrgType,
            Target::TitleAndRepresentative,
        ],
    };
    fields.chain(consents).chain(others.iter().copied()).map(Target::code).collect()
}
