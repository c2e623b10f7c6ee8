//! Totals: what is counted, what the ledger remembers, and what happens when two laptops release apart.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_app::consents::{DecisionMade, record_consent};
use kyosei_app::supporters::{add_supporter, withdraw_supporter};
use kyosei_app::totals::area::area_of;
use kyosei_app::totals::external::note_external;
use kyosei_app::totals::release::{hand_over, shown_cells};
use kyosei_app::totals::{
    Period, PreparedRelease, ReleaseRefused, Releases, Why, explain, prepare, record_release, table,
};
use kyosei_disclosure::protect::{Protected, confirms};
use kyosei_disclosure::publish::Sha;
use kyosei_disclosure::{Budget, Status, Unwatched, protect};
use kyosei_disclosure_format::release::Extras;
use kyosei_disclosure_format::{certificate, external, release};
use kyosei_model::{
    AuditAction, Channel, Decision, Evidence, Field, PublicName, Purpose, Scope, SupporterId, SupporterKind,
    UnixMillis,
};

use crate::world::{AOI, World, person};

/// Noon of the first of a month in Japan.
fn noon(year: i32, month: u32) -> UnixMillis {
    let days = days_to(year, month);
    UnixMillis::new(days * 86_400_000 + 3 * 3_600_000)
}

/// Days from 1970 to the first of a month (Hinnant's algorithm).
fn days_to(year: i32, month: u32) -> i64 {
    let year = i64::from(if month <= 2 { year - 1 } else { year });
    let shifted = i64::from((month + 9) % 12);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * shifted + 2) / 5 - 719_468
}

fn world_in(year: i32, month: u32) -> World {
    let mut world = World::new();
    world.now = noon(year, month);
    world
}

fn add(world: &mut World, count: usize, city: &str) -> Vec<SupporterId> {
    (0..count)
        .map(|at| {
            let name = format!("人{at} {city}");
            world.add(&[(Field::Name, &name), (Field::City, city)]).id
        })
        .collect()
}

fn add_organisations(world: &mut World, count: usize, city: &str) {
    for at in 0..count {
        let name = format!("会{at} {city}");
        let mut new =
            person(&[(Field::OrgName, &name), (Field::ContactName, "見本 花子"), (Field::City, city)]);
        new.kind = SupporterKind::Organization;
        world.write(|writing| add_supporter(writing, new)).unwrap();
    }
}

fn prepared(world: &World, code: &str, period: &str) -> Result<PreparedRelease, ReleaseRefused> {
    prepare(&world.register, table(code).unwrap(), period.parse().unwrap(), world.now)
}

fn protected(prepared: &PreparedRelease) -> Protected {
    let (set, spec, ledger) = (&prepared.set, &prepared.spec, &prepared.ledger);
    protect(set, spec, ledger, &prepared.key, &Budget::default(), &mut Unwatched).unwrap()
}

fn record(
    world: &mut World,
    prepared: &PreparedRelease,
    protected: &Protected,
) -> Result<Sha, ReleaseRefused> {
    world.write(|writing| record_release(writing, prepared, &protected.record, Vec::new(), "年次報告"))
}

/// Releases a table and gives what a reader sees, by the part of the id after the period.
fn released(world: &mut World, code: &str, period: &str) -> BTreeMap<String, Status> {
    let prepared = prepared(world, code, period).unwrap();
    let protected = protected(&prepared);
    record(world, &prepared, &protected).unwrap();
    let rest = |id: &str| id.split_once(']').unwrap().1.to_owned();
    shown_cells(&protected.table).map(|(id, status)| (rest(id.as_str()), status)).collect()
}

fn value(prepared: &PreparedRelease, rest: &str) -> i64 {
    let found = prepared.set.cells().iter().find(|cell| cell.id.as_str().ends_with(rest));
    found.unwrap_or_else(|| panic!("no cell {rest}")).value
}

#[test]
fn areas_are_read_from_split_and_unsplit_addresses_and_are_coarse() {
    let mut world = World::new();
    let mut area = |fields: &[(Field, &str)]| {
        let id = world.add(&[&[(Field::Name, "見本 一")], fields].concat()).id;
        area_of(world.get(id))
    };
    assert_eq!(area(&[(Field::City, "鎌倉市")]), "kamakura");
    assert_eq!(area(&[(Field::Street, "神奈川県鎌倉市腰越2-15")]), "kamakura");
    assert_eq!(area(&[(Field::Prefecture, "神奈川県"), (Field::City, "三浦郡葉山町")]), "hayama");
    assert_eq!(area(&[(Field::Street, "神奈川県 横浜市栄区1")]), "yokohama");
    assert_eq!(area(&[(Field::Street, "神奈川県茅ヶ崎市1")]), "kanagawa-other");
    assert_eq!(area(&[(Field::Street, "東京都港区1")]), "tokyo");
    assert_eq!(area(&[(Field::Street, "大阪府大阪市1")]), "elsewhere");
    assert_eq!(area(&[]), "not-given");
}

