//! Reports, charts and documents: what they say is what is printed, and nothing about who made them.

use kyosei_disclosure::attack::outside::{count_behind, unexplained_numbers};
use kyosei_disclosure_format::release::{self, Extras, Files};
use kyosei_disclosure_format::report::{self, DimensionWords, ReportError, Wording, Words};

use crate::{borrowed, protected, written};

fn words(ja: &str, en: &str) -> Words {
    Words { ja: ja.into(), en: en.into() }
}

fn wording() -> Wording {
    let categories = |pairs: &[(&str, &str, &str)]| {
        pairs.iter().map(|(code, ja, en)| ((*code).to_owned(), words(ja, en))).collect()
    };
    Wording {
        title: words("支援者の登録数", "Registered supporters"),
        publisher: "見本の会".into(),
        dimensions: vec![
            DimensionWords {
                code: "area".into(),
                name: words("地域", "Area"),
                categories: categories(&[("east", "東", "East"), ("west", "西", "West")]),
            },
            DimensionWords {
                code: "kind".into(),
                name: words("区分", "Kind"),
                categories: categories(&[("individual", "個人", "Individuals <&>")]),
            },
        ],
    }
}

fn reported() -> Files {
    written(&Extras { sdmx: true, report: Some(wording()) })
}

fn text(files: &Files, name: &str) -> String {
    let (_, bytes) = files.0.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}"));
    String::from_utf8(bytes.clone()).unwrap()
}

#[test]
fn a_release_with_reports_verifies_and_refuses_a_changed_one() {
    let files = reported();
    let names: Vec<&str> = files.0.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "totals.csv",
            "totals.json",
            "totals.sdmx.csv",
            "chart-area.en.svg",
            "chart-area.ja.svg",
            "chart-kind.en.svg",
            "chart-kind.ja.svg",
            "report.en.html",
            "report.en.pdf",
            "report.ja.html",
            "report.ja.pdf",
            "release.cert.json"
        ]
    );
    release::check(&borrowed(&files)).unwrap();
    for (at, name) in names.iter().enumerate() {
        let mut changed = files.clone();
        let middle = changed.0[at].1.len() / 2;
        changed.0[at].1[middle] ^= 1;
        assert!(release::check(&borrowed(&changed)).is_err(), "{name}");
    }
}

#[test]
fn equal_publications_give_equal_reports_to_the_byte() {
    assert_eq!(reported(), reported());
}

#[test]
fn a_page_loads_nothing_and_escapes_what_it_is_given() {
    let files = reported();
    for (name, _) in files.0.iter().filter(|(name, _)| name.ends_with(".html") || name.ends_with(".svg")) {
        let text = text(&files, name);
        // The name of the SVG namespace is an address that nothing loads.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for forbidden in
            ["http:", "https:", "<script", "src=", "@import", "url(\"", "<image", "<metadata", "<&>"]
        {
            assert!(!text.contains(forbidden), "{name}: {forbidden}");
        }
    }
    assert!(text(&files, "report.en.html").contains("Individuals &lt;&amp;&gt;"));
    assert!(text(&files, "report.ja.html").contains("default-src 'none'"));
}

#[test]
fn withheld_figures_stand_last_and_are_drawn_alike() {
    let files = reported();
    for language in ["ja", "en"] {
        let page = text(&files, &format!("report.{language}.html"));
        let crossed = page.rsplit("<h2>").next().unwrap();
        assert_eq!(crossed.matches("<td class=\"n\">x</td><td class=\"n\"></td>").count(), 4, "{crossed}");
    }
    let chart = text(&files, "chart-area.en.svg");
    let (west, east) = (chart.find("West").unwrap(), chart.find("East").unwrap());
    assert!(west < east, "the largest first");
}

/// Numbers of a page that are no markup: what stands between tags.
fn prose(page: &str) -> String {
    let body = page.split("<h1>").nth(1).unwrap();
    let outside = body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    outside.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_number_of_a_page_is_printed_in_the_table_or_follows_from_it() {
    let protected = protected();
    let view = protected.table.view();
    let files = reported();
    for language in ["ja", "en"] {
        let page = text(&files, &format!("report.{language}.html"));
        let prose = prose(&page);
        let shares: Vec<&str> = prose.split_whitespace().filter(|word| word.ends_with('%')).collect();
        assert_eq!(shares.len(), 8, "four margins, each in the table and in the chart: {shares:?}");
        for share in &shares {
            let tenths: i64 = share.trim_end_matches('%').replace('.', "").parse().unwrap();
            let count = count_behind(tenths, 36).expect("a share of 36 names its count");
            assert!([11, 25, 13, 23].contains(&count), "{share} is {count}");
        }
        let without: String = shares.iter().fold(prose.clone(), |text, share| text.replace(share, ""));
        let without = without.replace("2026", "").replace(&"0".repeat(64), "");
        // What is left: k, the month, the number of the release.
        let left: Vec<i64> = unexplained_numbers(&without, view)
            .into_iter()
            .filter(|left| ![3, 4, 0].contains(left))
            .collect();
        assert!(left.is_empty(), "{language}: {left:?} in {without}");
    }
}

#[test]
fn a_document_names_no_program_author_or_date_and_embeds_its_font() {
    let files = reported();
    for language in ["ja", "en"] {
        let name = format!("report.{language}.pdf");
        let (_, bytes) = files.0.iter().find(|(found, _)| *found == name).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        let contains = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        for forbidden in [
            "/Info",
            "/Producer",
            "/Creator",
            "/Author",
            "/Title",
            "CreationDate",
            "ModDate",
            "<x:xmpmeta",
            "krilla",
        ] {
            assert!(!contains(forbidden), "{name}: {forbidden}");
        }
        assert!(contains("BIZUDPGothic"), "{name}");
    }
}

#[test]
fn a_letter_without_a_glyph_is_refused_by_name() {
    let wording = Wording { title: words("\u{1F600}", "en"), ..wording() };
    let made = report::write(&protected().table, &[0; 32], &wording);
    assert_eq!(made, Err(ReportError::Letter(0x1F600)));
}
