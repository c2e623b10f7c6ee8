//! One sentence for each explanation, in Japanese, easy Japanese and English. Ids stand where names would stand; the caller
//! shows names to those who may see them.

use super::{NoProposal, Opening, Proposal};
use crate::instance::{Amount, Placement, Rule, ScorePart, Unit, Wish};
use crate::matching::Alternative;

/// The languages of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// 日本語.
    Ja,
    /// やさしい日本語.
    JaEasy,
    /// English.
    En,
}

/// A text in all languages.
struct Text {
    ja: &'static str,
    easy: &'static str,
    en: &'static str,
}

impl Text {
    fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Ja => self.ja,
            Language::JaEasy => self.easy,
            Language::En => self.en,
        }
    }
}

impl Proposal {
    /// The explanation as one sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let (who, what) = names(&self.placement);
        let (served, missed) = (wishes(&self.served, language), wishes(&self.missed, language));
        let others = self.also_fitting;
        match language {
            Language::Ja => format!(
                "{what}を{who}に提案します：必要条件をすべて満たし、かなう希望は{served}、かなわない希望は{missed}、ほかに条件が合うのは{others}件です。"
            ),
            Language::JaEasy => format!(
                "{what}は{who}に合います。かならず必要なことは全部だいじょうぶです。できる希望：{served}。できない希望：{missed}。ほかに合う人：{others}。"
            ),
            Language::En => format!(
                "{what} is proposed to {who}: every hard rule is met, wishes served: {served}; not or only partly: {missed}; it would also fit {others} others."
            ),
        }
    }
}

impl NoProposal {
    /// The explanation as one sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let who = &self.household;
        let taken = self.taken_by_others;
        let reasons: Vec<String> = self
            .excluded_by
            .iter()
            .take(3)
            .map(|(rule, count)| match language {
                Language::Ja | Language::JaEasy => format!("{}（{count}件）", rule_text(*rule).of(language)),
                Language::En => format!("{} ({count})", rule_text(*rule).of(language)),
            })
            .collect();
        let opening =
            self.openings.first().map(|opening| opening_text(opening, language)).unwrap_or_default();
        let reasons = joined(&reasons, language);
        match language {
            Language::Ja => {
                format!(
                    "{who}には今回提案がありません：合わない主な理由は{reasons}、条件が合うものは{taken}件ありましたが他の世帯に決まりました。{opening}"
                )
            }
            Language::JaEasy => {
                format!(
                    "{who}には、今は紹介できるものがありません。理由：{reasons}。合うものは{taken}件ありましたが、ほかの家族に決まりました。{opening}"
                )
            }
            Language::En => format!(
                "{who} has no proposal: offers are excluded mostly by {reasons}; {taken} that fit went to others.{opening}"
            ),
        }
    }
}

impl Alternative {
    /// What the alternative costs others, as one sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let (who, what) = names(&self.placement);
        let without: Vec<String> = self.left_without.iter().map(ToString::to_string).collect();
        let lost = joined(&without, language);
        let (total, changed) = (self.total_change, self.changed.len());
        match (language, without.is_empty()) {
            (Language::Ja, false) => {
                format!("{what}を{who}に回すと、{lost}には提案が何もなくなります（合計{total:+}点）。")
            }
            (Language::Ja, true) => {
                format!(
                    "{what}を{who}に回しても提案がなくなる世帯はなく、{changed}世帯の提案が変わります（合計{total:+}点）。"
                )
            }
            (Language::JaEasy, false) => format!("{what}を{who}にすると、{lost}は紹介が何もなくなります。"),
            (Language::JaEasy, true) => {
                format!(
                    "{what}を{who}にしても、紹介がなくなる家族はいません。{changed}の家族の紹介が変わります。"
                )
            }
            (Language::En, false) => {
                format!(
                    "Giving {what} to {who} would leave {lost} without any proposal (total {total:+} points)."
                )
            }
            (Language::En, true) => format!(
                "Giving {what} to {who} would leave nobody without a proposal and change those of {changed} households (total {total:+} points)."
            ),
        }
    }
}

fn names(placement: &Placement) -> (&str, &str) {
    match placement {
        Placement::Home { household, home } => (household.as_str(), home.as_str()),
        Placement::Job { person, job } => (person.as_str(), job.as_str()),
    }
}

fn joined(parts: &[String], language: Language) -> String {
    match (parts.is_empty(), language) {
        (true, Language::Ja | Language::JaEasy) => String::from("なし"),
        (true, Language::En) => String::from("none"),
        (false, Language::Ja | Language::JaEasy) => parts.join("、"),
        (false, Language::En) => parts.join(", "),
    }
}

fn wishes(parts: &[ScorePart], language: Language) -> String {
    let texts: Vec<String> = parts.iter().map(|part| wish_text(part.wish).of(language).to_owned()).collect();
    joined(&texts, language)
}

