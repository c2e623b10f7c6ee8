//! Headings that are known without asking.
//!
//! Rules are tried in order, the first that fits counts: whole headings before parts of headings, and parts that
//! say more before parts that say less. Each heading is folded and stripped of spaces first.

use kyosei_model::{Field, Purpose, SupporterKind};

use super::Target;
use crate::fold::name_key;

/// How a rule's words must occur in a heading.
#[derive(Clone, Copy)]
enum Fit {
    Whole,
    Part,
}

use Fit::{Part, Whole};

/// Headings that mean the same on both forms.
const COMMON: &[(Fit, &str, Target)] = &[
    (Whole, "タイムスタンプ", Target::SubmittedAt),
    (Whole, "timestamp", Target::SubmittedAt),
    (Whole, "完了時刻", Target::SubmittedAt),
    (Whole, "completiontime", Target::SubmittedAt),
    (Part, "登録日", Target::SubmittedAt),
    (Part, "申込日", Target::SubmittedAt),
    (Part, "個人情報の取り扱いに同意", Target::Consent(Purpose::Register)),
    (Part, "個人情報の取扱いに同意", Target::Consent(Purpose::Register)),
    (Part, "案内メール", Target::Consent(Purpose::EventMail)),
    (Part, "お知らせメール", Target::Consent(Purpose::EventMail)),
    (Part, "メールでの案内", Target::Consent(Purpose::EventMail)),
    (Part, "メール配信", Target::Consent(Purpose::EventMail)),
    (Part, "お名前の公表", Target::Consent(Purpose::PublishName)),
    (Part, "氏名の公表", Target::Consent(Purpose::PublishName)),
    (Part, "団体名の公表", Target::Consent(Purpose::PublishName)),
    (Part, "名称の公表", Target::Consent(Purpose::PublishName)),
    (Part, "写真", Target::Consent(Purpose::Recording)),
    (Part, "メールアドレス", Target::Text(Field::Email)),
    (Part, "電子メール", Target::Text(Field::Email)),
    (Part, "email", Target::Text(Field::Email)),
    (Part, "e-mail", Target::Text(Field::Email)),
    (Part, "fax", Target::Text(Field::Fax)),
    (Part, "ファックス", Target::Text(Field::Fax)),
    (Part, "電話", Target::Text(Field::Tel)),
    (Whole, "tel", Target::Text(Field::Tel)),
    (Part, "携帯番号", Target::Text(Field::Tel)),
    (Part, "郵便番号", Target::Text(Field::Postcode)),
    (Whole, "〒", Target::Text(Field::Postcode)),
    (Part, "都道府県", Target::Text(Field::Prefecture)),
    (Part, "市区町村", Target::Text(Field::City)),
    (Part, "建物", Target::Text(Field::Building)),
    (Part, "番地", Target::Text(Field::Street)),
    (Part, "住所", Target::WholeAddress),
    (Part, "所在地", Target::WholeAddress),
    (Part, "関心のある活動", Target::Interests),
    (Part, "興味のある活動", Target::Interests),
    (Part, "メッセージ", Target::Text(Field::Message)),
    (Part, "ご意見", Target::Text(Field::Message)),
    (Part, "自由記入", Target::Text(Field::Message)),
];

const INDIVIDUAL: &[(Fit, &str, Target)] = &[
    (Part, "保護者", Target::Text(Field::GuardianName)),
    (Part, "ふりがな", Target::Text(Field::Kana)),
    (Part, "よみがな", Target::Text(Field::Kana)),
    (Whole, "かな", Target::Text(Field::Kana)),
    (Part, "所属", Target::Text(Field::Affiliation)),
    (Part, "役職", Target::Text(Field::Role)),
    (Part, "お名前", Target::Text(Field::Name)),
    (Part, "氏名", Target::Text(Field::Name)),
    (Whole, "名前", Target::Text(Field::Name)),
    (Whole, "fullname", Target::Text(Field::Name)),
];

const ORGANISATION: &[(Fit, &str, Target)] = &[
    (Part, "法人番号", Target::Text(Field::CorporateNo)),
    (Part, "代表者役職・氏名", Target::TitleAndRepresentative),
    (Part, "代表者役職・お名前", Target::TitleAndRepresentative),
    (Part, "代表者ふりがな", Target::Text(Field::RepresentativeKana)),
    (Part, "代表者役職", Target::Text(Field::RepresentativeTitle)),
    (Part, "代表者", Target::Text(Field::RepresentativeName)),
    (Part, "担当者ふりがな", Target::Text(Field::ContactKana)),
    (Part, "担当者氏名のふりがな", Target::Text(Field::ContactKana)),
    (Part, "担当者役職", Target::Text(Field::ContactTitle)),
    (Part, "部署", Target::Text(Field::ContactDept)),
    (Part, "担当者", Target::Text(Field::ContactName)),
    (Part, "団体名ふりがな", Target::Text(Field::OrgKana)),
    (Part, "法人名ふりがな", Target::Text(Field::OrgKana)),
    (Part, "ふりがな", Target::Text(Field::OrgKana)),
    (Part, "種別", Target::OrgType),
    (Part, "法人格", Target::OrgType),
    (Part, "会員数", Target::Text(Field::MembersApprox)),
    (Part, "ウェブサイト", Target::Text(Field::Url)),
    (Part, "ホームページ", Target::Text(Field::Url)),
    (Whole, "url", Target::Text(Field::Url)),
    (Part, "団体名", Target::Text(Field::OrgName)),
    (Part, "法人名", Target::Text(Field::OrgName)),
    (Part, "名称", Target::Text(Field::OrgName)),
];

/// Tells what a column is.
pub(super) fn target_of(heading: &str, form: SupporterKind) -> Option<Target> {
    let own = match form {
        SupporterKind::Individual => INDIVIDUAL,
        SupporterKind::Organization => ORGANISATION,
    };
    let plain = name_key(heading);
    let fits = |(fit, words, _): &&(Fit, &str, Target)| {
        let words = name_key(words);
        match fit {
            Whole => plain == words,
            Part => plain.contains(&words),
        }
    };
    COMMON.iter().chain(own).find(fits).map(|(_, _, target)| *target).filter(|target| belongs(*target, form))
}

/// Tells which form the headings are of.
pub(super) fn form_of(header: &[String]) -> SupporterKind {
    let joined: String = header.iter().map(|heading| name_key(heading)).collect();
    let marks = ["団体名", "法人名", "担当者", "代表者"];
    let count = marks.iter().filter(|mark| joined.contains(&name_key(mark))).count();
    if count >= 2 { SupporterKind::Organization } else { SupporterKind::Individual }
}

fn belongs(target: Target, form: SupporterKind) -> bool {
    match target {
        Target::Text(field) => field.applies_to(form),
        Target::OrgType | Target::TitleAndRepresentative => form == SupporterKind::Organization,
        Target::SubmittedAt | Target::Interests | Target::Consent(_) | Target::WholeAddress => true,
    }
}
