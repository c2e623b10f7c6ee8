//! Home, the committee, and the check of the vault.

use std::collections::BTreeMap;

use kyosei_access::{PersonId, Role as AccessRole};
use kyosei_contract::gate::Nothing;
use kyosei_contract::home::{
    CheckFinding, CheckReport, CheckRequest, Committee, Home, Member, MemberDevice, Role, StatusCount,
};
use kyosei_contract::notice::Topic;
use kyosei_contract::{Coded, Failure};
use kyosei_model::{MemberId, Status, SupporterKind};
use kyosei_runtime::Finding;

use crate::failures::Refusal;
use crate::open::Open;
use crate::rows::count;

pub(crate) fn home(open: &mut Open) -> Result<Home, Failure> {
    let duplicates = open.keys()?.open_pairs().len();
    let register = open.vault.register();
    let status = open.vault.status();
    let counts = SupporterKind::ALL.iter().flat_map(|kind| {
        let shown = Status::ALL.iter().filter(|status| **status != Status::Erased);
        shown.map(|status| {
            let same = register.supporters().filter(|one| one.kind == *kind && one.status == *status);
            StatusCount { kind: Coded(*kind), status: Coded(*status), count: count(same.count()) }
        })
    });
    Ok(Home {
        counts: counts.collect(),
        committee: status.committee,
        person: status.person,
        duplicate_count: count(duplicates),
        unreadable_count: count(status.unreadable_count),
        damaged_count: count(status.damaged_entry_count),
        was_rebuilt: status.was_rebuilt,
    })
}

pub(crate) fn committee(open: &mut Open) -> Result<Committee, Failure> {
    let membership = open.vault.journal().membership();
    let this = open.vault.device();
    let mut devices: BTreeMap<PersonId, Vec<MemberDevice>> = BTreeMap::new();
    for member in membership.members() {
        let device = MemberDevice {
            device: member.device.to_hex(),
            role: role(member.role),
            is_this: member.device == this,
        };
        devices.entry(member.person).or_default().push(device);
    }
    let member = |(person, devices): (PersonId, Vec<MemberDevice>)| Member {
        name: open.member_name(MemberId::from_bytes(*person.as_bytes())),
        is_self: devices.iter().any(|device| device.is_this),
        devices,
    };
    Ok(Committee {
        name: open.vault.status().committee,
        members: devices.into_iter().map(member).collect(),
        erase_approvals: u32::from(membership.policy().erase),
    })
}

pub(crate) fn check(open: &mut Open, request: &CheckRequest) -> Result<CheckReport, Failure> {
    let report = open.vault.check(request.deep).map_err(Refusal::failure)?;
    let of = |wanted: fn(&Finding) -> bool| report.findings.iter().filter(|found| wanted(found)).count();
    let (entries, records) = (
        count(of(|found| matches!(found, Finding::Entry(_)))),
        count(of(|found| matches!(found, Finding::Document(_)))),
    );
    let findings = [
        (of(|found| matches!(found, Finding::Database)) > 0).then_some(CheckFinding::Database),
        (entries > 0).then_some(CheckFinding::Entries { count: entries }),
        (records > 0).then_some(CheckFinding::Records { count: records }),
        (of(|found| matches!(found, Finding::State)) > 0).then_some(CheckFinding::State),
    ];
    Ok(CheckReport {
        entry_count: count(report.entry_count),
        document_count: count(report.document_count),
        findings: findings.into_iter().flatten().collect(),
    })
}

pub(crate) fn rebuild(open: &mut Open) -> Result<Nothing, Failure> {
    open.vault.rebuild().map_err(|error| Failure::new(error.code()))?;
    open.changed(&[Topic::Supporters, Topic::Imports, Topic::Audit, Topic::Members]);
    Ok(Nothing {})
}

const fn role(role: AccessRole) -> Role {
    match role {
        AccessRole::Relay => Role::Relay,
        AccessRole::Read => Role::Read,
        AccessRole::Edit => Role::Edit,
        AccessRole::Admin => Role::Admin,
    }
}
