//! Cells that choose from closed lists, and rows that came with the wrong form.

use std::collections::BTreeSet;

use kyosei_model::{Field, Interest, OrgType, SupporterKind};

use super::Draft;
use crate::fold::{fold, name_key};

/// Words of the forms' choices and the interests that they stand for; folded, as are all words here.
const INTEREST_WORDS: [(&str, Interest); 16] = [
    ("映画", Interest::Film),
    ("写真", Interest::Photo),
    ("しんぽじうむ", Interest::Symposium),
    ("学習会", Interest::Symposium),
    ("ふぉーらむ", Interest::Symposium),
    ("ふぇす", Interest::Festival),
    ("学校", Interest::School),
    ("わーくしょっぷ", Interest::Workshop),
    ("雇用", Interest::Jobs),
    ("就労", Interest::Jobs),
    ("住宅", Interest::Housing),
    ("住まい", Interest::Housing),
    ("居場所", Interest::Place),
    ("自立", Interest::Place),
    ("ぼらんてぃあ", Interest::Volunteer),
    ("volunteer", Interest::Volunteer),
];

/// Words of legal forms, the longer before the shorter.
const ORG_TYPE_WORDS: [(&str, OrgType); 22] = [
    ("npo", OrgType::Npo),
    ("特定非営利", OrgType::Npo),
    ("一般社団", OrgType::General),
    ("一般財団", OrgType::General),
    ("公益", OrgType::PublicInterest),
    ("社会福祉", OrgType::Welfare),
    ("学校", OrgType::School),
    ("大学", OrgType::School),
    ("宗教", OrgType::Religious),
    ("教会", OrgType::Religious),
    ("株式会社", OrgType::Company),
    ("有限会社", OrgType::Company),
    ("合同会社", OrgType::Company),
    ("会社", OrgType::Company),
    ("企業", OrgType::Company),
    ("行政", OrgType::Government),
    ("市役所", OrgType::Government),
    ("自治体", OrgType::Government),
    ("任意団体", OrgType::Voluntary),
    ("自治会", OrgType::Voluntary),
    ("町内会", OrgType::Voluntary),
    ("その他", OrgType::Other),
];

/// Words that stand in names of organisations and never in those of people.
const ORGANISATION_WORDS: [&str; 12] = [
    "株式会社",
    "有限会社",
    "合同会社",
    "法人",
    "協会",
    "協議会",
    "組合",
    "大学",
    "委員会",
    "財団",
    "社団",
    "連合会",
];

/// The interests of a cell, and whether it names one that is not known. 住宅・雇用の支援 stands for two.
pub(super) fn interests(cell: &str) -> (BTreeSet<Interest>, bool) {
    let mut found = BTreeSet::new();
    let mut unknown = false;
    for choice in
        cell.split([';', '；', ',', '，', '、', '\n']).map(fold).filter(|choice| !choice.trim().is_empty())
    {
        let matching = INTEREST_WORDS.iter().filter(|(word, _)| choice.contains(word));
        let matching: Vec<Interest> = matching.map(|(_, interest)| *interest).collect();
        unknown |= matching.is_empty();
        found.extend(matching);
    }
    (found, unknown)
}

/// The legal form of a cell, if known.
pub(super) fn org_type(cell: &str) -> Option<OrgType> {
    let folded = name_key(cell);
    ORG_TYPE_WORDS.iter().find(|(word, _)| folded.contains(word)).map(|(_, org_type)| *org_type)
}

/// The other kind, when the name says so: a company in the form for people, or in the form for organisations a
/// name without any sign of one that is also the contact person's.
pub(super) fn other_kind(draft: &Draft) -> Option<SupporterKind> {
    let key = |field: Field| draft.text.get(&field).map(|value| name_key(value.expose()));
    let is_organisation = |key: &String| ORGANISATION_WORDS.iter().any(|word| key.contains(word));
    match draft.kind {
        SupporterKind::Individual => {
            key(Field::Name).filter(is_organisation).map(|_| SupporterKind::Organization)
        }
        SupporterKind::Organization => {
            let name = key(Field::OrgName).filter(|key| !is_organisation(key))?;
            (key(Field::ContactName) == Some(name)).then_some(SupporterKind::Individual)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_the_form_in_which_cells_are_compared() {
        let interests = INTEREST_WORDS.iter().map(|(word, _)| *word);
        let org_types = ORG_TYPE_WORDS.iter().map(|(word, _)| *word);
        for word in interests.chain(org_types).chain(ORGANISATION_WORDS) {
            assert_eq!(fold(word), word);
        }
    }
}
