//! Supporters as rows to count: ids and codes, nothing that names a person.

use kyosei_model::{PublicName, Purpose, Scope, Status, Supporter, SupporterKind, UnixMillis};

use super::area::area_of;
use super::definition::Counted;
use crate::register::Register;

/// Every supporter in the register that is approved and neither erased nor merged into another. Those who withdrew are
/// among them: if they were counted before, they still are.
#[must_use]
pub fn counted_supporters(register: &Register, now: UnixMillis) -> Vec<Counted> {
    register.supporters().filter(|one| one.status != Status::Inbox).map(|one| counted(one, now)).collect()
}

fn counted(supporter: &Supporter, now: UnixMillis) -> Counted {
    let kind = match supporter.kind {
        SupporterKind::Individual => "individual",
        SupporterKind::Organization => "organisation",
    };
    Counted {
        id: supporter.id,
        received_at: supporter.received_at,
        may_join: supporter.status == Status::Active,
        is_known: is_publicly_listed(supporter, now),
        holding: supporter.household.map(|household| household.to_bytes()),
        codes: vec![kind, area_of(supporter)],
    }
}

/// Whether the name itself may stand in public. Initials and chosen names tell nobody who it is.
fn is_publicly_listed(supporter: &Supporter, now: UnixMillis) -> bool {
    supporter.public_name == PublicName::Name
        && supporter.consent(Purpose::PublishName, Scope::General, now).is_given()
}
