//! Links between members: what they carry, and how they end.

use std::sync::Arc;

use kyosei_net::arbiter::Dialer;
use kyosei_net::{Ending, Event, Protocol, Route};
use tokio::time::timeout;

use crate::peers::{Device, PATIENCE, linked, pair, read};

/// Bytes that the echo moves: ten times what the windows hold.
const MUCH: usize = 10 * 1024 * 1024;

#[tokio::test]
async fn ten_megabytes_come_back_unchanged_and_the_two_ends_agree_about_the_link() {
    let (a, b) = pair(1, 2).await;
    let (here, there) = linked(&a, &b).await;
    assert_eq!((here.peer(), there.peer()), (b.key(), a.key()));
    assert_eq!((here.dialer(), there.dialer()), (Dialer::Us, Dialer::Peer));
    assert_eq!((here.protocol(), there.protocol()), (Protocol::Sync, Protocol::Sync));
    assert_eq!(here.binding(), there.binding());
    assert_eq!(here.path().route, Route::Direct);
    let here = Arc::new(here);
    let sender = Arc::clone(&here);
    let bytes: Vec<u8> = (0..MUCH).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let sent = bytes.clone();
    let sending = tokio::spawn(async move {
        sender.send(&sent).await.unwrap();
        sender.finish().await.unwrap();
    });
    let echo = tokio::spawn(async move {
        while let Some(chunk) = there.recv().await.unwrap() {
            there.send(&chunk).await.unwrap();
        }
        there.finish().await.unwrap();
    });
    let back = timeout(PATIENCE, read(&here, MUCH)).await.unwrap();
    assert!(back == bytes);
    assert_eq!(here.recv().await, Ok(None));
    sending.await.unwrap();
    echo.await.unwrap();
}

#[tokio::test]
async fn a_sender_waits_for_a_peer_that_does_not_read_and_goes_on_when_it_does() {
    let (a, b) = pair(1, 2).await;
    let (here, there) = linked(&a, &b).await;
    let sent = tokio::spawn(async move {
        let mut count = 0_usize;
        while count < MUCH {
            // The whole of it waits in memory nowhere: the windows are a fifth of it.
            here.send(&[7; 64 * 1024]).await.unwrap();
            count += 64 * 1024;
        }
        here.finish().await.unwrap();
    });
    // The stream is full when nothing more is sent although the peer could take it: here, when the sender still runs
    // after the receiver has seen everything that came without reading.
    let first = read(&there, 1).await;
    assert!(!sent.is_finished());
    let rest = timeout(PATIENCE, read(&there, MUCH - first.len())).await.unwrap();
    assert!(rest.iter().all(|byte| *byte == 7));
    sent.await.unwrap();
}

#[tokio::test]
async fn the_code_with_which_one_side_closes_reaches_the_other_and_both_owners_hear_of_the_end() {
    let (a, b) = pair(1, 2).await;
    let (here, there) = linked(&a, &b).await;
    here.close(1234, "");
    assert_eq!(there.ended().await, Ending::Peer { code: 1234 });
    assert!(there.send(b"x").await.is_err());
    for (device, peer, expected) in [(&a, b.key(), Ending::Here), (&b, a.key(), Ending::Peer { code: 1234 })]
    {
        let ending = device.event(|event| match event {
            Event::Unlinked { peer: gone, ending } if gone == peer => Some(ending),
            _ => None,
        });
        assert_eq!(ending.await, expected);
        assert!(!device.network.is_linked(&peer));
    }
}

#[tokio::test]
async fn a_member_that_falls_off_the_list_is_cut_in_the_middle() {
    let (a, b) = pair(1, 2).await;
    let (here, there) = linked(&a, &b).await;
    here.send(b"before").await.unwrap();
    assert_eq!(read(&there, 6).await, b"before");
    b.allow.replace([]);
    assert_eq!(timeout(PATIENCE, here.ended()).await.unwrap(), Ending::Refused);
    assert_eq!(there.ended().await, Ending::Removed);
    assert_eq!(
        a.network.dial(&b.address()).await,
        Err(kyosei_net::network::DialError::Ended(Ending::Refused)),
        "and does not come in again"
    );
}

#[tokio::test]
async fn of_two_simultaneous_dials_the_same_one_survives_on_both_sides() {
    for round in 0..5 {
        let (a, b) = pair(1, 2).await;
        let (from_a, from_b) = (a.address(), b.address());
        let (one, two) = tokio::join!(a.network.dial(&from_b), b.network.dial(&from_a));
        assert_eq!((one, two), (Ok(()), Ok(())), "round {round}");
        let (here, there) = tokio::join!(surviving(&a), surviving(&b));
        assert_eq!(here.binding(), there.binding(), "round {round}");
    }
}

/// The link that is left when both directions work.
async fn surviving(device: &Device) -> kyosei_net::Link {
    loop {
        let link = device.link().await;
        // A superseded link fails in one of the two; then the other one is on its way.
        if link.send(&[1]).await.is_ok() && link.recv().await.is_ok() {
            return link;
        }
    }
}
