//! A report as a PDF document of A4 pages with its font embedded.
//!
//! No title, author, program or date is written, no XMP packet either; the file's id is a hash of its content. So equal
//! publications give equal bytes. A letter that the font lacks is refused instead of drawn as a box.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use krilla::{Document, SerializeSettings};
use ttf_parser::Face;

use super::ReportError;
use super::content::{Figure, Report, Row, Section};

/// BIZ UDPGothic, cut down to what reports print; see `fonts/README.md`.
static FONT: &[u8] = include_bytes!("../../fonts/BIZUDPGothic-Regular-subset.ttf");

/// A4 in points.
const PAGE: (f32, f32) = (595.0, 842.0);
/// Blank border on all sides, in points.
const MARGIN: f32 = 50.0;
/// Size of running text, in points.
const TEXT_SIZE: f32 = 10.0;
/// Distance between lines, as a multiple of the size.
const LEADING: f32 = 1.6;
/// Right end of labels, left end of bars, longest bar and box of a withheld figure, in points.
const LABEL_RIGHT: f32 = 205.0;
const BAR_LEFT: f32 = 215.0;
const BAR_WIDTH: f32 = 230.0;
const WITHHELD_WIDTH: f32 = 36.0;

/// The document.
///
/// # Errors
/// See [`ReportError`].
pub(super) fn document(report: &Report) -> Result<Vec<u8>, ReportError> {
    let face = Face::parse(FONT, 0).map_err(|_| ReportError::Document)?;
    let items = items(report, &face)?;
    let font = Font::new(FONT.into(), 0).ok_or(ReportError::Document)?;
    let settings =
        SerializeSettings { xmp_metadata: false, enable_tagging: false, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    for page in pages(items) {
        let (width, height) = PAGE;
        let size = PageSettings::from_wh(width, height).ok_or(ReportError::Document)?;
        let mut sheet = document.start_page_with(size);
        let mut surface = sheet.surface();
        for (top, item) in &page {
            draw(&mut surface, &font, &face, *top, item)?;
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().map_err(|_| ReportError::Document)
}

/// A line or a bar, one below the other.
enum Item {
    Line { text: String, size: f32 },
    Bar { label: String, length: f32, figure: Figure, text: String },
    Gap(f32),
}

impl Item {
    fn height(&self) -> f32 {
        match self {
            Item::Line { size, .. } => size * LEADING,
            Item::Bar { .. } => TEXT_SIZE * LEADING + 2.0,
            Item::Gap(height) => *height,
        }
    }
}

fn items(report: &Report, face: &Face<'_>) -> Result<Vec<Item>, ReportError> {
    let mut items = Vec::new();
    let mut lines = |text: &str, size: f32| -> Result<(), ReportError> {
        for text in wrapped(face, text, size, PAGE.0 - 2.0 * MARGIN)? {
            items.push(Item::Line { text, size });
        }
        Ok(())
    };
    lines(&report.title, 18.0)?;
    lines(&report.period, TEXT_SIZE)?;
    lines(&report.publisher, TEXT_SIZE)?;
    if let Some(total) = &report.total {
        lines(&format!("{}: {}", total.label, total.figure.text(report.language)), 16.0)?;
    }
    let mut tail = Vec::new();
    for text in
        report.rules.iter().map(String::as_str).chain(report.language.notes()).chain([report.ledger.as_str()])
    {
        for text in wrapped(face, text, 9.0, PAGE.0 - 2.0 * MARGIN)? {
            tail.push(Item::Line { text, size: 9.0 });
        }
    }
    for section in &report.sections {
        items.push(Item::Gap(12.0));
        items.push(Item::Line { text: checked(face, &section.heading)?, size: 13.0 });
        for row in &section.rows {
            items.push(bar(section, row, face)?);
        }
    }
    items.push(Item::Gap(16.0));
    items.extend(tail);
    Ok(items)
}

fn bar(section: &Section, row: &Row, face: &Face<'_>) -> Result<Item, ReportError> {
    let share = row.share();
    let gap = if share.is_empty() { "" } else { "   " };
    let length = match row.figure {
        Figure::Printed(_) | Figure::Carried(_) => BAR_WIDTH * thousandths(row.bar),
        Figure::Withheld => WITHHELD_WIDTH,
    };
    let text = format!("{}{gap}{share}", row.figure.text(section.language));
    Ok(Item::Bar {
        label: checked(face, &row.label)?,
        length: if section.is_drawn { length } else { 0.0 },
        figure: row.figure,
        text: checked(face, &text)?,
    })
}

/// Items with their distance from the top, page by page.
fn pages(items: Vec<Item>) -> Vec<Vec<(f32, Item)>> {
    let mut pages = vec![Vec::new()];
    let mut top = MARGIN;
    for item in items {
        let height = item.height();
        if top + height > PAGE.1 - MARGIN {
            pages.push(Vec::new());
            top = MARGIN;
        }
        if let Some(page) = pages.last_mut() {
            page.push((top, item));
        }
        top += height;
    }
    pages
}

fn draw(
    surface: &mut Surface<'_>,
    font: &Font,
    face: &Face<'_>,
    top: f32,
    item: &Item,
) -> Result<(), ReportError> {
    match item {
        Item::Gap(_) => {}
        Item::Line { text, size } => text_at(surface, font, (MARGIN, top + size), *size, text),
        Item::Bar { label, length, figure, text } => {
            let base = top + TEXT_SIZE + 2.0;
            let left = LABEL_RIGHT - width(face, label, TEXT_SIZE);
            text_at(surface, font, (left.max(MARGIN), base), TEXT_SIZE, label);
            if *length > 0.0 {
                rectangle(surface, top + 2.0, *length, *figure)?;
            }
            text_at(surface, font, (BAR_LEFT + length + 6.0, base), TEXT_SIZE, text);
        }
    }
    Ok(())
}

fn text_at(surface: &mut Surface<'_>, font: &Font, (x, y): (f32, f32), size: f32, text: &str) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: rgb::Color::new(17, 17, 17).into(), ..Fill::default() }));
    surface.draw_text(Point::from_xy(x, y), font.clone(), size, text, false, TextDirection::LeftToRight);
}

/// A full bar for a printed figure, a dashed outline for a carried one, a crossed box for a withheld one.
fn rectangle(surface: &mut Surface<'_>, top: f32, length: f32, figure: Figure) -> Result<(), ReportError> {
    let bottom = top + TEXT_SIZE + 2.0;
    let outline = |dash: Option<StrokeDash>| Stroke {
        paint: rgb::Color::new(80, 80, 80).into(),
        width: 0.7,
        dash,
        ..Stroke::default()
    };
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_ltrb(BAR_LEFT, top, BAR_LEFT + length, bottom).ok_or(ReportError::Document)?);
    match figure {
        Figure::Printed(_) => {
            surface.set_stroke(None);
            surface.set_fill(Some(Fill { paint: rgb::Color::new(47, 111, 143).into(), ..Fill::default() }));
        }
        Figure::Carried(_) => {
            surface.set_fill(None);
            surface.set_stroke(Some(outline(Some(StrokeDash { array: vec![3.0, 2.0], offset: 0.0 }))));
        }
        Figure::Withheld => {
            surface.set_fill(None);
            surface.set_stroke(Some(outline(None)));
            path.move_to(BAR_LEFT, bottom);
            path.line_to(BAR_LEFT + length, top);
            path.move_to(BAR_LEFT, top);
            path.line_to(BAR_LEFT + length, bottom);
        }
    }
    surface.draw_path(&path.finish().ok_or(ReportError::Document)?);
    Ok(())
}

/// The text, if the font has all of its letters.
fn checked(face: &Face<'_>, text: &str) -> Result<String, ReportError> {
    match text.chars().find(|letter| face.glyph_index(*letter).is_none()) {
        Some(letter) => Err(ReportError::Letter(u32::from(letter))),
        None => Ok(text.to_owned()),
    }
}

/// Lines of at most a width, broken at spaces, or between any two letters where there is none.
fn wrapped(face: &Face<'_>, text: &str, size: f32, wide: f32) -> Result<Vec<String>, ReportError> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for letter in checked(face, text)?.chars() {
        line.push(letter);
        if width(face, &line, size) <= wide {
            continue;
        }
        let at = line.rfind(' ').filter(|at| *at > 0);
        let rest = match at {
            Some(space) => line.split_off(space).trim_start().to_owned(),
            None => line.pop().into_iter().collect(),
        };
        lines.push(std::mem::replace(&mut line, rest));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    Ok(lines)
}

fn width(face: &Face<'_>, text: &str, size: f32) -> f32 {
    let advance = |letter| face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph));
    let units: f32 = text.chars().filter_map(advance).map(f32::from).sum();
    units * size / f32::from(face.units_per_em())
}

#[expect(clippy::cast_precision_loss, reason = "thousandths of a bar are at most a thousand")]
fn thousandths(bar: i64) -> f32 {
    bar as f32 / 1_000.0
}
