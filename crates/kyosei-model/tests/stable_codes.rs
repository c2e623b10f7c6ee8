//! Codes are stored in documents and sent to other devices: a change here needs a new schema version.

use std::collections::BTreeSet;

use kyosei_model::*;

macro_rules! check {
    ($($name:ident: $codes:literal;)+) => {$(
        let codes: Vec<&str> = $name::ALL.iter().map(|value| value.code()).collect();
        assert_eq!(codes.join(" "), $codes, stringify!($name));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len(), stringify!($name));
        for value in $name::ALL {
            assert_eq!($name::from_code(value.code()), Ok(*value));
            assert!(!value.label_ja().is_empty() && !value.label_en().is_empty());
        }
        assert!($name::from_code("no such code").is_err());
    )+};
}

#[test]
fn the_codes_of_closed_lists_never_change() {
    check! {
        SupporterKind: "individual organization";
        Status: "inbox active withdrawn erased";
        Source: "page kiosk qr paper google_csv csv phone partner";
        EmailState: "unconfirmed ok bounced none";
        ContactPreference: "email post phone none";
        Interest: "film photo symposium festival school workshop jobs housing place volunteer";
        PublicName: "no name initials pseudonym";
        OrgType: "npo general public_interest welfare school religious company government voluntary other";
        SuppressionReason: "opt_out complaint erased bounce";
        Purpose: "P1 P2 P3 P4 P5 P6 P7";
        Decision: "given refused withdrawn";
        Channel: "page kiosk qr paper import email phone in_person partner";
        FileEncoding: "utf-8 utf-8-bom utf-16le utf-16be cp932 euc-jp iso-2022-jp xlsx";
        AuditAction: "supporter_added supporter_edited supporters_merged supporters_kept_apart supporter_withdrawn supporter_erased supporter_shown supporters_listed consent_recorded address_suppressed wording_published imported import_undone exported passphrase_changed device_added bundle_written vault_created conflict_resolved totals_released";
        SpaceKind: "register matching casework";
        Field: "name kana affiliation role guardian_name org_name org_kana representative_name representative_kana representative_title contact_name contact_kana contact_dept contact_title corporate_no url members_approx email tel fax postcode prefecture city street building message display_name title_override notes";
        Rejection: "E-EMPTY E-CONTROL E-BIDI E-TOO-LONG E-MYNUMBER E-CARD E-EMAIL-TWO E-EMAIL-LINE-BREAK E-EMAIL-AT E-EMAIL-LOCAL E-EMAIL-DOMAIN E-EMAIL-SCHEME E-TEL-SCIENTIFIC";
        Warning: "W-REPLACEMENT W-GAIJI W-PLACEHOLDER W-ZERO-WIDTH W-LINE-BREAK W-KANA-SCRIPT W-EMAIL-REPAIRED W-EMAIL-ANGLE W-EMAIL-TYPO W-EMAIL-DOTS W-EMAIL-IDN W-TEL-FORM W-TEL-ZERO W-POSTCODE-FORM W-CORPORATE-NO W-URL W-SENSITIVE";
    }
}
