//! Every text field of a supporter: its code, its limit, whom it belongs to.
//!
//! A field outside this list does not exist: there is none for nationality, gender, religion, birth year or a
//! personal number, on purpose. The checks of the values are in [`validate`](crate::validate).

use crate::code::coded;
use crate::vocabulary::{Source, SupporterKind};

/// Limit of an e-mail address in characters (RFC 5321 §4.5.3.1.3 less the angle brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Limit of a name, a reading, an affiliation or a role, in grapheme clusters.
pub const NAME_GRAPHEMES_MAX: usize = 80;
/// Limit of the name of an organisation, in grapheme clusters.
pub const ORG_NAME_GRAPHEMES_MAX: usize = 120;
/// Limit of each part of an address, in grapheme clusters.
pub const ADDRESS_GRAPHEMES_MAX: usize = 100;
/// Limit of the message, in grapheme clusters.
pub const MESSAGE_GRAPHEMES_MAX: usize = 1_000;
/// Limit of the internal notes, in grapheme clusters.
pub const NOTES_GRAPHEMES_MAX: usize = 4_000;
/// Limit of the name shown in public, in grapheme clusters.
pub const DISPLAY_NAME_GRAPHEMES_MAX: usize = 40;
/// Limit of telephone numbers, postcodes and other numbers as typed, in grapheme clusters.
pub const NUMBER_GRAPHEMES_MAX: usize = 40;
/// Limit of a web address, in characters.
pub const URL_CHARS_MAX: usize = 500;

coded! {
    /// A text field of a supporter.
    Field {
        /// Name of a person as written by that person, 姓 名.
        Name = "name", "お名前", "name";
        /// Reading of the name.
        Kana = "kana", "ふりがな", "reading";
        /// School, company or group of a person.
        Affiliation = "affiliation", "ご所属", "affiliation";
        /// Role of a person there.
        Role = "role", "役職", "role";
        /// Guardian, when a person says to be under age.
        GuardianName = "guardian_name", "保護者氏名", "guardian";
        /// Name of an organisation.
        OrgName = "org_name", "団体・法人名", "organisation";
        /// Reading of the organisation's name.
        OrgKana = "org_kana", "団体名ふりがな", "reading of the organisation";
        /// Name of the representative.
        RepresentativeName = "representative_name", "代表者氏名", "representative";
        /// Reading of the representative's name.
        RepresentativeKana = "representative_kana", "代表者ふりがな", "reading of the representative";
        /// Title of the representative, for instance 理事長.
        RepresentativeTitle = "representative_title", "代表者役職", "title of the representative";
        /// Name of the contact person.
        ContactName = "contact_name", "ご担当者氏名", "contact person";
        /// Reading of the contact person's name.
        ContactKana = "contact_kana", "ご担当者ふりがな", "reading of the contact person";
        /// Department of the contact person.
        ContactDept = "contact_dept", "ご担当部署", "department of the contact person";
        /// Title of the contact person.
        ContactTitle = "contact_title", "ご担当者役職", "title of the contact person";
        /// Corporate number, 13 digits.
        CorporateNo = "corporate_no", "法人番号", "corporate number";
        /// Web address.
        Url = "url", "ウェブサイト", "web site";
        /// About how many members the organisation has.
        MembersApprox = "members_approx", "会員数（約）", "members, about";
        /// E-mail address.
        Email = "email", "メールアドレス", "e-mail";
        /// Telephone number as typed.
        Tel = "tel", "電話番号", "telephone";
        /// Fax number as typed.
        Fax = "fax", "FAX", "fax";
        /// Postcode, seven digits.
        Postcode = "postcode", "郵便番号", "postcode";
        /// Prefecture.
        Prefecture = "prefecture", "都道府県", "prefecture";
        /// City, ward, town or village.
        City = "city", "市区町村", "city";
        /// Street and number; the whole address when it was not split.
        Street = "street", "町名・番地", "street";
        /// Building and room.
        Building = "building", "建物・部屋", "building";
        /// Message to the committee.
        Message = "message", "メッセージ", "message";
        /// Name to show in public.
        DisplayName = "display_name", "公表する名前", "name to show";
        /// Title to use instead of 様 or 御中.
        TitleOverride = "title_override", "敬称", "title to use";
        /// Notes of the committee; they are part of what a person may ask to see.
        Notes = "notes", "メモ（開示の対象）", "notes (disclosed on request)";
    }
}