#[test]
fn a_fiscal_year_runs_from_april_to_march_and_a_period_has_one_spelling() {
    let year: Period = "FY2027".parse().unwrap();
    assert_eq!(year.last_month().to_string(), "2028-03");
    assert_eq!(year.month_before().to_string(), "2027-03");
    let month = Period::month_of(noon(2027, 1)).unwrap();
    assert_eq!((month.to_string(), month.month_before().to_string()), ("2027-01".into(), "2026-12".into()));
    for wrong in ["2027-4", "2027-13", "2026", "FY26", "fy2026", "26-04", "2027-04-01", ""] {
        assert!(wrong.parse::<Period>().is_err(), "{wrong}");
    }
}

#[test]
fn totals_by_kind_and_area_hide_what_is_small_and_say_why() {
    let mut world = world_in(2027, 4);
    add(&mut world, 20, "鎌倉市");
    add(&mut world, 8, "逗子市");
    add(&mut world, 2, "藤沢市");
    add_organisations(&mut world, 5, "鎌倉市");
    let prepared = prepared(&world, "supporters", "2027-04").unwrap();
    let protected = protected(&prepared);
    let explained = explain(prepared.table, &protected);
    let of = |rest: &str| explained.iter().find(|one| one.id.as_str().ends_with(rest)).unwrap();
    assert_eq!(explained[0].status, Status::Published(35), "the total comes first");
    assert_eq!(of("kind=organisation").status, Status::Published(5));
    assert_eq!((of("area=fujisawa").status, of("area=fujisawa").why), (Status::Withheld, Some(Why::Small)));
    let guard = explained.iter().filter(|one| one.why == Some(Why::ProtectsOthers)).count();
    assert!(guard >= 1, "one withheld area alone would follow from the total");
    assert_eq!(of("area=tokyo").status, Status::Published(0), "zeros are shown");
    assert!(explained.iter().all(|one| one.categories.len() <= 1), "no cross is published");
    assert!(explained.iter().all(|one| one.why.is_some() == (one.status == Status::Withheld)));
}

#[test]
fn a_publicly_listed_supporter_leaves_the_rest_to_be_protected() {
    let mut world = world_in(2027, 4);
    add(&mut world, 9, "鎌倉市");
    let zushi = add(&mut world, 4, "逗子市");
    for id in &zushi[..2] {
        let id = *id;
        world
            .write(|writing| {
                let mut record = writing.supporter(id)?.unwrap();
                record.public_name = PublicName::Name;
                writing.put_supporter(&record)
            })
            .unwrap();
        let given = DecisionMade {
            purpose: Purpose::PublishName,
            decision: Decision::Given,
            channel: Channel::Paper,
            evidence: Evidence::Heard(AOI),
            given_at: world.now,
            scope: Scope::General,
            expires: None,
            guardian: None,
            reason: None,
        };
        world.write(|writing| record_consent(writing, id, given)).unwrap();
    }
    let prepared = prepared(&world, "supporters", "2027-04").unwrap();
    let cell =
        prepared.set.cells().iter().find(|cell| cell.id.as_str().ends_with("[2027-04]|area=zushi")).unwrap();
    assert_eq!((cell.value, cell.known), (4, 2));
    let protected = protected(&prepared);
    let zushi = explain(prepared.table, &protected).into_iter().find(|one| one.id == cell.id).unwrap();
    assert_eq!((zushi.status, zushi.why), (Status::Withheld, Some(Why::Small)), "4 less 2 known leaves 2");
}

