//! The faults of real files, each with how often it occurs.

use rand::{Rng, RngExt};

use super::Form;

/// How often each fault occurs, in rows of a thousand. A row can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// The whole row stands twice.
    pub exact_duplicate: u32,
    /// The same person again: the address in capitals, the name in katakana.
    pub same_person: u32,
    /// Another person with the address of a row above, as in a family.
    pub shared_email: u32,
    /// The address in full-width letters.
    pub full_width_email: u32,
    /// The address in capitals.
    pub capital_email: u32,
    /// Two addresses in one cell.
    pub two_addresses: u32,
    /// Something that is no address.
    pub broken_email: u32,
    /// No address.
    pub missing_email: u32,
    /// The reading in half-width katakana.
    pub half_width_reading: u32,
    /// The reading in katakana.
    pub katakana_reading: u32,
    /// The telephone number in full-width digits.
    pub full_width_telephone: u32,
    /// The telephone number without its leading zero, as spreadsheets leave it.
    pub lost_zero: u32,
    /// The telephone number as a power of ten.
    pub power_of_ten: u32,
    /// A formula in the last text cell.
    pub formula: u32,
    /// A name outside Japanese.
    pub foreign_name: u32,
    /// A name with letters outside the usual sets: 𠮷, a variation selector, an emoji.
    pub rare_letters: u32,
    /// A letter of a private font.
    pub private_letter: u32,
    /// An answer to a question of consent that is neither yes nor no.
    pub unclear_consent: u32,
    /// No consent to being registered.
    pub no_consent: u32,
    /// A time that does not exist or lies in the future.
    pub impossible_time: u32,
    /// An Individual Number (with a right check digit, of nobody) in the message.
    pub secret_number: u32,
    /// A hint of a sensitive matter in the message.
    pub sensitive_message: u32,
    /// A mark that turns the direction of writing, in the name.
    pub bidi_mark: u32,
    /// A line break and a second header field in the address.
    pub injected_line: u32,
}

impl Faults {
    /// No faults.
    pub fn none() -> Self {
        Self::default()
    }

    /// About as often as in the files that the committee has seen.
    pub fn as_seen() -> Self {
        Self {
            exact_duplicate: 10,
            same_person: 8,
            shared_email: 5,
            full_width_email: 40,
            capital_email: 30,
            two_addresses: 6,
            broken_email: 6,
            half_width_reading: 50,
            katakana_reading: 30,
            full_width_telephone: 90,
            formula: 100,
            foreign_name: 20,
            ..Self::none()
        }
    }

    /// Every fault, many times.
    pub fn hostile() -> Self {
        Self {
            missing_email: 20,
            lost_zero: 20,
            power_of_ten: 20,
            rare_letters: 20,
            private_letter: 20,
            unclear_consent: 20,
            no_consent: 20,
            impossible_time: 20,
            secret_number: 20,
            sensitive_message: 20,
            bidi_mark: 20,
            injected_line: 20,
            ..Self::as_seen()
        }
    }

    /// Gives the row its faults. `above` holds the headings and the rows before it.
    pub(super) fn applied(
        &self,
        rng: &mut impl Rng,
        form: Form,
        row: Vec<String>,
        above: &[Vec<String>],
    ) -> Vec<String> {
        let columns = Columns::of(form);
        let earlier = above.get(1..).and_then(|rows| rows.get(rng.random_range(0..rows.len().max(1))));
        let mut faulty = row;
        if let Some(earlier) = earlier {
            if happens(rng, self.exact_duplicate) {
                return earlier.clone();
            }
            if happens(rng, self.same_person) {
                repeat_person(&mut faulty, earlier, &columns);
            } else if happens(rng, self.shared_email) {
                copy_cell(&mut faulty, earlier, columns.email);
            }
        }
        for (rate, column, change) in self.changes(&columns) {
            if happens(rng, rate)
                && let Some(cell) = column.and_then(|index| faulty.get_mut(index))
            {
                *cell = change(cell);
            }
        }
        faulty
    }

