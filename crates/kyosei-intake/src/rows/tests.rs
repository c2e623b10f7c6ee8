//! Rows of both forms, good and bad. Every person is invented.

use super::*;

const NOW: UnixMillis = UnixMillis::new(1_790_000_000_000);

/// Reads one row given as heading and cell pairs; what is left out is as on a good form.
fn read(kind: SupporterKind, cells: &[(&str, &str)]) -> (RowOutcome, Vec<RowWarning>) {
    let good: &[(&str, &str)] = match kind {
        SupporterKind::Individual => &[
            ("タイムスタンプ", "2026/09/14 6:17:21 午前 GMT+9"),
            ("お名前", "山田 花子"),
            ("ふりがな", "やまだ はなこ"),
            ("メールアドレス", "hanako@example.org"),
            ("個人情報の取り扱いに同意しますか", "同意する"),
        ],
        SupporterKind::Organization => &[
            ("タイムスタンプ", "2026/09/14 6:17:21 午前 GMT+9"),
            ("団体・法人名", "NPO法人 みどりの居場所"),
            ("ご担当者氏名", "石川 恵"),
            ("ご担当者メールアドレス", "info@example.org"),
            ("個人情報の取り扱いに同意しますか", "同意する"),
        ],
    };
    let mut all: Vec<(&str, &str)> = good.to_vec();
    for (heading, cell) in cells {
        match all.iter_mut().find(|(known, _)| known == heading) {
            Some(pair) => pair.1 = *cell,
            None => all.push((*heading, *cell)),
        }
    }
    let header: Vec<String> = all.iter().map(|(heading, _)| String::from(*heading)).collect();
    let mapping = Mapping::guess(&header, Some(kind));
    let reader = RowReader::new(&mapping, &header, None, Source::GoogleCsv, NOW);
    reader.read(&Row { line: 2, cells: all.iter().map(|(_, cell)| String::from(*cell)).collect() })
}

fn person(cells: &[(&str, &str)]) -> (RowOutcome, Vec<RowWarning>) {
    read(SupporterKind::Individual, cells)
}

fn ready(outcome: RowOutcome) -> Draft {
    match outcome {
        RowOutcome::Ready(draft) => draft,
        other @ (RowOutcome::Review(..) | RowOutcome::Rejected(_)) => panic!("not ready: {other:?}"),
    }
}

fn reasons(outcome: RowOutcome) -> Vec<ReviewReason> {
    match outcome {
        RowOutcome::Review(_, reasons) => reasons,
        other @ (RowOutcome::Ready(_) | RowOutcome::Rejected(_)) => panic!("not for review: {other:?}"),
    }
}

fn get(draft: &Draft, field: Field) -> Option<&str> {
    draft.text.get(&field).map(|value| value.expose().as_str())
}

#[test]
fn a_good_row_is_ready_with_everything_in_its_field() {
    let (outcome, warnings) = person(&[
        ("ご住所", "神奈川県鎌倉市腰越2-15"),
        ("郵便番号", "2479720"),
        ("関心のある活動", "住宅・雇用の支援;居場所・自立サポート"),
        ("イベント等のご案内メールを希望しますか", "いいえ"),
        ("メッセージ", "応援しています。\n駐車場はありますか？"),
    ]);
    let draft = ready(outcome);
    assert_eq!(warnings, []);
    assert_eq!(get(&draft, Field::Name), Some("山田 花子"));
    assert_eq!(get(&draft, Field::Prefecture), Some("神奈川県"));
    assert_eq!(get(&draft, Field::City), Some("鎌倉市"));
    assert_eq!(get(&draft, Field::Street), Some("腰越2-15"));
    assert_eq!(get(&draft, Field::Postcode), Some("247-9720"));
    assert_eq!(draft.submitted_at.unwrap().to_string(), "2026-09-14T06:17:21+09:00");
    assert_eq!(draft.interests, BTreeSet::from([Interest::Jobs, Interest::Housing, Interest::Place]));
    let answers = [(Purpose::Register, Decision::Given), (Purpose::EventMail, Decision::Refused)];
    assert_eq!(draft.answers, BTreeMap::from(answers));
}

