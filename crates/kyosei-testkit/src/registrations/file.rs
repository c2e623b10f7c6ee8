//! Rows as the bytes of a file.

use std::io::{Cursor, Write};

use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS};

use super::GenerateError;

/// In which form a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// CSV in UTF-8.
    Utf8,
    /// CSV in UTF-8 with a byte order mark.
    Utf8Bom,
    /// Tab-separated text in UTF-16 with a mark, low byte first: Excel's "Unicode text".
    Utf16Le,
    /// Tab-separated text in UTF-16 with a mark, high byte first.
    Utf16Be,
    /// Tab-separated text in UTF-16 without a mark, low byte first.
    Utf16LeBare,
    /// CSV in code page 932.
    Cp932,
    /// CSV in EUC-JP.
    EucJp,
    /// CSV in ISO-2022-JP.
    Iso2022Jp,
    /// An Excel workbook of strings.
    Xlsx,
    /// A zip file of one CSV in UTF-8, as Google's download is.
    ZipCsv,
}

impl FileForm {
    /// Every form.
    pub const ALL: [Self; 10] = [
        Self::Utf8,
        Self::Utf8Bom,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Utf16LeBare,
        Self::Cp932,
        Self::EucJp,
        Self::Iso2022Jp,
        Self::Xlsx,
        Self::ZipCsv,
    ];
}

/// Writes rows. Letters that an old encoding lacks become question marks, as Excel makes them.
pub(super) fn write(rows: &[Vec<String>], form: FileForm) -> Result<Vec<u8>, GenerateError> {
    match form {
        FileForm::Utf8 => Ok(separated(rows, b',')?.into_bytes()),
        FileForm::Utf8Bom => Ok(format!("\u{FEFF}{}", separated(rows, b',')?).into_bytes()),
        FileForm::Utf16Le => Ok(utf16(&format!("\u{FEFF}{}", separated(rows, b'\t')?), u16::to_le_bytes)),
        FileForm::Utf16Be => Ok(utf16(&format!("\u{FEFF}{}", separated(rows, b'\t')?), u16::to_be_bytes)),
        FileForm::Utf16LeBare => Ok(utf16(&separated(rows, b'\t')?, u16::to_le_bytes)),
        FileForm::Cp932 => Ok(encoded(&separated(rows, b',')?, SHIFT_JIS)),
        FileForm::EucJp => Ok(encoded(&separated(rows, b',')?, EUC_JP)),
        FileForm::Iso2022Jp => Ok(encoded(&separated(rows, b',')?, ISO_2022_JP)),
        FileForm::Xlsx => workbook(rows),
        FileForm::ZipCsv => zipped(separated(rows, b',')?.as_bytes()),
    }
}

fn separated(rows: &[Vec<String>], delimiter: u8) -> Result<String, GenerateError> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(GenerateError::Csv)?;
    }
    let bytes =
        writer.into_inner().map_err(|failed| GenerateError::Csv(csv::Error::from(failed.into_error())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn encoded(text: &str, table: &'static Encoding) -> Vec<u8> {
    let writable = |c: char| {
        let lacks = table.encode(c.encode_utf8(&mut [0; 4])).2;
        if lacks { '?' } else { c }
    };
    let text: String = text.chars().map(writable).collect();
    table.encode(&text).0.into_owned()
}

fn workbook(rows: &[Vec<String>]) -> Result<Vec<u8>, GenerateError> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let fixed = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1).map_err(GenerateError::Workbook)?;
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&fixed));
    let sheet = workbook.add_worksheet();
    for (row, number) in rows.iter().zip(0_u32..) {
        for (cell, column) in row.iter().zip(0_u16..) {
            sheet.write_string(number, column, cell).map_err(GenerateError::Workbook)?;
        }
    }
    workbook.save_to_buffer().map_err(GenerateError::Workbook)
}

fn zipped(csv: &[u8]) -> Result<Vec<u8>, GenerateError> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("支援者登録フォーム.csv", options).map_err(GenerateError::Zip)?;
    writer.write_all(csv).map_err(|failed| GenerateError::Zip(failed.into()))?;
    Ok(writer.finish().map_err(GenerateError::Zip)?.into_inner())
}