#[test]
fn few_new_ones_carry_the_old_figure_and_leavers_lower_none() {
    let mut world = world_in(2027, 4);
    let kamakura = add(&mut world, 12, "鎌倉市");
    add(&mut world, 6, "逗子市");
    assert_eq!(released(&mut world, "supporters", "2027-04")[""], Status::Published(18));
    world.now = noon(2027, 5);
    add(&mut world, 2, "鎌倉市");
    let left = kamakura[0];
    world.write(|writing| withdraw_supporter(writing, left, Channel::Phone)).unwrap();
    let may = released(&mut world, "supporters", "2027-05");
    assert_eq!(may[""], Status::Carried(18), "two came, fewer than three");
    world.now = noon(2027, 6);
    add(&mut world, 1, "鎌倉市");
    let june = prepared(&world, "supporters", "2027-06").unwrap();
    assert_eq!(value(&june, "[2027-06]"), 21, "who left was counted before and stays");
    let june = released(&mut world, "supporters", "2027-06");
    assert_eq!(june[""], Status::Published(21), "three came since 18 was printed");
}

#[test]
fn a_record_is_counted_once_though_its_address_changes_and_late_ones_are_not_lost() {
    let mut world = world_in(2027, 4);
    let ids = add(&mut world, 10, "鎌倉市");
    add(&mut world, 10, "逗子市");
    released(&mut world, "supporters", "2027-04");
    let moved = ids[0];
    world
        .write(|writing| {
            let mut record = writing.supporter(moved)?.unwrap();
            record.text.insert(Field::City, kyosei_model::Sensitive::new("逗子市".to_owned()));
            writing.put_supporter(&record)
        })
        .unwrap();
    // Registered in April, arrived from another laptop after April was released.
    add(&mut world, 1, "鎌倉市");
    world.now = noon(2027, 5);
    let may = prepared(&world, "supporters", "2027-05").unwrap();
    assert_eq!((value(&may, "[2027-05]|area=kamakura"), value(&may, "[2027-05]|area=zushi")), (11, 10));
}

#[test]
fn a_fiscal_year_is_the_difference_of_two_march_figures_and_is_tied_to_them() {
    let mut world = world_in(2027, 3);
    add(&mut world, 15, "鎌倉市");
    released(&mut world, "supporters", "2027-03");
    assert!(prepared(&world, "supporters-year", "FY2026").is_ok());
    world.now = noon(2028, 3);
    add(&mut world, 9, "鎌倉市");
    add(&mut world, 1, "逗子市");
    assert!(matches!(prepared(&world, "supporters-year", "FY2027"), Err(ReleaseRefused::YearOpen)));
    let march = released(&mut world, "supporters", "2028-03");
    assert_eq!(march[""], Status::Published(25));
    let year = prepared(&world, "supporters-year", "FY2027").unwrap();
    assert_eq!((value(&year, "[FY2027]"), value(&year, "[FY2027]|area=zushi|kind=individual")), (10, 1));
    let shown = released(&mut world, "supporters-year", "FY2027");
    assert_eq!(shown[""], Status::Published(10));
    assert_eq!(shown["|area=zushi"], Status::Withheld);
    assert!(matches!(prepared(&world, "supporters-year", "FY2027"), Err(ReleaseRefused::Released)));
}

#[test]
fn periods_that_are_past_future_or_of_the_wrong_kind_are_refused() {
    let mut world = world_in(2027, 5);
    add(&mut world, 9, "鎌倉市");
    released(&mut world, "supporters", "2027-05");
    let code = |table: &str, period: &str| prepared(&world, table, period).unwrap_err().code();
    assert_eq!(code("supporters", "2027-05"), "E-TOTALS-PERIOD-RELEASED");
    assert_eq!(code("supporters", "2027-04"), "E-TOTALS-PERIOD-RELEASED");
    assert_eq!(code("supporters", "2027-06"), "E-TOTALS-PERIOD-FUTURE");
    assert_eq!(code("supporters", "FY2026"), "E-TOTALS-PERIOD-KIND");
    assert_eq!(code("supporters-year", "2027-05"), "E-TOTALS-PERIOD-KIND");
    assert_eq!(code("supporters-year", "FY2027"), "E-TOTALS-PERIOD-FUTURE");
}

#[test]
fn a_release_stands_in_the_trail_with_its_purpose_and_is_refused_without_one() {
    let mut world = world_in(2027, 4);
    add(&mut world, 9, "鎌倉市");
    let prepared = prepared(&world, "supporters", "2027-04").unwrap();
    let protected = protected(&prepared);
    let refused =
        world.write(|writing| record_release(writing, &prepared, &protected.record, Vec::new(), " \u{3000}"));
    assert!(matches!(refused, Err(ReleaseRefused::NoPurpose)));
    record(&mut world, &prepared, &protected).unwrap();
    let event = world.register.audit_events().unwrap().pop().unwrap();
    assert_eq!((event.action, event.reason.as_deref()), (AuditAction::TotalsReleased, Some("年次報告")));
    let again = record(&mut world, &prepared, &protected);
    assert!(matches!(again, Err(ReleaseRefused::Overtaken)));
}

