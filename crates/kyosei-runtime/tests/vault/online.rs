//! Two laptops with real endpoints on the loopback interface.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use kyosei_access::invite::{Address, Offer, Reach, Ticket};
use kyosei_access::{Role, Standing};
use kyosei_net::NetworkConfig;
use kyosei_runtime::online::{Online, Told, ask_to_join};
use kyosei_runtime::{Joining, Vault};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::laptop::{Laptop, add, found, heads, names, quiet, words};

/// No test waits longer than this for something that should come at once.
const PATIENCE: Duration = Duration::from_secs(60);

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn loopback() -> NetworkConfig {
    let bind: SocketAddr = "127.0.0.1:0".parse().unwrap();
    NetworkConfig { bind: vec![bind], ..NetworkConfig::default() }
}

fn ticket(online: &mut Online<'_>, rt: &Runtime) -> Ticket {
    let address = online.addresses();
    let reach = Reach {
        endpoint: online.vault().local().endpoint,
        addresses: address.sockets.iter().map(|socket| Address::new(&socket.to_string()).unwrap()).collect(),
        relays: BTreeSet::new(),
    };
    let home = online.vault().spaces()[0];
    let offers = BTreeMap::from([(home, Offer::new(Role::Edit, Standing::Ordinary).unwrap())]);
    rt.block_on(online.with_vault(|vault| vault.invite(offers, reach))).unwrap()
}

/// Runs until something is told that fits.
async fn until(online: &mut Online<'_>, fits: impl Fn(&Told) -> bool) -> Vec<Told> {
    let mut all = Vec::new();
    loop {
        let told = online.step().await.unwrap();
        let is_it = told.iter().any(&fits);
        all.extend(told);
        if is_it {
            return all;
        }
    }
}

/// Runs two laptops until both say that they have the same.
async fn until_level(one: &mut Online<'_>, other: &mut Online<'_>) {
    let level = |told: &Told| matches!(told, Told::Level { .. });
    let mut done = (false, false);
    while done != (true, true) {
        tokio::select! {
            told = one.step() => done.0 |= told.unwrap().iter().any(level),
            told = other.step() => done.1 |= told.unwrap().iter().any(level),
        }
    }
}

/// Lets a new laptop join over the network.
fn join(rt: &Runtime, admin: &mut Online<'_>, laptop: &Laptop) -> Vault {
    let ticket = ticket(admin, rt);
    let joining = {
        let _quiet = quiet();
        let text = ticket.to_text();
        Joining::begin(&laptop.path, &text, "森 健一", "居間", &words("other words"), laptop.environment())
            .unwrap()
    };
    let spoken = joining.words().english().collect::<Vec<_>>().join(" ");
    let welcome = rt.block_on(async {
        let mut waits = false;
        let asking = ask_to_join(&joining, loopback(), || waits = true);
        tokio::pin!(asking);
        loop {
            tokio::select! {
                welcome = &mut asking => break welcome.unwrap(),
                told = admin.step() => {
                    if told.unwrap().iter().any(|told| matches!(told, Told::Applicant { .. })) {
                        admin.admit(ticket.invitation(), &spoken, None, &[]).await.unwrap();
                    }
                }
            }
        }
    });
    let _quiet = quiet();
    joining.complete(&welcome).unwrap()
}

#[test]
fn a_laptop_joins_over_the_network_syncs_and_sees_live_changes_until_it_is_removed() {
    let (first, second, rt) = (Laptop::new(), Laptop::new(), runtime());
    let mut admin_vault = first.create().vault;
    add(&mut admin_vault, "山田 花子", "hanako@example.jp");
    let mut admin = rt.block_on(Online::start(&mut admin_vault, loopback())).unwrap();
    admin.set_maintenance_delay(Duration::ZERO);
    let mut editor_vault = join(&rt, &mut admin, &second);
    rt.block_on(async {
        let work = async {
            let mut editor = Online::start(&mut editor_vault, loopback()).await.unwrap();
            editor.set_maintenance_delay(Duration::ZERO);
            let address = admin.addresses();
            tokio::select! {
                dialed = editor.dial(&address) => dialed.unwrap(),
                _ = async { loop { admin.step().await.unwrap(); } } => unreachable!(),
            }
            until_level(&mut editor, &mut admin).await;
            assert_eq!(found(editor.vault(), "山田"), names(["山田 花子"]));
            assert_eq!(heads(editor.vault()), heads(admin.vault()));

            let new = crate::laptop::person("佐藤 一郎", "ichiro@example.jp");
            admin
                .with_vault(|vault| {
                    vault.write(|writing| kyosei_app::supporters::add_supporter(writing, new))
                })
                .await
                .unwrap();
            let received = |told: &Told| matches!(told, Told::Received { .. });
            tokio::select! {
                _ = until(&mut editor, received) => {}
                _ = async { loop { admin.step().await.unwrap(); } } => unreachable!(),
            }
            assert_eq!(found(editor.vault(), "佐藤"), names(["佐藤 一郎"]));

            let (home, gone) = (admin.vault().spaces()[0], editor.vault().device());
            admin.with_vault(|vault| vault.remove_devices(home, BTreeSet::from([gone]), &[])).await.unwrap();
            let new = crate::laptop::person("鈴木 次郎", "jiro@example.jp");
            admin
                .with_vault(|vault| {
                    vault.write(|writing| kyosei_app::supporters::add_supporter(writing, new))
                })
                .await
                .unwrap();
            let ended = |told: &Told| matches!(told, Told::Disconnected { .. });
            tokio::select! {
                _ = until(&mut editor, ended) => {}
                _ = async { loop { admin.step().await.unwrap(); } } => unreachable!(),
            }
            assert!(found(editor.vault(), "鈴木").is_empty());
            editor.close().await.unwrap();
        };
        timeout(PATIENCE, work).await.unwrap();
        admin.close().await.unwrap();
    });
    assert_eq!(editor_vault.check(true).unwrap().findings, []);
    assert_eq!(admin_vault.check(true).unwrap().findings, []);
}
