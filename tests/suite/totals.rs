//! Totals from the register: preview, release, ledger, and what is refused. All people are invented.

use std::path::PathBuf;

use serde_json::Value;

use crate::program::{Place, Ran, names};

/// Imports people of these towns and gives the month in which they were.
fn registered(place: &Place, towns: &[(&str, usize)]) -> String {
    place.init();
    import(place, "people.csv", towns);
    month(place)
}

fn import(place: &Place, name: &str, towns: &[(&str, usize)]) {
    let mut csv = String::from(
        "タイムスタンプ,メールアドレス,お名前,ふりがな,ご住所,個人情報の取り扱いに同意しますか\n",
    );
    let people = towns.iter().flat_map(|(town, count)| std::iter::repeat_n(*town, *count));
    for (at, town) in people.enumerate() {
        csv.push_str(&format!(
            "2026/09/14 10:00:00,p{at}-{name}@example.jp,見本 {at},みほん,{town}1-{at},はい\n"
        ));
    }
    let file = place.with(name, csv.as_bytes());
    let ran = place.run(&["supporters", "import", file.to_str().unwrap()]);
    assert!(matches!(ran.code, 0 | 4), "{}{}", ran.out, ran.err);
}

fn month(place: &Place) -> String {
    let audit = place.json(&["audit", "--limit", "1"]);
    audit["events"][0]["at"].as_str().unwrap()[.."2026-04".len()].to_owned()
}

fn preview(place: &Place, period: &str, lang: &str) -> Ran {
    place.run(&["--lang", lang, "totals", "preview", "supporters", "--period", period])
}

fn export(place: &Place, table: &str, period: &str, name: &str) -> (Ran, PathBuf) {
    let out = place.file(name);
    let wanted = ["totals", "export", table, "--period", period, "--purpose", "年次報告", "--out"];
    (place.run(&[&["--json"], &wanted[..], &[out.to_str().unwrap()]].concat()), out)
}

fn refused(ran: &Ran, code: &str) {
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(ran.err.starts_with(&format!("{code}: ")), "{}", ran.err);
}

#[test]
fn a_preview_says_what_is_hidden_and_why_in_three_languages_and_writes_nothing() {
    let place = Place::new();
    let period = registered(&place, &[("鎌倉市", 9), ("逗子市", 5), ("藤沢市", 1)]);
    let before = names(&place.file("."));
    let said = [
        ("ja", "藤沢市: x  (少ないため伏せます", "計算で分かるため伏せます", "何も書き出していません"),
        ("ja-easy", "ふじさわし: x  (すくないので かくします)", "かくした 数（かず）が わかる", "みせないで"),
        (
            "en",
            "Fujisawa: x  (hidden: few",
            "with it a hidden figure could be worked out",
            "Nothing was written",
        ),
    ];
    for (lang, small, other, end) in said {
        let ran = preview(&place, &period, lang);
        assert_eq!(ran.code, 0, "{}", ran.err);
        for part in [small, other, end] {
            assert!(ran.out.contains(part), "{part} in {}", ran.out);
        }
        assert!(ran.out.contains(": 15\n"), "the total: {}", ran.out);
    }
    assert_eq!(names(&place.file(".")), before);
    assert!(place.run(&["totals", "list"]).out.contains("None."));
}

