//! A report as one page that loads nothing: text, tables, and the charts drawn into it.

use super::content::{Report, Row, Section};
use super::svg;

/// The whole style; no file beside the page is needed.
const STYLE: &str = "body{font-family:sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#111;background:#fff}\
table{border-collapse:collapse;margin:1em 0}th,td{border-bottom:1px solid #999;padding:.25em .8em;text-align:left}\
td.n{text-align:right}.total{font-size:1.6em}.head{font-family:monospace;overflow-wrap:anywhere}svg{max-width:100%;height:auto}";

/// The page.
pub(super) fn page(report: &Report) -> String {
    let language = report.language;
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n<p>{period}</p>\n",
        language.code(),
        title = escaped(&report.title),
        period = escaped(&report.period),
    );
    if !report.publisher.is_empty() {
        text.push_str(&format!("<p>{}</p>\n", escaped(&report.publisher)));
    }
    if let Some(total) = &report.total {
        let figure = escaped(&total.figure.text(language));
        text.push_str(&format!("<p class=\"total\">{}: <b>{figure}</b></p>\n", escaped(&total.label)));
    }
    for section in &report.sections {
        text.push_str(&section_text(section));
    }
    for rule in &report.rules {
        text.push_str(&format!("<p>{}</p>\n", escaped(rule)));
    }
    text.push_str("<ul>\n");
    for note in language.notes() {
        text.push_str(&format!("<li>{}</li>\n", escaped(note)));
    }
    text.push_str(&format!("</ul>\n<p class=\"head\">{}</p>\n</body>\n</html>\n", escaped(&report.ledger)));
    text
}

fn section_text(section: &Section) -> String {
    let mut text = format!("<h2>{}</h2>\n", escaped(&section.heading));
    if section.is_drawn {
        text.push_str(&svg::chart(section));
        text.push('\n');
    }
    text.push_str("<table>\n");
    for row in &section.rows {
        text.push_str(&row_text(section, row));
    }
    text.push_str("</table>\n");
    text
}

fn row_text(section: &Section, row: &Row) -> String {
    format!(
        "<tr><th>{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        escaped(&row.label),
        escaped(&row.figure.text(section.language)),
        row.share()
    )
}

/// A text inside an element or an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
