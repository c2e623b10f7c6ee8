//! The ticket as text.

use super::*;

fn sample() -> Ticket {
    invite(&Committee::found(&[10])).ticket().clone()
}

#[test]
fn a_ticket_is_read_whatever_a_mail_a_page_or_a_qr_code_did_to_it() {
    let ticket = sample();
    let text = ticket.to_text();
    let wrapped: String = text
        .as_bytes()
        .chunks(60)
        .map(|line| format!("  {}\r\n", std::str::from_utf8(line).unwrap()))
        .collect();
    for form in [text.to_string(), text.to_uppercase(), wrapped, format!("\u{feff}{}\u{200b}", *text)] {
        let read = Ticket::from_text(&form).unwrap();
        assert_eq!(*read.to_text(), *text);
        assert_eq!((read.offers(), read.reach()), (ticket.offers(), ticket.reach()));
        assert_eq!(read.expires_ms(), NOW_MS + 7 * DAY_MS);
    }
}

#[test]
fn in_capitals_a_ticket_has_only_characters_of_qr_codes_alphanumeric_mode() {
    let text = sample().to_text().to_uppercase();
    assert!(text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b" $%*+-./:".contains(&b)));
}

#[test]
fn every_half_copied_ticket_is_called_half_copied() {
    let text = sample().to_text();
    for length in 1..text.len() {
        assert_eq!(Ticket::from_text(&text[..length]).unwrap_err(), TicketError::CutOff, "{length}");
    }
}

#[test]
fn every_single_wrong_character_is_found() {
    let text = sample().to_text();
    let start = "kyosei-invite1".len();
    for at in start..text.len() {
        let mut wrong = text.as_bytes().to_vec();
        wrong[at] = if wrong[at] == b'q' { b'p' } else { b'q' };
        let wrong = String::from_utf8(wrong).unwrap();
        assert_eq!(Ticket::from_text(&wrong).unwrap_err(), TicketError::Mistyped, "{at}");
    }
    for wrong in ['b', '1', 'あ', 'q'] {
        assert_eq!(Ticket::from_text(&format!("{}{wrong}", *text)).unwrap_err(), TicketError::Mistyped);
    }
}

#[test]
fn other_texts_are_no_tickets() {
    let long = "q".repeat(limits::TICKET_TEXT_BYTES_MAX + 1);
    let key = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
    for text in ["", " ", "こんにちは", "https://kyosei.example/", key, "kyosei-sheet1qqqqqqqq", &long] {
        assert_eq!(Ticket::from_text(text).unwrap_err(), TicketError::NotATicket, "{text}");
    }
}

/// A ticket with right characters around any head and content.
fn text_of(version: u8, length: usize, content: &[u8]) -> String {
    let length = u16::try_from(length).unwrap().to_be_bytes();
    let start = [version, length[0], length[1]];
    let check = blake3::derive_key("kyosei/v1/ticket-head", &start);
    let bytes = [&start[..], &check[..2], content].concat();
    bech32::encode::<bech32::Bech32m>(bech32::Hrp::parse("kyosei-invite").unwrap(), &bytes).unwrap()
}

#[test]
fn a_ticket_of_a_later_program_and_a_senseless_one_are_told_apart() {
    assert_eq!(
        Ticket::from_text(&text_of(2, 3, b"new")).unwrap_err(),
        TicketError::NewerVersion { version: 2 }
    );
    assert_eq!(Ticket::from_text(&text_of(1, 3, b"???")).unwrap_err(), TicketError::Malformed);
    assert_eq!(Ticket::from_text(&text_of(1, 2, b"???")).unwrap_err(), TicketError::Mistyped);
}

#[test]
fn an_invitation_offers_something_possible_and_fits_into_a_code() {
    let issue = |offers, reach| {
        Invitation::issue(offers, reach, InviteSecret::from_bytes([1; 32]), NOW_MS).map(|_| ()).unwrap_err()
    };
    let space = |n: usize| SpaceId::from_bytes([u8::try_from(n).unwrap(); 32]);
    assert_eq!(issue(BTreeMap::new(), reach()), IssueError::NoOffer);
    let many = (0..=limits::OFFER_COUNT_MAX).map(|n| (space(n), offer())).collect();
    assert_eq!(issue(many, reach()), IssueError::TooLarge);
    let addresses = (0..=limits::ADDRESS_COUNT_MAX).map(|n| address(&format!("192.0.2.{n}:1"))).collect();
    let crowded = Reach { addresses, ..reach() };
    assert_eq!(issue(BTreeMap::from([(space(1), offer())]), crowded), IssueError::TooLarge);
    let addresses =
        (0..6).map(|n| address(&format!("{n}{}", "x".repeat(limits::ADDRESS_BYTES_MAX - 1)))).collect();
    let wordy = Reach { addresses, ..reach() };
    assert_eq!(issue(BTreeMap::from([(space(1), offer())]), wordy), IssueError::TooLarge);
    assert_eq!(Offer::new(Role::Admin, Standing::Ordinary), Err(OfferError));
    for text in ["", "192.0.2.7 4433", "鎌倉", &"x".repeat(limits::ADDRESS_BYTES_MAX + 1)] {
        assert_eq!(Address::new(text), Err(AddressError));
    }
}

#[test]
fn a_ticket_ends_after_seven_days() {
    let ticket = sample();
    assert_eq!(ticket.check_time(NOW_MS + 7 * DAY_MS - 1), Ok(()));
    assert_eq!(ticket.check_time(NOW_MS + 7 * DAY_MS), Err(Expired));
    assert_eq!(ticket.check_time(u64::MAX), Err(Expired));
}

#[test]
fn secret_address_and_names_are_never_printed() {
    let mut invitation = invite(&Committee::found(&[10]));
    let request = answer(invitation.ticket(), 40);
    let applicant = invitation.receive(&request.encode(), NOW_MS).unwrap();
    let secret = format!("{:?}", [7_u8; 32]);
    let printed =
        format!("{invitation:?} {request:?} {applicant:?} {:?} {:?}", invitation.ticket(), applicant.words());
    for hidden in [secret.as_str(), "0707", "192.0.2.7", "relay.example", "青木", "ノート", "7, 7"] {
        assert!(!printed.contains(hidden), "{hidden} in {printed}");
    }
    let hidden = english(applicant.words());
    assert!(hidden.split(' ').all(|word| !printed.contains(word)));
}
