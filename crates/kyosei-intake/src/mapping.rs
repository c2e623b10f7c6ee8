//! Which column of a file is which field of a supporter.
//!
//! [`Mapping::guess`] knows the headings of the committee's Google forms and of usual tables. Where it is wrong, a
//! person says so once; the mapping is kept under the fingerprint of the headings and used again for the next
//! file of the same form. A column without a target is not stored. The mapping also says which answers count as
//! consent: nothing but a listed "yes" does.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_model::{Field, Purpose, SupporterKind};
use sha2::{Digest, Sha256};

use crate::datetime::DayMonthOrder;
use crate::fold::fold;

mod headings;
mod text_form;

pub use text_form::ParseMappingError;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A text field.
    Text(Field),
    /// When the form was sent.
    SubmittedAt,
    /// Activities of interest, several in one cell.
    Interests,
    /// The answer to a question of consent.
    Consent(Purpose),
    /// Legal form of the organisation.
    OrgType,
    /// The whole address in one cell.
    WholeAddress,
    /// Title and name of the representative in one cell.
    TitleAndRepresentative,
}

/// The targets that are neither a text field nor a question of consent.
const OTHER_TARGETS: [Target; 5] = [
    Target::SubmittedAt,
    Target::Interests,
    Target::OrgType,
    Target::WholeAddress,
    Target::TitleAndRepresentative,
];

impl Target {
    /// The stable code: `name`, `consent:P2`, `submitted_at`.
    pub fn code(self) -> String {
        match self {
            Self::Text(field) => String::from(field.code()),
            Self::Consent(purpose) => format!("consent:{}", purpose.code()),
            Self::SubmittedAt => String::from("submitted_at"),
            Self::Interests => String::from("interests"),
            Self::OrgType => String::from("org_type"),
            Self::WholeAddress => String::from("whole_address"),
            Self::TitleAndRepresentative => String::from("title_and_representative"),
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        if let Some(purpose) = code.strip_prefix("consent:") {
            return Purpose::from_code(purpose).ok().map(Self::Consent);
        }
        let other = OTHER_TARGETS.into_iter().find(|target| target.code() == code);
        other.or_else(|| Field::from_code(code).ok().map(Self::Text))
    }
}

/// How a file is read.
#[derive(Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Which of the two forms the file comes from.
    pub form: SupporterKind,
    /// Each heading with what its column is; columns that are not stored have none.
    pub columns: Vec<(String, Option<Target>)>,
    /// Answers that count as agreement, folded.
    pub given: BTreeSet<String>,
    /// Answers that count as refusal, folded. A blank cell is no answer; anything else is looked at by a person.
    pub refused: BTreeSet<String>,
    /// How dates such as 3/4/2026 are written, if someone said so.
    pub day_month: Option<DayMonthOrder>,
}

impl std::fmt::Debug for Mapping {
    /// Shows no headings: a file without them has a person in their place.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let targets: Vec<Option<Target>> = self.columns.iter().map(|(_, target)| *target).collect();
        write!(f, "Mapping({:?}, {targets:?}, {:?})", self.form, self.day_month)
    }
}

/// Answers that count as agreement unless the mapping says otherwise.
const GIVEN_DEFAULT: [&str; 13] = [
    "はい",
    "同意する",
    "同意します",
    "可",
    "希望する",
    "希望します",
    "承諾する",
    "承諾します",
    "✓",
    "〇",
    "true",
    "1",
    "yes",
];
/// Answers that count as refusal unless the mapping says otherwise.
const REFUSED_DEFAULT: [&str; 13] = [
    "いいえ",
    "同意しない",
    "同意しません",
    "不可",
    "希望しない",
    "希望しません",
    "承諾しない",
    "承諾しません",
    "×",
    "false",
    "0",
    "no",
    "不要",
];

/// What an answer to a question of consent means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Agreement.
    Given,
    /// Refusal.
    Refused,
    /// No answer; it counts as no agreement.
    Blank,
    /// Something else, such as はい。ただし郵送のみ.
    Unclear,
}

impl Mapping {
    /// Guesses the form and the columns from the headings.
    pub fn guess(header: &[String], form: Option<SupporterKind>) -> Self {
        let form = form.unwrap_or_else(|| headings::form_of(header));
        let mut taken = BTreeSet::new();
        let columns = header
            .iter()
            .map(|heading| {
                let target = headings::target_of(heading, form).filter(|target| taken.insert(*target));
                (heading.clone(), target)
            })
            .collect();
        let folded = |answers: &[&str]| answers.iter().map(|answer| fold_answer(answer)).collect();
        Self {
            form,
            columns,
            given: folded(&GIVEN_DEFAULT),
            refused: folded(&REFUSED_DEFAULT),
            day_month: None,
        }
    }

    /// The fingerprint of headings, under which a mapping is remembered: SHA-256 of the folded headings.
    pub fn fingerprint(header: &[String]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"kyosei headings v1\n");
        for heading in header {
            let folded = fold(heading);
            hash.update((folded.len() as u64).to_be_bytes());
            hash.update(folded.as_bytes());
        }
        hash.finalize().into()
    }

    /// Targets without which a file of the form cannot be read and that none of its columns is.
    pub fn missing(&self, header: &[String]) -> Vec<Target> {
        let name = match self.form {
            SupporterKind::Individual => Field::Name,
            SupporterKind::Organization => Field::OrgName,
        };
        let found = self.positions(header);
        let lacks = |target: &Target| !found.values().any(|known| known == target);
        [Target::Text(name)].into_iter().filter(lacks).collect()
    }

    /// Purposes of the form about which a file has no column: nobody in it has agreed to them.
    pub fn purposes_without_column(&self, header: &[String]) -> Vec<Purpose> {
        let found = self.positions(header);
        let lacks = |purpose: &Purpose| !found.values().any(|known| *known == Target::Consent(*purpose));
        [Purpose::Register, Purpose::EventMail].into_iter().filter(lacks).collect()
    }

    /// Headings of the columns that are not stored.
    pub fn not_stored(&self) -> Vec<&str> {
        self.columns
            .iter()
            .filter(|(_, target)| target.is_none())
            .map(|(heading, _)| heading.as_str())
            .collect()
    }

    /// Tells what an answer means.
    pub fn answer(&self, cell: &str) -> Answer {
        let folded = fold_answer(cell);
        if folded.is_empty() {
            Answer::Blank
        } else if self.given.contains(&folded) {
            Answer::Given
        } else if self.refused.contains(&folded) {
            Answer::Refused
        } else {
            Answer::Unclear
        }
    }

    /// Which cell of a row each target is, for a file with these headings. Headings that the file lacks are passed
    /// over; columns that the mapping does not know are not stored.
    pub(crate) fn positions(&self, header: &[String]) -> BTreeMap<usize, Target> {
        let targets: BTreeMap<String, Target> =
            self.columns.iter().filter_map(|(heading, target)| Some((fold(heading), (*target)?))).collect();
        let place =
            |(index, heading): (usize, &String)| targets.get(&fold(heading)).map(|target| (index, *target));
        header.iter().enumerate().filter_map(place).collect()
    }
}

fn fold_answer(cell: &str) -> String {
    fold(cell).trim().trim_end_matches(['。', '.']).to_owned()
}

#[cfg(test)]
mod tests;
