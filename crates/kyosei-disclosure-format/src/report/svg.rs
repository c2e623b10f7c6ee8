//! Charts as SVG: horizontal bars whose lengths follow from printed figures alone.
//!
//! A withheld figure is a hatched box of one fixed length with an x, a carried one has a dashed outline. No script, no
//! style sheet, no metadata, nothing loaded from elsewhere.

use super::content::{BAR_MAX, Figure, Row, Section};
use super::html::escaped;

/// Width of a chart.
const WIDTH: i64 = 640;
/// Height of a row.
const ROW_HEIGHT: i64 = 26;
/// Where bars begin.
const BAR_LEFT: i64 = 200;
/// The longest bar.
const BAR_WIDTH: i64 = 320;
/// The box of a withheld figure.
const WITHHELD_WIDTH: i64 = 48;

/// A chart as a file of its own.
pub(super) fn file(section: &Section) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", chart(section))
}

/// A chart as a part of a page.
pub(super) fn chart(section: &Section) -> String {
    let rows = i64::try_from(section.rows.len()).unwrap_or(0);
    let height = rows * ROW_HEIGHT + 8;
    let slug = &section.slug;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>{}</title>\n\
         <defs><pattern id=\"withheld-{slug}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M0 6 6 0\" stroke=\"#666\"/></pattern></defs>\n",
        escaped(&section.heading)
    );
    for (at, row) in (0_i64..).zip(&section.rows) {
        text.push_str(&bar(section, row, at * ROW_HEIGHT + 4));
    }
    text.push_str("</svg>");
    text
}

fn bar(section: &Section, row: &Row, top: i64) -> String {
    let (length, style) = match row.figure {
        Figure::Printed(_) => (row.bar * BAR_WIDTH / BAR_MAX, String::from("fill=\"#2f6f8f\"")),
        Figure::Carried(_) => (
            row.bar * BAR_WIDTH / BAR_MAX,
            String::from("fill=\"#cfe0e8\" stroke=\"#2f6f8f\" stroke-dasharray=\"4 3\""),
        ),
        Figure::Withheld => {
            (WITHHELD_WIDTH, format!("fill=\"url(#withheld-{})\" stroke=\"#666\"", section.slug))
        }
    };
    let share = row.share();
    let gap = if share.is_empty() { "" } else { "  " };
    format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n\
         <rect x=\"{BAR_LEFT}\" y=\"{top}\" width=\"{length}\" height=\"{}\" {style}/>\n\
         <text x=\"{}\" y=\"{}\">{}{gap}{share}</text>\n",
        BAR_LEFT - 8,
        top + 14,
        escaped(&row.label),
        ROW_HEIGHT - 8,
        BAR_LEFT + length + 8,
        top + 14,
        escaped(&row.figure.text(section.language)),
    )
}