fn opening_text(opening: &Opening, language: Language) -> String {
    let rule = rule_text(opening.rule).of(language);
    let opens = opening.opens;
    match (language, opening.amount) {
        (Language::Ja, Some(amount)) => {
            format!("{rule}を{}緩めると{opens}件増えます。", amount_text(amount, language))
        }
        (Language::Ja, None) => format!("{rule}が解決すると{opens}件増えます。"),
        (Language::JaEasy, Some(amount)) => {
            format!("{rule}が{}変わると、{opens}件ふえます。", amount_text(amount, language))
        }
        (Language::JaEasy, None) => format!("{rule}がよくなると、{opens}件ふえます。"),
        (Language::En, Some(amount)) => {
            format!(" Giving way on {rule} by {} would open {opens}.", amount_text(amount, language))
        }
        (Language::En, None) => format!(" Solving {rule} would open {opens}."),
    }
}

fn amount_text(amount: Amount, language: Language) -> String {
    let unit = match amount.unit {
        Unit::Yen => Text { ja: "円", easy: "円", en: " yen" },
        Unit::Minutes => Text { ja: "分", easy: "分", en: " minutes" },
        Unit::Hours => Text { ja: "時間", easy: "時間", en: " hours" },
        Unit::Days => Text { ja: "日", easy: "日", en: " days" },
        Unit::Persons => Text { ja: "人", easy: "人", en: " persons" },
        Unit::Levels => Text { ja: "段階", easy: "つ", en: " levels" },
    };
    format!("{}{}", amount.number, unit.of(language))
}

fn rule_text(rule: Rule) -> Text {
    match rule {
        Rule::Permission => {
            Text { ja: "就労許可", easy: "働いてよいか", en: "the work permission" }
        }
        Rule::PermissionScope => {
            Text { ja: "許可の範囲", easy: "してよい仕事", en: "the scope of the permission" }
        }
        Rule::Hours => Text { ja: "週の時間の上限", easy: "1週間の時間", en: "the weekly hours" },
        Rule::Term => Text { ja: "在留期限", easy: "カードの日にち", en: "the end of the stay" },
        Rule::Age => Text { ja: "年齢", easy: "年", en: "the age" },
        Rule::Licence => Text { ja: "免許・資格", easy: "免許", en: "a licence" },
        Rule::Language => Text { ja: "言語", easy: "ことば", en: "the language" },
        Rule::NotWanted => {
            Text {
                ja: "本人が望まないもの", easy: "したくないこと", en: "what is not wanted"
            }
        }
        Rule::Shifts => Text { ja: "曜日・時間帯", easy: "働く時間", en: "days and shifts" },
        Rule::Reach => Text { ja: "通勤", easy: "行き帰り", en: "the way to work" },
        Rule::Childcare => Text { ja: "保育", easy: "子どもの世話", en: "childcare" },
        Rule::Rent => Text { ja: "家賃の上限", easy: "家賃", en: "the rent cap" },
        Rule::Deposit => {
            Text { ja: "初期費用の上限", easy: "はじめに払うお金", en: "the initial cost" }
        }
        Rule::Capacity => Text { ja: "定員", easy: "人の数", en: "the room there is" },
        Rule::Guarantor => Text { ja: "保証人", easy: "保証人", en: "a guarantor" },
        Rule::EmergencyContact => {
            Text { ja: "緊急連絡先", easy: "急ぎの連絡先", en: "an emergency contact" }
        }
        Rule::Pets => Text { ja: "ペット", easy: "動物", en: "pets" },
        Rule::Need => Text { ja: "必要な配慮", easy: "必要なこと", en: "a need that is a must" },
        Rule::Household => {
            Text { ja: "入居者の条件", easy: "住む人のきまり", en: "who may live there" }
        }
        Rule::Dates => Text { ja: "日程", easy: "日にち", en: "the dates" },
        Rule::Stale => {
            Text { ja: "確認の古さ", easy: "古い情報", en: "offers not confirmed lately" }
        }
        Rule::Unvetted => Text { ja: "訪問確認", easy: "見に行くこと", en: "a visit not yet made" },
        Rule::Consent => Text { ja: "同意", easy: "同意", en: "consent" },
        Rule::Veto => {
            Text { ja: "担当者の判断", easy: "担当の人の考え", en: "a decision of the staff" }
        }
        Rule::NotAvailable => Text { ja: "利用不可", easy: "使えません", en: "not being available" },
    }
}

fn wish_text(wish: Wish) -> Text {
    match wish {
        Wish::WishRank => {
            Text { ja: "希望順位", easy: "いちばんの希望", en: "rank among the wishes" }
        }
        Wish::Skill => Text { ja: "技能", easy: "できること", en: "skills" },
        Wish::Language => Text { ja: "言語", easy: "ことば", en: "language" },
        Wish::Commute => Text { ja: "通勤", easy: "行き帰り", en: "the way to work" },
        Wish::RentSlack => Text { ja: "家賃の余裕", easy: "家賃", en: "room below the rent cap" },
        Wish::School => Text { ja: "学校の継続", easy: "学校", en: "the children's school" },
        Wish::Stay => Text { ja: "居住期間", easy: "住む長さ", en: "length of stay" },
        Wish::Support => Text { ja: "現地の支援", easy: "助ける人", en: "help on site" },
        Wish::Variety => Text { ja: "選択肢の幅", easy: "いろいろ", en: "variety" },
        Wish::Preference => {
            Text { ja: "その他の希望", easy: "ほかの希望", en: "other preferences" }
        }
    }
}