#[test]
fn a_release_is_verified_by_its_files_alone_and_stands_in_ledger_and_trail() {
    let place = Place::new();
    let period = registered(&place, &[("鎌倉市", 9), ("逗子市", 5), ("藤沢市", 1)]);
    let (ran, out) = export(&place, "supporters", &period, "release");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let published = names(&out);
    for name in [
        "totals.csv",
        "totals.json",
        "release.cert.json",
        "report.ja.pdf",
        "report.en.html",
        "chart-area.ja.svg",
    ] {
        assert!(published.contains(&name.to_owned()), "{name} in {published:?}");
    }
    let verified = place.json(&["totals", "verify", out.to_str().unwrap()]);
    assert_eq!(verified["withheld"], report["withheld"]);
    let table = std::fs::read_to_string(out.join("totals.csv")).unwrap();
    assert!(table.contains(&format!("0,supporters,{period},,15,ok\n")), "{table}");
    assert!(table.contains(&format!("0,supporters,{period},area=fujisawa,,x\n")), "{table}");
    assert!(!table.contains("|kind="), "no cross is published: {table}");
    let listed = place.json(&["totals", "list", "--printed-head", report["ledger_head"].as_str().unwrap()]);
    assert_eq!(listed["head"], report["ledger_head"]);
    assert_eq!(listed["releases"][0]["what"], format!("supporters[{period}]"));
    let trail = place.json(&["audit", "--limit", "1"]);
    assert_eq!(
        (&trail["events"][0]["action"], &trail["events"][0]["reason"]),
        (&"totals_released".into(), &"年次報告".into())
    );
    let foreign = "0".repeat(63) + "1";
    refused(&place.run(&["totals", "list", "--printed-head", &foreign]), "E-TOTALS-HEAD");
}

#[test]
fn no_published_file_holds_a_name_an_address_or_an_id_of_the_register() {
    let place = Place::new();
    let period = registered(&place, &[("鎌倉市", 9), ("逗子市", 5)]);
    let (ran, out) = export(&place, "supporters", &period, "release");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ids = place.json(&["supporters", "list"]);
    let id = ids["supporters"][0]["id"].as_str().unwrap();
    let device = place.json(&["audit", "--limit", "1"])["events"][0]["device"].as_str().unwrap().to_owned();
    for name in names(&out) {
        let bytes = std::fs::read(out.join(&name)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in ["example.jp", "見本 0", "みほん", "見本 花子", id, &device] {
            assert!(!text.contains(secret), "{name}: {secret}");
        }
    }
}

#[test]
fn bad_wishes_are_named_and_publish_nothing() {
    let place = Place::new();
    let period = registered(&place, &[("鎌倉市", 9)]);
    let cases = [
        ("E-TOTALS-TABLE", "people", period.as_str()),
        ("E-TOTALS-PERIOD", "supporters", "2026-4"),
        ("E-TOTALS-PERIOD-FUTURE", "supporters", "2999-01"),
        ("E-TOTALS-PERIOD-KIND", "supporters", "FY2020"),
        ("E-TOTALS-PERIOD-KIND", "supporters-year", period.as_str()),
        ("E-TOTALS-YEAR-OPEN", "supporters-year", "FY2020"),
    ];
    for (code, table, period) in cases {
        let (ran, out) = export(&place, table, period, "never");
        refused(&ran, code);
        assert!(!out.exists(), "{code}");
    }
    let out = place.file("never");
    let unnamed = ["totals", "export", "supporters", "--period", &period, "--purpose", " ", "--out"];
    refused(&place.run(&[&unnamed[..], &[out.to_str().unwrap()]].concat()), "E-PURPOSE-MISSING");
    assert!(!out.exists());
    let (ran, out) = export(&place, "supporters", &period, "release");
    assert_eq!(ran.code, 0, "{}", ran.err);
    refused(&export(&place, "supporters", &period, "release").0, "E-FILE-EXISTS");
    refused(&export(&place, "supporters", &period, "again").0, "E-TOTALS-PERIOD-RELEASED");
    assert_eq!(place.run(&["totals", "verify", out.to_str().unwrap()]).code, 0);
    let left = names(&place.file("."));
    assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
}

#[test]
fn the_right_to_release_goes_to_no_stranger() {
    let place = Place::new();
    let period = registered(&place, &[("鎌倉市", 9)]);
    refused(&place.run(&["totals", "hand-over", "not-a-device"]), "E-ID");
    refused(&place.run(&["totals", "hand-over", &"ab".repeat(32)]), "E-TOTALS-DEVICE");
    let (ran, _) = export(&place, "supporters", &period, "release");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let listed = place.json(&["totals", "list"]);
    let own = listed["holder"].as_str().unwrap();
    let ran = place.run(&["totals", "hand-over", own]);
    assert!(ran.code == 0 && ran.out.contains(own), "{}{}", ran.out, ran.err);
}