#[test]
fn an_organisation_has_representative_contact_and_public_name() {
    let (outcome, warnings) = read(
        SupporterKind::Organization,
        &[
            ("代表者 役職・氏名", "代表取締役 髙田　蓮"),
            ("団体名の公表", "可"),
            ("所在地", "神奈川県横浜市栄区"),
        ],
    );
    let draft = ready(outcome);
    assert_eq!(warnings, []);
    assert_eq!(get(&draft, Field::RepresentativeTitle), Some("代表取締役"));
    assert_eq!(get(&draft, Field::RepresentativeName), Some("髙田　蓮"));
    assert_eq!(get(&draft, Field::City), Some("横浜市栄区"));
    assert_eq!(get(&draft, Field::Street), None);
    assert_eq!(draft.public_name, PublicName::Name);
    assert_eq!(draft.answers.get(&Purpose::PublishName), Some(&Decision::Given));
}

#[test]
fn bad_input_17_a_refused_address_waits_with_its_text_beside_it() {
    for (cell, rejection) in [
        ("two@example.com、three@example.com", Rejection::EmailTwo),
        ("not-an-address", Rejection::EmailAt),
        ("a@example.org。", Rejection::EmailDomain),
    ] {
        let (outcome, _) = person(&[("メールアドレス", cell)]);
        let RowOutcome::Review(draft, reasons) = outcome else { panic!("{cell}") };
        assert_eq!(reasons, [ReviewReason::Refused(Field::Email, rejection)]);
        assert_eq!(draft.held.get(&Field::Email).map(|held| held.expose().as_str()), Some(cell));
        assert_eq!(get(&draft, Field::Email), None);
    }
    let (outcome, _) = person(&[("メールアドレス", "")]);
    assert_eq!(reasons(outcome), [ReviewReason::Missing(Field::Email)]);
    let (outcome, warnings) = person(&[("メールアドレス", "ｕｓｅｒ@ｅｘａｍｐｌｅ．ｃｏｍ")]);
    assert_eq!(get(&ready(outcome), Field::Email), Some("user@example.com"));
    assert_eq!(warnings, [RowWarning::Value(Field::Email, Warning::EmailRepaired)]);
}

#[test]
fn bad_input_17_and_18_injected_lines_and_disguised_text_are_rejected() {
    let rejected = |cells: &[(&str, &str)]| match person(cells).0 {
        RowOutcome::Rejected(rejections) => rejections,
        other @ (RowOutcome::Ready(_) | RowOutcome::Review(..)) => panic!("not rejected: {other:?}"),
    };
    assert_eq!(
        rejected(&[("メールアドレス", "a@example.org\r\nBcc: b@example.org")]),
        [RowRejection::Value(Field::Email, Rejection::EmailLineBreak)]
    );
    assert_eq!(rejected(&[("お名前", "山\u{202E}田")]), [RowRejection::Value(Field::Name, Rejection::Bidi)]);
}

#[test]
fn bad_input_24_a_spreadsheets_number_is_no_telephone_number() {
    let (outcome, _) = person(&[("お電話番号", "8.05E+10")]);
    assert_eq!(reasons(outcome), [ReviewReason::Refused(Field::Tel, Rejection::TelScientific)]);
    let (outcome, _) = person(&[("お電話番号", "467555422")]);
    assert_eq!(ready(outcome).proposals.get(&Field::Tel).map(|p| p.expose().as_str()), Some("0467555422"));
}

#[test]
fn bad_input_26_and_27_times_that_cannot_be_are_looked_at() {
    let time = |cell| reasons(person(&[("タイムスタンプ", cell)]).0);
    assert_eq!(time("2026年2月30日"), [ReviewReason::Time(TimeProblem::Impossible)]);
    assert_eq!(time("平成32年4月1日"), [ReviewReason::Time(TimeProblem::EraEnded { year: 2020 })]);
    assert_eq!(time("2099/01/01 0:00:00"), [ReviewReason::TimeImplausible(Implausible::Future)]);
    assert_eq!(time("1999/12/31 23:59:59"), [ReviewReason::TimeImplausible(Implausible::TooOld)]);
    assert_eq!(time(""), [ReviewReason::TimeMissing]);
    let RowOutcome::Review(draft, _) = person(&[("タイムスタンプ", "2099/01/01")]).0 else {
        panic!("review")
    };
    assert_eq!(draft.submitted_at, None, "never used as the time of a consent");
}

