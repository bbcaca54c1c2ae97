//! Records that are longer than what they say, and answers that are long.

use tokio::io::AsyncReadExt;

use super::*;
use crate::manifest::{Dates, room};
use crate::protocol::limits::WEBSOCKET_BUFFER;
use crate::server::socket::FRAGMENT;

/// The raw frames of one message.
async fn fragments(client: &mut Client) -> Vec<Vec<u8>> {
    let stream = client.stream.get_mut();
    let mut payloads = Vec::new();
    loop {
        let head = stream.read_u16().await.unwrap();
        let len = match head & 0x7f {
            126 => u64::from(stream.read_u16().await.unwrap()),
            127 => stream.read_u64().await.unwrap(),
            short => u64::from(short),
        };
        let opcode = head >> 8 & 0xf;
        assert_eq!(opcode, u16::from(payloads.is_empty()), "text, then more");
        let mut payload = vec![0; usize::try_from(len).unwrap()];
        stream.read_exact(&mut payload).await.unwrap();
        payloads.push(payload);
        if head >> 15 == 1 {
            return payloads;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_is_at_most_so_long_and_its_answer_comes_in_fragments() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let (mut client, _) = running.greeted().await;
    let (mut world, _) = client.propose(1, |_| {}).await;
    let manifest = world.terms.manifest.clone();
    let too_long = padded(&manifest, &world.analyst.signing, room::MANIFEST_LEN + 1);
    let code = client.refused(&ClientMessage::Create(too_long)).await;
    assert_eq!(code, ErrorCode::ManifestInvalid);

    let longest = padded(&manifest, &world.analyst.signing, room::MANIFEST_LEN);
    world.terms = Terms::proposed(&longest).unwrap();
    client.look_up(&ClientMessage::Create(longest)).await;
    client.say(&by_fingerprint(&world)).await;
    let fragments = timeout(PATIENCE, fragments(&mut client)).await.unwrap();
    assert!(fragments.len() > room::MANIFEST_LEN / FRAGMENT);
    assert!(fragments.iter().all(|part| part.len() <= FRAGMENT));
    const { assert!(WEBSOCKET_BUFFER <= FRAGMENT) };
    let text = String::from_utf8(fragments.concat()).unwrap();
    match decode(&text).unwrap() {
        ServerMessage::Computation(standing) => {
            assert_eq!(Terms::agreed(&standing.manifest).unwrap(), world.terms);
        }
        other => panic!("{other:?}"),
    }
    // What was taken in parts ends like every other answer.
    client.look_up(&by_fingerprint(&world)).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_at_most_so_long() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let world = running.create(1, |_| {}).await;
    let mut analyst = running.logged_in(&world).await;
    let action = Action::Schedule(Dates::default());
    let notice = Notice::following(world.terms.fingerprint, None, 1, action);
    let keys = &world.analyst.signing;
    let too_long = padded(&notice, keys, room::NOTICE_LEN + 1);
    let code = analyst.refused(&ClientMessage::Notice(too_long)).await;
    assert_eq!(code, ErrorCode::NoticeInvalid);
    let longest = padded(&notice, keys, room::NOTICE_LEN);
    let standing = analyst.look_up(&ClientMessage::Notice(longest)).await;
    assert_eq!(standing.notices.len(), 1);
    running.stop().await;
}