/// Brings every document of one register into another, as sync does.
fn sync(from: &World, to: &mut World) {
    let saves: Vec<_> = from.register.saves().map(|(id, save)| (id, save.to_vec())).collect();
    for (id, save) in saves {
        to.register.apply(id, &[&save], &[]).unwrap();
    }
}

#[test]
fn two_releases_made_apart_are_found_when_they_meet_and_their_cells_frozen_alike() {
    let mut here = world_in(2027, 4);
    add(&mut here, 12, "鎌倉市");
    let mut there = here.other_laptop();
    add(&mut there, 4, "逗子市");
    released(&mut here, "supporters", "2027-04");
    released(&mut there, "supporters", "2027-04");
    sync(&there, &mut here);
    sync(&here, &mut there);
    let (ours, theirs) = (Releases::of(&here.register).unwrap(), Releases::of(&there.register).unwrap());
    assert_eq!(ours.ledger().head(), theirs.ledger().head(), "both laptops see one chain");
    assert_eq!(ours.ledger().entries().len(), 2);
    let frozen: Vec<&str> = ours.ledger().frozen().iter().map(|id| id.as_str()).collect();
    assert!(frozen.contains(&"supporters[2027-04]") && frozen.contains(&"supporters[2027-04]|area=zushi"));
    // The next release stands on the reunited chain, by whoever has the pen now, and everybody is in it once.
    let pen = ours.ledger().holder().unwrap().to_owned();
    let writer = if pen == device(&here) { &mut here } else { &mut there };
    assert_eq!(pen, device(writer), "one of the two has it");
    writer.now = noon(2027, 5);
    add(writer, 3, "鎌倉市");
    let may = prepared(writer, "supporters", "2027-05").unwrap();
    assert_eq!(value(&may, "[2027-05]"), 19);
    let done = protected(&may);
    record(writer, &may, &done).unwrap();
    let after = Releases::of(&writer.register).unwrap();
    assert_eq!(after.ledger().entries().len(), 3);
    assert_eq!(after.not_yet_stored().count(), 0, "the meeting is written down");
    assert_eq!(after.ledger().frozen(), ours.ledger().frozen(), "and so is what it froze");
}

/// The code of a laptop's device.
fn device(world: &World) -> String {
    format!("{:02x}", world.actor).repeat(32)
}

#[test]
fn only_the_device_that_holds_the_pen_releases_until_it_hands_it_over() {
    let mut here = world_in(2027, 4);
    add(&mut here, 12, "鎌倉市");
    released(&mut here, "supporters", "2027-04");
    let mut there = here.other_laptop();
    for world in [&mut here, &mut there] {
        world.now = noon(2027, 5);
    }
    add(&mut there, 3, "鎌倉市");
    let may = prepared(&there, "supporters", "2027-05").unwrap();
    let done = protected(&may);
    assert!(matches!(record(&mut there, &may, &done), Err(ReleaseRefused::Right(_))));
    let both = BTreeSet::from([device(&here), device(&there)]);
    let to = device(&there);
    assert!(there.write(|writing| hand_over(writing, &to, &both)).is_err(), "nobody takes it for himself");
    here.write(|writing| hand_over(writing, &to, &both)).unwrap();
    sync(&here, &mut there);
    let may = prepared(&there, "supporters", "2027-05").unwrap();
    let done = protected(&may);
    record(&mut there, &may, &done).unwrap();
    sync(&there, &mut here);
    assert!(matches!(here.write(|writing| hand_over(writing, &to, &both)), Err(ReleaseRefused::Right(_))));
    assert!(matches!(there.write(|writing| hand_over(writing, "x", &both)), Err(ReleaseRefused::Absent)));
}

#[test]
fn a_device_that_was_removed_with_the_pen_leaves_it_to_the_others() {
    let mut here = world_in(2027, 4);
    add(&mut here, 12, "鎌倉市");
    released(&mut here, "supporters", "2027-04");
    let mut there = here.other_laptop();
    let to = device(&there);
    let left = BTreeSet::from([to.clone()]);
    there.write(|writing| hand_over(writing, &to, &left)).unwrap();
    there.now = noon(2027, 5);
    add(&mut there, 3, "鎌倉市");
    let may = prepared(&there, "supporters", "2027-05").unwrap();
    let done = protected(&may);
    record(&mut there, &may, &done).unwrap();
}

