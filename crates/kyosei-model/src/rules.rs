//! Numbers and word lists that the law or practice may change, each with the day from which it is in force.
//!
//! The program asks [`rules_on`] for the rules of a day; no other module writes such a number. A change of the
//! law adds a row here and leaves the old one, so that old decisions can still be explained.

use chrono::NaiveDate;

/// The rules in force on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// First day on which these rules hold, as year, month, day.
    pub in_force_from: (i32, u32, u32),
    /// Age in years below which a guardian's consent is asked for (Civil Code Art. 4).
    pub adult_age_years: u32,
    /// Days after which the record of a withdrawn supporter is erased.
    pub withdrawn_retention_days: u32,
    /// Days after which a rejected inbox item is gone.
    pub rejected_item_days: u32,
    /// Days after an event in which special needs are erased.
    pub event_needs_days: u32,
    /// Days after an event in which its participant list is made anonymous.
    pub participant_list_days: u32,
    /// Years for which a record of providing data to others is kept (APPI Art. 29, 30).
    pub provision_record_years: u32,
    /// Days for which proof of consent to mail is kept after the last notice (Act 26/2002 Art. 3).
    pub mail_proof_days: u32,
    /// Days without a bounce after which an address counts as confirmed.
    pub email_confirmed_days: u32,
    /// Digits of an Individual Number (Act 27/2013; Order 155/2014 Art. 8).
    pub my_number_digits: usize,
    /// Words that hint at sensitive personal information (APPI Art. 2(3)). Screening, not proof.
    pub sensitive_words: &'static [&'static str],
}

/// The rules, oldest first.
const RULES: [Rules; 1] = [Rules {
    in_force_from: (2022, 4, 1),
    adult_age_years: 18,
    withdrawn_retention_days: 365,
    rejected_item_days: 30,
    event_needs_days: 14,
    participant_list_days: 90,
    provision_record_years: 3,
    mail_proof_days: 365,
    email_confirmed_days: 7,
    my_number_digits: 12,
    sensitive_words: &SENSITIVE_WORDS_2022,
}];

/// Matters of race, creed, social status, illness, crime, harm and of residence; checked after compatibility
/// folding. Words that also occur in harmless messages (難民映画会, がんばって) are not in it.
const SENSITIVE_WORDS_2022: [&str; 44] = [
    "うつ病",
    "統合失調",
    "精神疾患",
    "糖尿病",
    "結核",
    "肝炎",
    "てんかん",
    "HIV",
    "エイズ",
    "癌",
    "がん患者",
    "がん治療",
    "認知症",
    "発達障害",
    "障害者手帳",
    "妊娠",
    "中絶",
    "PTSD",
    "トラウマ",
    "通院",
    "入院",
    "病歴",
    "診断書",
    "前科",
    "逮捕",
    "服役",
    "犯罪歴",
    "DV被害",
    "性被害",
    "虐待",
    "拷問",
    "人身取引",
    "信仰",
    "改宗",
    "イスラム教徒",
    "キリスト教徒",
    "被差別部落",
    "難民申請",
    "難民認定申請",
    "仮放免",
    "在留カード",
    "在留資格",
    "強制送還",
    "オーバーステイ",
];

/// Gives the rules in force on a day; before the first row, the first row.
pub fn rules_on(day: NaiveDate) -> &'static Rules {
    let [first, ..] = &RULES;
    RULES.iter().rev().find(|rules| rules.begins().is_some_and(|begin| begin <= day)).unwrap_or(first)
}

/// Gives the newest rules that this version knows.
pub fn newest_rules() -> &'static Rules {
    let [.., newest] = &RULES;
    newest
}

impl Rules {
    /// First day on which these rules hold.
    pub fn begins(&self) -> Option<NaiveDate> {
        let (year, month, day) = self.in_force_from;
        NaiveDate::from_ymd_opt(year, month, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order_of_time_and_have_real_days() {
        let days: Vec<NaiveDate> = RULES.iter().map(|rules| rules.begins().unwrap()).collect();
        assert!(days.is_sorted());
    }

    #[test]
    fn a_day_finds_the_rules_in_force() {
        let day = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
        assert_eq!(rules_on(day).adult_age_years, 18);
        assert_eq!(rules_on(NaiveDate::MIN), &RULES[0]);
    }
}
