//! The generator is reproducible and invents everybody.

use super::*;

#[test]
fn the_same_seed_gives_the_same_bytes_in_every_form() {
    for form in FileForm::ALL {
        let make = |seed| generate(seed, Form::Individual, 20, &Faults::hostile(), form).unwrap();
        assert_eq!(make(7), make(7), "{form:?}");
        assert_ne!(make(7), make(8), "{form:?}");
    }
}

#[test]
fn rows_have_the_headings_of_their_form() {
    for (form, columns) in [(Form::Individual, 11), (Form::Organisation, 13)] {
        let table = table(1, form, 300, &Faults::hostile());
        assert_eq!(table.len(), 301);
        assert!(table.iter().all(|row| row.len() == columns));
    }
}

#[test]
fn every_address_ends_in_a_reserved_domain() {
    let table = table(2, Form::Individual, 2_000, &Faults::none());
    let reserved = |email: &String| {
        ["@example.com", "@example.org", "@example.jp"].iter().any(|end| email.ends_with(end))
    };
    assert!(table.iter().skip(1).all(|row| reserved(&row[1])));
}

#[test]
fn faults_occur_about_as_often_as_asked() {
    let faults = Faults { exact_duplicate: 100, formula: 200, ..Faults::none() };
    let table = table(3, Form::Individual, 2_000, &faults);
    let formulas = table.iter().filter(|row| row[10].starts_with("=HYPERLINK")).count();
    let distinct: std::collections::BTreeSet<&Vec<String>> = table.iter().collect();
    assert!((300..500).contains(&formulas), "{formulas}");
    assert!((1_750..1_850).contains(&distinct.len()), "{}", distinct.len());
}
