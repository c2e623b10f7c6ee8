//! Registration files of invented people, in the shape and with the faults of real ones.
//!
//! [`generate`] draws everything from a seed and gives the bytes of a file as Google Forms, Excel or an old program
//! would have written it. Names are put together from common ones, addresses end in `example.com`, `.org` and
//! `.jp` (RFC 2606), numbers belong to nobody. The faults are those seen in real files, plus hostile ones.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use thiserror::Error;

mod faults;
mod file;
mod people;

pub use faults::Faults;
pub use file::FileForm;

/// Which of the two forms was filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The form for people.
    Individual,
    /// The form for organisations.
    Organisation,
}

/// Why a file could not be written.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The CSV writer failed.
    #[error("the rows could not be written as CSV")]
    Csv(#[source] csv::Error),
    /// The workbook writer failed.
    #[error("the rows could not be written as a workbook")]
    Workbook(#[source] rust_xlsxwriter::XlsxError),
    /// The zip writer failed.
    #[error("the file could not be zipped")]
    Zip(#[source] zip::result::ZipError),
}

/// Headings of the form for people.
pub const INDIVIDUAL_HEADINGS: [&str; 11] = [
    "タイムスタンプ",
    "メールアドレス",
    "お名前",
    "ふりがな",
    "郵便番号",
    "ご住所",
    "お電話番号",
    "関心のある活動",
    "イベント等のご案内メールを希望しますか",
    "個人情報の取り扱いに同意しますか",
    "メッセージ",
];

/// Headings of the form for organisations.
pub const ORGANISATION_HEADINGS: [&str; 13] = [
    "タイムスタンプ",
    "団体・法人名",
    "団体名ふりがな",
    "代表者 役職・氏名",
    "ご担当者氏名",
    "ご担当者ふりがな",
    "ご担当者メールアドレス",
    "電話番号",
    "郵便番号",
    "所在地",
    "ウェブサイト",
    "団体名の公表",
    "個人情報の取り扱いに同意しますか",
];

/// Makes a registration file. The same arguments give the same bytes.
///
/// # Errors
/// [`GenerateError`] when the file could not be written; not for anything that is drawn.
pub fn generate(
    seed: u64,
    form: Form,
    rows: usize,
    faults: &Faults,
    file_form: FileForm,
) -> Result<Vec<u8>, GenerateError> {
    file::write(&table(seed, form, rows, faults), file_form)
}

/// Makes the headings and rows of a registration file. The number of rows is as asked; repeated rows count.
pub fn table(seed: u64, form: Form, rows: usize, faults: &Faults) -> Vec<Vec<String>> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let headings: &[&str] = match form {
        Form::Individual => &INDIVIDUAL_HEADINGS,
        Form::Organisation => &ORGANISATION_HEADINGS,
    };
    let mut table = vec![headings.iter().map(|heading| String::from(*heading)).collect()];
    for number in 0..rows {
        let row = match form {
            Form::Individual => people::individual(&mut rng, number),
            Form::Organisation => people::organisation(&mut rng, number),
        };
        let row = faults.applied(&mut rng, form, row, &table);
        table.push(row);
    }
    table
}

/// Draws one of several.
pub(crate) fn one_of<'a, T: ?Sized>(rng: &mut impl Rng, choices: &[&'a T], otherwise: &'a T) -> &'a T {
    let index = rng.random_range(0..choices.len().max(1));
    choices.get(index).copied().unwrap_or(otherwise)
}

#[cfg(test)]
mod tests;