impl Field {
    /// Longest value, in grapheme clusters.
    pub const fn graphemes_max(self) -> usize {
        match self {
            Self::OrgName | Self::OrgKana => ORG_NAME_GRAPHEMES_MAX,
            Self::Name
            | Self::Kana
            | Self::Affiliation
            | Self::Role
            | Self::GuardianName
            | Self::RepresentativeName
            | Self::RepresentativeKana
            | Self::RepresentativeTitle
            | Self::ContactName
            | Self::ContactKana
            | Self::ContactDept
            | Self::ContactTitle => NAME_GRAPHEMES_MAX,
            Self::Prefecture | Self::City | Self::Street | Self::Building => ADDRESS_GRAPHEMES_MAX,
            Self::CorporateNo | Self::MembersApprox | Self::Tel | Self::Fax | Self::Postcode => {
                NUMBER_GRAPHEMES_MAX
            }
            Self::Email => EMAIL_CHARS_MAX,
            Self::Url => URL_CHARS_MAX,
            Self::Message => MESSAGE_GRAPHEMES_MAX,
            Self::Notes => NOTES_GRAPHEMES_MAX,
            Self::DisplayName | Self::TitleOverride => DISPLAY_NAME_GRAPHEMES_MAX,
        }
    }

    /// Whether supporters of that kind have the field.
    pub const fn applies_to(self, kind: SupporterKind) -> bool {
        match self {
            Self::Name | Self::Kana | Self::Affiliation | Self::Role | Self::GuardianName => {
                matches!(kind, SupporterKind::Individual)
            }
            Self::OrgName
            | Self::OrgKana
            | Self::RepresentativeName
            | Self::RepresentativeKana
            | Self::RepresentativeTitle
            | Self::ContactName
            | Self::ContactKana
            | Self::ContactDept
            | Self::ContactTitle
            | Self::CorporateNo
            | Self::Url
            | Self::MembersApprox => matches!(kind, SupporterKind::Organization),
            Self::Email
            | Self::Tel
            | Self::Fax
            | Self::Postcode
            | Self::Prefecture
            | Self::City
            | Self::Street
            | Self::Building
            | Self::Message
            | Self::DisplayName
            | Self::TitleOverride
            | Self::Notes => true,
        }
    }

    /// Whether a complete record of that kind, received that way, must have the field. An e-mail address is
    /// required except on paper, where elderly supporters register without one.
    pub fn required_for(self, kind: SupporterKind, source: Source) -> bool {
        let named = matches!(self, Self::Name | Self::OrgName | Self::ContactName);
        let addressed = self == Self::Email && source != Source::Paper;
        (named || addressed) && self.applies_to(kind)
    }

    /// Whether the value may have several lines.
    pub const fn is_multiline(self) -> bool {
        matches!(self, Self::Message | Self::Notes)
    }

    /// Whether the value is the name of a person or an organisation.
    pub const fn is_name(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::OrgName
                | Self::RepresentativeName
                | Self::ContactName
                | Self::GuardianName
                | Self::DisplayName
        )
    }

    /// Whether the value is the reading of a name.
    pub const fn is_reading(self) -> bool {
        matches!(self, Self::Kana | Self::OrgKana | Self::RepresentativeKana | Self::ContactKana)
    }

    /// Whether people write what they like into the field, so that it is screened for sensitive matters.
    pub const fn is_free_text(self) -> bool {
        matches!(self, Self::Message | Self::Notes | Self::Affiliation | Self::Role)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_are_read_back() {
        let codes: BTreeSet<&str> = Field::ALL.iter().map(|field| field.code()).collect();
        assert_eq!(codes.len(), Field::ALL.len());
        for field in Field::ALL {
            assert_eq!(Field::from_code(field.code()), Ok(*field));
        }
        assert!(Field::from_code("nationality").is_err(), "there is no such field, on purpose");
    }

    #[test]
    fn required_fields_are_those_of_the_forms() {
        let required = |kind, source| -> Vec<Field> {
            Field::ALL.iter().copied().filter(|field| field.required_for(kind, source)).collect()
        };
        assert_eq!(required(SupporterKind::Individual, Source::Page), [Field::Name, Field::Email]);
        assert_eq!(required(SupporterKind::Individual, Source::Paper), [Field::Name]);
        assert_eq!(
            required(SupporterKind::Organization, Source::GoogleCsv),
            [Field::OrgName, Field::ContactName, Field::Email]
        );
    }
}
