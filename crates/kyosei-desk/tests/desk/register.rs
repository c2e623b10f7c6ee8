//! Supporters, consents, pairs, erasing, exporting, the audit trail.

use kyosei_contract::consents::{ConsentReason, ConsentRequest};
use kyosei_contract::drafts::Draft;
use kyosei_contract::duplicates::{FieldChoice, MergeRequest, PairRequest, Side};
use kyosei_contract::gate::Nothing;
use kyosei_contract::notice::{Notice, Topic};
use kyosei_contract::records::{AuditQuery, AuditSubject, ExportFormat, ExportOutcome, ExportRequest};
use kyosei_contract::supporters::{EraseRequest, FieldCheck, SupporterEdit, SupporterRef};
use kyosei_contract::{Coded, Id};
use kyosei_model::{AuditAction, Channel, Decision, Field, Purpose, SupporterId, SupporterKind};

use crate::seat::{Seat, Told, answers, secret, text};

const fn edit(id: Id<SupporterId>) -> SupporterEdit {
    SupporterEdit {
        id,
        text: Vec::new(),
        interests: None,
        language: None,
        contact_preference: None,
        public_name: None,
        email_state: None,
        tags: None,
    }
}

#[test]
fn a_record_is_found_by_a_variant_of_its_name_changed_and_shown() {
    let seat = Seat::open();
    let id = seat.add("髙橋 恵", "megumi@example.jp").id;
    assert_eq!(seat.search("高橋").rows[0].name, "髙橋 恵");
    let change = SupporterEdit {
        text: vec![text(Field::City, "鎌倉市"), text(Field::Email, "")],
        tags: Some(vec!["映画会".to_owned()]),
        ..edit(id)
    };
    let saved = seat.desk.supporter_edit(change).done();
    assert_eq!(saved.changed, [Coded(Field::Email), Coded(Field::City)]);
    let detail = seat.desk.supporter_detail(SupporterRef { id }).done();
    assert!(detail.text == [text(Field::Name, "髙橋 恵"), text(Field::City, "鎌倉市")]);
    assert_eq!(detail.tags, ["映画会"]);
    let heard = seat.outside.heard.lock().unwrap().clone();
    assert!(heard.contains(&Notice::Changed { topics: vec![Topic::Supporters, Topic::Audit] }));
}

#[test]
fn a_value_that_cannot_be_stored_is_refused_with_its_field_and_nothing_changes() {
    let seat = Seat::open();
    let id = seat.add("山田 花子", "hanako@example.jp").id;
    let change = SupporterEdit { text: vec![text(Field::Email, "no address")], ..edit(id) };
    let failure = seat.desk.supporter_edit(change).err().unwrap();
    assert_eq!((failure.code.as_str(), failure.fields[0].code.as_str()), ("E-VALUES", "E-EMAIL-AT"));
    assert!(failure.params.values().all(|value| !value.contains("no address")));
    assert_eq!(seat.search("hanako@example.jp").total, 1);
    let checked = seat
        .desk
        .field_check(FieldCheck { field: Coded(Field::Email), value: "no address".to_owned() })
        .done();
    assert!(checked.stored.is_none() && checked.findings[0].code == "E-EMAIL-AT");
}

#[test]
fn a_withdrawn_consent_closes_its_purpose_and_keeps_the_words_that_were_shown() {
    let seat = Seat::open();
    let id = seat.add("山田 花子", "hanako@example.jp").id;
    let withdraw = ConsentRequest {
        id,
        purpose: Coded(Purpose::EventMail),
        decision: Coded(Decision::Withdrawn),
        channel: Coded(Channel::Phone),
        given_at: None,
        reason: None,
        guardian: None,
    };
    seat.desk.consent_record(withdraw).done();
    let detail = seat.desk.supporter_detail(SupporterRef { id }).done();
    let state = detail.consent_states.iter().find(|state| state.purpose.0 == Purpose::EventMail).unwrap();
    assert!(!state.allowed && state.reason == ConsentReason::Withdrawn);
    let shown = seat.desk.wordings(Nothing {}).done().wordings;
    assert_eq!(shown.len(), 3);
    assert!(detail.consents.iter().all(|entry| entry.wording == shown[0].text));
    assert!(!seat.search("").rows[0].may_mail);
}

