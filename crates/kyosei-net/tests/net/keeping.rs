//! Members who stay connected without anybody's doing.

use kyosei_net::arbiter::Dialer;
use kyosei_net::{Ending, Event};
use tokio::time::timeout;

use crate::peers::{Device, PATIENCE, linked, pair, read};

#[tokio::test]
async fn members_with_known_addresses_are_connected_by_themselves_and_others_are_not() {
    let (a, b) = pair(1, 2).await;
    let other = Device::new(3).await;
    a.network.keep_connected(vec![b.address(), other.address()]).await;
    let (here, there) = (a.link().await, b.link().await);
    here.send(b"hello").await.unwrap();
    assert_eq!(read(&there, 5).await, b"hello");
    assert!(!a.network.is_linked(&other.key()));
    // Once it is a member, it is.
    other.allow.replace([a.key()]);
    a.allow.replace([b.key(), other.key()]);
    assert_eq!(other.link().await.peer(), a.key());
}

#[tokio::test]
async fn a_peer_that_restarts_at_another_port_is_back_at_once_although_the_old_link_still_stands() {
    let (a, b) = pair(1, 2).await;
    a.network.keep_connected(vec![b.address()]).await;
    let (old, forgotten) = (a.link().await, b.link().await);
    let key = b.key();
    // The peer is killed: its sockets are gone without a farewell that could arrive.
    let again = Device::new(2).await;
    again.allow.replace([a.key()]);
    assert_eq!(again.key(), key);
    again.network.keep_connected(vec![a.address()]).await;
    let (new, there) = (timeout(PATIENCE, a.link()).await.unwrap(), again.link().await);
    assert_eq!((new.dialer(), there.dialer()), (Dialer::Peer, Dialer::Us));
    assert_eq!(old.ended().await, Ending::Superseded);
    new.send(b"again").await.unwrap();
    assert_eq!(read(&there, 5).await, b"again");
    drop(forgotten);
}

#[tokio::test]
async fn a_lost_link_is_dialed_again_and_a_new_address_is_used() {
    let (a, b) = pair(1, 2).await;
    a.network.keep_connected(vec![b.address()]).await;
    let (_here, there) = (a.link().await, b.link().await);
    there.close(1000, "");
    let (_here, _there) = (a.link().await, b.link().await);
    b.network.close().await;
    a.event(|event| matches!(event, Event::Unlinked { .. }).then_some(())).await;
    let again = Device::new(2).await;
    again.allow.replace([a.key()]);
    a.network.keep_connected(vec![again.address()]).await;
    assert_eq!(a.link().await.peer(), again.key());
}

#[tokio::test]
async fn a_closed_network_tells_its_peers_and_its_owner() {
    let (a, b) = pair(1, 2).await;
    let (_here, there) = linked(&a, &b).await;
    a.network.close().await;
    assert!(matches!(timeout(PATIENCE, there.ended()).await, Ok(Ending::Peer { .. })));
    while a.network.next_event().await.is_some() {}
}
