//! The forms of the committee map by themselves; everything else is asked for, not guessed.

use super::*;

const INDIVIDUAL: &str = "タイムスタンプ,メールアドレス,お名前,ふりがな,郵便番号,ご住所,お電話番号,関心のある活動,イベント等のご案内メールを希望しますか,個人情報の取り扱いに同意しますか,メッセージ";
const ORGANISATION: &str = "タイムスタンプ,団体・法人名,団体名ふりがな,代表者 役職・氏名,ご担当者氏名,ご担当者ふりがな,ご担当者メールアドレス,電話番号,郵便番号,所在地,ウェブサイト,団体名の公表,個人情報の取り扱いに同意しますか";

fn header(text: &str) -> Vec<String> {
    text.split(',').map(String::from).collect()
}

fn codes(text: &str, form: Option<SupporterKind>) -> String {
    let mapping = Mapping::guess(&header(text), form);
    let code = |target: &Option<Target>| target.map_or(String::from("-"), Target::code);
    mapping.columns.iter().map(|(_, target)| code(target)).collect::<Vec<_>>().join(" ")
}

#[test]
fn both_forms_map_fully_by_themselves() {
    assert_eq!(
        codes(INDIVIDUAL, None),
        "submitted_at email name kana postcode whole_address tel interests consent:P2 consent:P1 message"
    );
    assert_eq!(
        codes(ORGANISATION, None),
        "submitted_at org_name org_kana title_and_representative contact_name contact_kana email tel postcode \
         whole_address url consent:P3 consent:P1"
    );
    assert_eq!(Mapping::guess(&header(ORGANISATION), None).form, SupporterKind::Organization);
    assert_eq!(Mapping::guess(&header(INDIVIDUAL), None).form, SupporterKind::Individual);
}

#[test]
fn other_tables_map_as_far_as_their_headings_say() {
    assert_eq!(
        codes("ID,開始時刻,完了時刻,電子メール,名前,ﾌﾘｶﾞﾅ,TEL,国籍", None),
        "- - submitted_at email name kana tel -"
    );
    assert_eq!(codes("お名前（漢字）,メールアドレス（携帯）,FAX番号", None), "name email fax");
}

#[test]
fn bad_input_11_unknown_and_repeated_columns_are_not_stored() {
    let columns = header("お名前,国籍,メールアドレス,メールアドレス (2)");
    let mapping = Mapping::guess(&columns, None);
    assert_eq!(mapping.not_stored(), ["国籍", "メールアドレス (2)"]);
    assert_eq!(mapping.missing(&columns), []);
    assert_eq!(mapping.missing(&header("a,b")), [Target::Text(Field::Name)], "the mapping of another file");
}

#[test]
fn a_mapping_survives_its_text_form() {
    let mut mapping = Mapping::guess(&header(ORGANISATION), None);
    mapping.day_month = Some(DayMonthOrder::DayFirst);
    mapping.columns[1].1 = None;
    let text = mapping.to_toml();
    assert!(text.contains("target = \"title_and_representative\"") && text.contains("version = 1"), "{text}");
    assert_eq!(Mapping::from_toml(&text), Ok(mapping));
}

#[test]
fn the_text_form_of_a_mapping_never_changes_without_a_new_version() {
    let mapping = Mapping {
        form: SupporterKind::Individual,
        columns: vec![
            (String::from("お名前"), Some(Target::Text(Field::Name))),
            (String::from("国籍"), None),
        ],
        given: BTreeSet::from([String::from("はい")]),
        refused: BTreeSet::from([String::from("いいえ")]),
        day_month: Some(DayMonthOrder::MonthFirst),
    };
    let golden = "\
day_month = \"month-first\"
form = \"individual\"
given = [\"はい\"]
refused = [\"いいえ\"]
version = 1

[[column]]
heading = \"お名前\"
target = \"name\"

[[column]]
heading = \"国籍\"
";
    assert_eq!(mapping.to_toml(), golden);
    assert_eq!(Mapping::from_toml(golden), Ok(mapping));
}

#[test]
fn wrong_mapping_files_are_refused_with_the_reason() {
    let with = |rest: &str| Mapping::from_toml(&format!("version = 1\nform = \"individual\"\n{rest}"));
    assert_eq!(Mapping::from_toml("="), Err(ParseMappingError::Toml));
    assert_eq!(Mapping::from_toml("version = 2"), Err(ParseMappingError::Version));
    assert_eq!(with("given = []\nrefused = []"), Err(ParseMappingError::Key("column")));
    assert_eq!(with("givn = []"), Err(ParseMappingError::UnknownKey));
    let target = with("given = []\nrefused = []\n[[column]]\nheading = \"国籍\"\ntarget = \"nationality\"");
    assert_eq!(target, Err(ParseMappingError::Target(1)));
}

#[test]
fn bad_input_28_only_listed_answers_count_as_consent() {
    let mapping = Mapping::guess(&header(INDIVIDUAL), None);
    for given in ["はい", "同意する", "同意します。", "✓", "TRUE", "1", "１", "可", "希望する"]
    {
        assert_eq!(mapping.answer(given), Answer::Given, "{given}");
    }
    for refused in ["いいえ", "不可", "FALSE", "0", "希望しない"] {
        assert_eq!(mapping.answer(refused), Answer::Refused, "{refused}");
    }
    for blank in ["", " ", "　"] {
        assert_eq!(mapping.answer(blank), Answer::Blank);
    }
    for unclear in ["はい。ただし郵送のみ", "はい？", "たぶん", "2"] {
        assert_eq!(mapping.answer(unclear), Answer::Unclear, "{unclear}");
    }
}

#[test]
fn a_fingerprint_knows_the_form_again_and_tells_another_one() {
    let first = Mapping::fingerprint(&header(INDIVIDUAL));
    assert_eq!(first, Mapping::fingerprint(&header(&INDIVIDUAL.replace("ふりがな", "フリガナ"))));
    let golden = Mapping::fingerprint(&header("お名前,メールアドレス"));
    let shown: String = golden.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(shown, "0e94c855a73c1abd004931b32377daf49a57ebfc5d4cef5f66bc2da9829328a7");
    assert_ne!(first, Mapping::fingerprint(&header(ORGANISATION)));
    assert_ne!(Mapping::fingerprint(&header("ab,c")), Mapping::fingerprint(&header("a,bc")));
}

#[test]
fn every_target_has_a_code_that_is_read_back() {
    let consents = Purpose::ALL.iter().map(|purpose| Target::Consent(*purpose));
    let texts = Field::ALL.iter().map(|field| Target::Text(*field));
    for target in consents.chain(texts).chain(OTHER_TARGETS) {
        assert_eq!(Target::from_code(&target.code()), Some(target));
    }
}
