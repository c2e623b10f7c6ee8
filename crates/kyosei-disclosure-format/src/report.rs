//! Reports for people: pages, charts and documents that say what the bundle says and nothing else.
//!
//! [`write()`] takes a [`ProtectedTable`] and words for it, and gives one page and one document in each language and one chart
//! for each breakdown. Figures, percentages, lengths of bars and the order of rows are computed from what is printed;
//! withheld figures come last in the order of their ids and are drawn as withheld. The files hold no date, author or
//! program, and equal publications give equal bytes.

use kyosei_disclosure::ProtectedTable;
use kyosei_disclosure::publish::Sha;
use thiserror::Error;

use crate::bundle::Bundle;

mod content;
mod html;
mod pdf;
mod svg;
mod words;

pub use words::{DimensionWords, Wording, Words};

use content::Report;
use words::Language;

/// Why a report could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReportError {
    /// The font lacks a letter; the document would show a box in its place.
    #[error("the font has no letter U+{0:04X}")]
    Letter(u32),
    /// The document could not be laid out.
    #[error("the document could not be written")]
    Document,
}

/// Writes the reports of a release: name and bytes of each file.
///
/// # Errors
/// See [`ReportError`].
pub fn write(
    table: &ProtectedTable,
    ledger_head: &Sha,
    wording: &Wording,
) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let bundle = Bundle { release: table.release(), ledger_head: *ledger_head, view: table.view().clone() };
    let mut files = Vec::new();
    for language in [Language::Ja, Language::En] {
        let report = Report::of(&bundle, wording, language);
        let code = language.code();
        for section in report.sections.iter().filter(|section| section.is_drawn) {
            let chart = svg::file(section);
            files.push((format!("chart-{}.{code}.svg", section.slug), chart.into_bytes()));
        }
        files.push((format!("report.{code}.html"), html::page(&report).into_bytes()));
        files.push((format!("report.{code}.pdf"), pdf::document(&report)?));
    }
    files.sort();
    Ok(files)
}