#[test]
fn another_bodys_report_is_entered_by_the_pen_alone_and_binds_the_next_release() {
    let mut here = world_in(2027, 4);
    add(&mut here, 12, "鎌倉市");
    released(&mut here, "supporters", "2027-04");
    here.now = noon(2027, 5);
    add(&mut here, 4, "鎌倉市");
    let map = "format = \"kyosei-totals-external/1\"\nbody = \"forum\"\n\
        [rule]\nkind = \"frequency\"\nk = 3\nzeros = \"open\"\n\
        [[sums]]\ntotal = \"supporters[2027-05]\"\n\
        parts = [\"forum: members[2027-05]\", \"supporters outside forum[2027-05]\"]\n";
    let report =
        external::read(b"unit,period,dimensions,value,status\nmembers,2027-05,,14,ok\n", map).unwrap();
    assert_eq!(report.near(Releases::of(&here.register).unwrap().ledger()), [], "what is mapped is no guess");
    let mut there = here.other_laptop();
    assert!(matches!(there.write(|writing| note_external(writing, &report)), Err(ReleaseRefused::Right(_))));
    here.write(|writing| note_external(writing, &report)).unwrap();
    let may = released(&mut here, "supporters", "2027-05");
    assert_eq!(may[""], Status::Withheld, "16 less their 14 would tell of two");
}

#[test]
fn a_ledger_with_a_missing_or_an_edited_release_releases_nothing() {
    let mut world = world_in(2027, 4);
    add(&mut world, 12, "鎌倉市");
    released(&mut world, "supporters", "2027-04");
    let first = world.register.clone();
    world.now = noon(2027, 5);
    add(&mut world, 3, "鎌倉市");
    released(&mut world, "supporters", "2027-05");
    let is_release = |id: &kyosei_doc::DocId| {
        let root = world.register.document(*id).unwrap().unwrap().root().unwrap();
        kyosei_doc::record::kind_of(&root) == Some(kyosei_doc::DocKind::Release)
    };
    let april = first.saves().map(|(id, _)| id).find(is_release).unwrap();
    let mut cut = world.register.clone();
    cut.forget(april);
    assert_eq!(Releases::of(&cut).map(|_| ()).unwrap_err().to_string(), "an earlier entry is not at hand");
}

#[test]
fn a_year_of_monthly_releases_and_its_report_can_always_be_protected_and_proven() {
    let mut world = world_in(2027, 3);
    add(&mut world, 14, "鎌倉市");
    add(&mut world, 5, "逗子市");
    add_organisations(&mut world, 4, "鎌倉市");
    let cities = ["鎌倉市", "鎌倉市", "逗子市", "藤沢市", "横浜市", "大阪市", "東京都港区"];
    let mut rng = kyosei_testkit::Seed::fixed(12).rng();
    for at in 0..13 {
        let (year, month) = if at < 10 { (2027, 3 + at) } else { (2028, at - 9) };
        world.now = noon(year, month);
        for city in cities {
            let mut byte = [0];
            rand::Rng::fill_bytes(&mut rng, &mut byte);
            match byte[0] {
                0..60 => drop(add(&mut world, 1, city)),
                60..80 => add_organisations(&mut world, 1, city),
                _ => {}
            }
        }
        released_and_proven(&mut world, "supporters", &format!("{year}-{month:02}"));
    }
    released_and_proven(&mut world, "supporters-year", "FY2027");
}

/// Releases a table, and holds its certificate against what only the committee knows.
fn released_and_proven(world: &mut World, code: &str, period: &str) {
    // The cheapest pattern is the gate's business; here every month has to be possible at all.
    let budget = Budget { exact_rounds_max: 0, shrink_solves_max: 200, starts: 1, ..Budget::default() };
    let prepared = prepared(world, code, period).unwrap();
    let (set, spec, ledger) = (&prepared.set, &prepared.spec, &prepared.ledger);
    let done = protect(set, spec, ledger, &prepared.key, &budget, &mut Unwatched)
        .unwrap_or_else(|error| panic!("{period}: {error:?}"));
    let files =
        release::write(&done.table, &ledger.head(), &Extras::default(), &budget, &mut Unwatched).unwrap();
    let borrowed: Vec<(&str, &[u8])> =
        files.0.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    release::check(&borrowed).unwrap();
    let proof = certificate::read(&files.0.last().unwrap().1).unwrap();
    assert!(confirms(&done.record, done.table.view(), &proof), "{period}");
    record(world, &prepared, &done).unwrap();
}