#[test]
fn two_records_are_laid_side_by_side_and_merged_by_choice() {
    let seat = Seat::open();
    let kept = seat.add("山田 花子", "hanako@example.jp").id;
    let absorbed = seat.add("山田花子", "hanako@example.jp").id;
    assert_eq!(seat.desk.duplicates(Nothing {}).done().total, 1);
    let both = seat.desk.pair_compare(PairRequest { kept, absorbed }).done();
    let differing: Vec<_> = both.fields.iter().filter(|pair| pair.differs).map(|pair| pair.field).collect();
    assert_eq!(differing, [Coded(Field::Name)]);
    let undecided = MergeRequest { kept, absorbed, choices: Vec::new() };
    assert_eq!(seat.desk.pair_merge(undecided).code(), "E-MERGE-UNDECIDED");
    let choices = vec![FieldChoice { field: Coded(Field::Name), side: Side::Absorbed }];
    seat.desk.pair_merge(MergeRequest { kept, absorbed, choices }).done();
    assert_eq!(seat.search("").rows[0].name, "山田花子");
    assert_eq!(seat.desk.duplicates(Nothing {}).done().total, 0);
}

#[test]
fn an_erased_record_takes_what_was_being_typed_about_it_along() {
    let seat = Seat::empty();
    let sheets = seat.create().done();
    seat.desk.create_confirm(answers(&sheets)).done();
    let id = seat.add("山田 花子", "hanako@example.jp").id;
    for name in [format!("supporter:{}", id.0), "import".to_owned()] {
        seat.desk.draft_save(Draft { name, body: "{}".to_owned() }).done();
    }
    assert_eq!(
        seat.desk.supporter_erase(EraseRequest { id, sheets: Vec::new() }).code(),
        "E-APPROVAL-MISSING"
    );
    let words: Vec<&str> = sheets.sheets[0].words.iter().map(exposed).collect();
    let damaged = secret(&words[1..].join(" "));
    assert_eq!(seat.desk.supporter_erase(EraseRequest { id, sheets: vec![damaged] }).code(), "E-SHEET");
    let sheet = secret(&words.join(" "));
    let erased = seat.desk.supporter_erase(EraseRequest { id, sheets: vec![sheet] }).done();
    assert_eq!(erased.record_count, 1);
    assert_eq!(seat.search("").total, 0);
    let left: Vec<_> =
        seat.desk.drafts(Nothing {}).done().drafts.into_iter().map(|draft| draft.name).collect();
    assert_eq!(left, ["import"]);
}

#[test]
fn an_export_is_noted_with_its_purpose_before_the_file_is_there() {
    let seat = Seat::open();
    seat.add("山田 花子", "hanako@example.jp");
    let request = ExportRequest {
        of_kind: Coded(SupporterKind::Individual),
        with_withdrawn: false,
        format: ExportFormat::CsvUtf8,
        purpose: "映画会の案内".to_owned(),
    };
    assert!(seat.desk.export(request.clone()).done() == ExportOutcome::Cancelled);
    *seat.outside.place.lock().unwrap() = Some(seat.path("out.csv"));
    let outcome = seat.desk.export(request).done();
    assert!(outcome == ExportOutcome::Written { rows: 1, guarded_cells: 0, lossy_cells: 0 });
    assert!(std::fs::read_to_string(seat.path("out.csv")).unwrap().contains("山田 花子"));
    let exports = AuditQuery { actions: vec![Coded(AuditAction::Exported)], page: 0 };
    let page = seat.desk.audit_page(exports).done();
    assert_eq!((page.total, page.lines[0].reason.as_deref()), (1, Some("映画会の案内")));
}

#[test]
fn looking_at_a_record_and_at_a_list_stands_in_the_audit_trail() {
    let seat = Seat::open();
    let id = seat.add("山田 花子", "hanako@example.jp").id;
    seat.search("");
    seat.search("山");
    seat.desk.supporter_detail(SupporterRef { id }).done();
    let page = seat.desk.audit_page(AuditQuery { actions: Vec::new(), page: 0 }).done();
    let actions: Vec<_> = page.lines.iter().map(|line| line.action.0).collect();
    assert_eq!(
        actions,
        [
            AuditAction::SupporterShown,
            AuditAction::SupportersListed,
            AuditAction::SupporterAdded,
            AuditAction::VaultCreated
        ]
    );
    let named = Some("山田 花子".to_owned());
    assert!(page.lines[0].subject == Some(AuditSubject::Supporter { id: id.0.to_string(), name: named }));
    let committee = seat.desk.committee(Nothing {}).done();
    assert!(committee.members[0].is_self && committee.members[0].name == "青木 葵");
}

fn exposed(word: &kyosei_contract::Secret) -> &str {
    use secrecy::ExposeSecret;
    word.0.expose_secret()
}