    /// Each fault of a single cell: how often, where, and what it makes of the cell.
    fn changes(&self, at: &Columns) -> [Change; 21] {
        [
            (self.foreign_name, at.name, |_| String::from("Олена Коваленко")),
            (self.rare_letters, at.name, |name| format!("𠮷{name}\u{E0100}🙂")),
            (self.private_letter, at.name, |name| format!("{name}\u{E000}")),
            (self.bidi_mark, at.name, |name| format!("\u{202E}{name}")),
            (self.half_width_reading, at.reading, |reading| half_width(reading)),
            (self.katakana_reading, at.reading, |reading| katakana(reading)),
            (self.capital_email, at.email, |email| email.to_uppercase()),
            (self.full_width_email, at.email, |email| full_width(email)),
            (self.two_addresses, at.email, |_| String::from("two@example.com、three@example.com")),
            (self.broken_email, at.email, |_| String::from("not-an-address")),
            (self.missing_email, at.email, |_| String::new()),
            (self.injected_line, at.email, |email| format!("{email}\r\nBcc: all@example.org")),
            (self.full_width_telephone, at.telephone, |number| full_width(number)),
            (self.lost_zero, at.telephone, |number| {
                number.replace('-', "").trim_start_matches('0').to_owned()
            }),
            (self.power_of_ten, at.telephone, |_| String::from("8.05E+10")),
            (self.unclear_consent, at.mail_consent, |_| String::from("はい。ただし郵送のみ")),
            (self.no_consent, at.consent, |_| String::from("同意しない")),
            (self.impossible_time, at.time, |_| String::from("2026/02/30 6:17:21 午前 GMT+9")),
            (self.formula, at.message, |_| String::from("=HYPERLINK(\"http://example.com\",\"見て\")")),
            (self.secret_number, at.message, |_| String::from("番号は123456789018です")),
            (self.sensitive_message, at.message, |_| String::from("知人が難民申請中です")),
        ]
    }
}

/// How often a cell changes, which one, and into what.
type Change = (u32, Option<usize>, fn(&str) -> String);

/// Where the cells stand; a form lacks some.
struct Columns {
    time: Option<usize>,
    email: Option<usize>,
    name: Option<usize>,
    reading: Option<usize>,
    telephone: Option<usize>,
    mail_consent: Option<usize>,
    consent: Option<usize>,
    message: Option<usize>,
}

impl Columns {
    const fn of(form: Form) -> Self {
        match form {
            Form::Individual => Self {
                time: Some(0),
                email: Some(1),
                name: Some(2),
                reading: Some(3),
                telephone: Some(6),
                mail_consent: Some(8),
                consent: Some(9),
                message: Some(10),
            },
            Form::Organisation => Self {
                time: Some(0),
                email: Some(6),
                name: Some(4),
                reading: Some(5),
                telephone: Some(7),
                mail_consent: None,
                consent: Some(12),
                message: None,
            },
        }
    }
}

fn happens(rng: &mut impl Rng, per_mille: u32) -> bool {
    rng.random_range(0..1_000) < per_mille
}

fn copy_cell(row: &mut [String], earlier: &[String], column: Option<usize>) {
    if let Some((cell, other)) = column.and_then(|index| row.get_mut(index).zip(earlier.get(index))) {
        cell.clone_from(other);
    }
}

/// The person of an earlier row once more, written otherwise.
fn repeat_person(row: &mut [String], earlier: &[String], columns: &Columns) {
    copy_cell(row, earlier, columns.email);
    copy_cell(row, earlier, columns.reading);
    if let Some(email) = columns.email.and_then(|index| row.get_mut(index)) {
        *email = email.to_uppercase();
    }
    let reading = columns.reading.and_then(|index| earlier.get(index)).map(|reading| katakana(reading));
    if let Some((name, reading)) = columns.name.and_then(|index| row.get_mut(index)).zip(reading) {
        *name = reading;
    }
}

fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        other => other,
    };
    text.chars().map(wide).collect()
}

fn katakana(text: &str) -> String {
    let kana = |c: char| match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    };
    text.chars().map(kana).collect()
}

/// Half-width katakana, with the voiced marks as letters of their own.
fn half_width(text: &str) -> String {
    const FULL: &str = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんっゃゅょ";
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｯｬｭｮ";
    const VOICED: &str = "がぎぐげござじずぜぞだぢづでどばびぶべぼ";
    let narrow = |c: char| FULL.chars().zip(HALF.chars()).find(|(full, _)| *full == c).map(|(_, half)| half);
    let mut narrowed = String::new();
    for c in text.chars() {
        let unvoiced = u32::from(c).checked_sub(1).and_then(char::from_u32).filter(|_| VOICED.contains(c));
        match unvoiced.and_then(narrow) {
            Some(half) => narrowed.extend([half, 'ﾞ']),
            None => narrowed.push(narrow(c).unwrap_or(c)),
        }
    }
    narrowed
}