#[test]
fn bad_input_28_unclear_answers_are_looked_at_and_blank_ones_count_as_none() {
    let mail = "イベント等のご案内メールを希望しますか";
    let (outcome, _) = person(&[(mail, "はい。ただし郵送のみ")]);
    assert_eq!(reasons(outcome), [ReviewReason::UnclearConsent(Purpose::EventMail)]);
    assert!(!ready(person(&[(mail, "")]).0).answers.contains_key(&Purpose::EventMail));
    let register = "個人情報の取り扱いに同意しますか";
    assert_eq!(reasons(person(&[(register, "")]).0), [ReviewReason::NoAnswerToRegister]);
    assert_eq!(person(&[(register, "同意しない")]).0, RowOutcome::Rejected(vec![RowRejection::NoConsent]));
}

#[test]
fn bad_input_30_a_row_of_the_other_form_is_noticed() {
    let company = person(&[("お名前", "㈱鎌倉山工務店")]).0;
    assert_eq!(reasons(company), [ReviewReason::KindProposed(SupporterKind::Organization)]);
    let human =
        read(SupporterKind::Organization, &[("団体・法人名", "石川　恵"), ("ご担当者氏名", "石川恵")]).0;
    assert_eq!(reasons(human), [ReviewReason::KindProposed(SupporterKind::Individual)]);
}

#[test]
fn bad_input_31_a_secret_number_is_dropped_and_stands_nowhere() {
    let (outcome, _) = person(&[("メッセージ", "番号は123456789018です")]);
    let RowOutcome::Review(draft, reasons) = outcome else { panic!("review") };
    assert_eq!(reasons, [ReviewReason::Refused(Field::Message, Rejection::MyNumber)]);
    assert!(!draft.held.contains_key(&Field::Message) && !draft.text.contains_key(&Field::Message));
    let (outcome, _) = person(&[("メッセージ", "知人が難民申請中です")]);
    assert_eq!(self::reasons(outcome), [ReviewReason::Warned(Field::Message, Warning::SensitiveMatter)]);
}

#[test]
fn unknown_choices_are_said_and_not_stored() {
    let (outcome, warnings) = person(&[("関心のある活動", "難民映画会, 料理")]);
    assert_eq!(ready(outcome).interests, BTreeSet::from([Interest::Film]));
    assert_eq!(warnings, [RowWarning::UnknownInterest]);
}

#[test]
fn addresses_are_split_only_where_it_is_certain() {
    let parts =
        |cell: &str| split::address(cell).iter().map(|(_, part)| String::from(*part)).collect::<Vec<_>>();
    assert_eq!(parts("神奈川県横浜市栄区5-17"), ["神奈川県", "横浜市栄区", "5-17"]);
    assert_eq!(parts("東京都千代田区丸の内1-1"), ["東京都", "千代田区", "丸の内1-1"]);
    assert_eq!(parts("千葉県市川市八幡1"), ["千葉県", "市川市", "八幡1"]);
    assert_eq!(parts("三重県四日市市諏訪町1"), ["三重県", "四日市市", "諏訪町1"]);
    assert_eq!(parts("神奈川県　鎌倉市　大船1"), ["神奈川県", "鎌倉市", "大船1"]);
    for doubtful in ["鎌倉市大船1", "北海道余市郡余市町1", "福島県郡山市1", "神奈川県", "Kamakura"]
    {
        assert_eq!(parts(doubtful), [doubtful]);
    }
}

#[test]
fn a_row_hash_knows_the_cells_and_ignores_columns_added_later() {
    let cells = |texts: &[&str]| texts.iter().map(|text| String::from(*text)).collect::<Vec<_>>();
    let hash = |texts: &[&str]| row_hash(&[7; 32], &cells(texts));
    assert_eq!(hash(&["山田", "花子"]), hash(&["山田", "花子", "", ""]));
    assert_ne!(hash(&["山田", "花子"]), hash(&["山田花子"]));
    assert_ne!(hash(&["山田", "花子"]), hash(&["山", "田花子"]));
    assert_ne!(
        hash(&["山田"]),
        row_hash(&[8; 32], &cells(&["山田"])),
        "nobody without the key can test a guess"
    );
    let shown: String = hash(&["a", "b"]).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        shown, "55a4e790cad83ae3d49b681c6733f0bd2ab3409326345490b98800a447f375c1",
        "computed with another library"
    );
}

#[test]
fn debug_output_of_an_outcome_holds_no_cell() {
    let shown = format!("{:?}", person(&[("メールアドレス", "not-an-address")]));
    assert!(!shown.contains("山田") && !shown.contains("not-an"), "{shown}");
}
