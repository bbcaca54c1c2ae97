use super::*;
use crate::protocol::limits::SMALL_MESSAGE;

fn limits(connections: u32, connection_rate: u32, request_rate: u32) -> AddressLimits {
    AddressLimits {
        connections: NonZero::new(connections),
        connection_rate: NonZero::new(connection_rate),
        request_rate: NonZero::new(request_rate),
        count_loopback: false,
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn each_address_has_so_many_connections() {
    let (gate, now) = (Gate::new(limits(2, 0, 0)), Instant::now());
    let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
    let first = gate.admit(one, now).unwrap();
    let _second = gate.admit(one, now).unwrap();
    assert!(gate.admit(one, now).is_none());
    // The same one in the other family.
    assert!(gate.admit(address("::ffff:192.0.2.1"), now).is_none());
    let _other = gate.admit(other, now).unwrap();
    drop(first);
    let _third = gate.admit(one, now).unwrap();
    assert!(gate.admit(one, now).is_none());
}

#[test]
fn a_network_of_ipv6_counts_as_one_address() {
    let (gate, now) = (Gate::new(limits(1, 0, 0)), Instant::now());
    let _one = gate.admit(address("2001:db8:0:1::1"), now).unwrap();
    assert!(gate.admit(address("2001:db8:0:1:ffff::2"), now).is_none());
    assert!(gate.admit(address("2001:db8:0:2::1"), now).is_some());
}

#[test]
fn programs_of_this_machine_count_only_if_asked_for() {
    let now = Instant::now();
    for local in ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"].map(address) {
        let gate = Gate::new(limits(1, 1, 1));
        let passes: Vec<_> = (0..100).filter_map(|_| gate.admit(local, now)).collect();
        assert_eq!(passes.len(), 100, "{local}");
        for pass in &passes {
            assert_eq!(pass.request(1 << 30, now), None, "{local}");
        }
        assert!(gate.guests().known.is_empty());
        let counting = Gate::new(AddressLimits {
            count_loopback: true,
            ..limits(1, 0, 0)
        });
        let _one = counting.admit(local, now).unwrap();
        assert!(counting.admit(local, now).is_none(), "{local}");
    }
}

#[test]
fn connections_come_at_a_rate() {
    let (gate, start) = (Gate::new(limits(0, 10, 0)), Instant::now());
    let one = address("192.0.2.1");
    let admitted = |now| (0..100).filter(|_| gate.admit(one, now).is_some()).count();
    assert_eq!(admitted(start), 50, "those of five seconds");
    assert_eq!(admitted(start + SECOND), 10);
    assert_eq!(admitted(start + SECOND * 3), 20);
    assert_eq!(admitted(start + SECOND * 1000), 50, "no more are saved up");
    assert!(gate.admit(address("192.0.2.2"), start).is_some());
}

#[test]
fn who_asks_too_much_waits_on_all_connections_and_not_for_ever() {
    let (gate, start) = (Gate::new(limits(0, 0, 10)), Instant::now());
    let one = address("192.0.2.1");
    let passes = [
        gate.admit(one, start).unwrap(),
        gate.admit(one, start).unwrap(),
    ];
    for count in 0..50 {
        let pass = &passes[count % 2];
        assert_eq!(pass.request(10, start), None, "{count}");
    }
    let due = start + SECOND / 10;
    assert_eq!(passes[0].request(10, start), Some(due));
    assert_eq!(passes[1].request(10, start), Some(due + SECOND / 10));
    assert_eq!(passes[0].request(10, start + SECOND), None);
    for pass in passes.iter().cycle().take(10_000) {
        pass.request(10, start);
    }
    assert_eq!(passes[0].request(10, start), Some(start + LONGEST_PAUSE));
    let other = gate.admit(address("192.0.2.2"), start).unwrap();
    assert_eq!(other.request(10, start), None);
}

#[test]
fn a_long_message_counts_as_several() {
    let (gate, start) = (Gate::new(limits(0, 0, 10)), Instant::now());
    let pass = gate.admit(address("192.0.2.1"), start).unwrap();
    assert_eq!(pass.request(24 * SMALL_MESSAGE, start), None);
    assert_eq!(pass.request(24 * SMALL_MESSAGE, start), None);
    assert_eq!(pass.request(1, start), Some(start + SECOND / 10));
    // The longest takes all that there is, whatever the rate, and not more.
    let slow = Gate::new(limits(0, 0, 1));
    let pass = slow.admit(address("192.0.2.1"), start).unwrap();
    assert_eq!(pass.request(usize::MAX, start), None);
    assert_eq!(pass.request(1, start), Some(start + SECOND));
}

#[test]
fn addresses_are_forgotten_when_there_are_many() {
    let (gate, start) = (Gate::new(limits(1, 1, 0)), Instant::now());
    let numbered = |number: u32| IpAddr::from((0x0a00_0000 + number).to_be_bytes());
    let stays = gate.admit(numbered(0), start).unwrap();
    let most = u32::try_from(REMEMBERED).unwrap();
    for number in 1..most {
        assert!(gate.admit(numbered(number), start).is_some());
    }
    assert_eq!(gate.guests().known.len(), REMEMBERED);
    // All are new, so none could be forgotten for nothing; who is connected is kept.
    assert!(gate.admit(numbered(most), start).is_some());
    assert_eq!(gate.guests().known.len(), 2);
    assert!(gate.admit(numbered(0), start).is_none());
    drop(stays);
    // Long after, all is even.
    for number in 0..=most {
        let later = start + SECOND * 100;
        assert!(gate.admit(numbered(number), later).is_some(), "{number}");
    }
}

#[test]
fn those_who_are_connected_are_never_forgotten() {
    let (gate, start) = (Gate::new(limits(1, 0, 0)), Instant::now());
    let numbered = |number: u32| IpAddr::from((0x0a00_0000 + number).to_be_bytes());
    let count = u32::try_from(REMEMBERED).unwrap() + 10;
    let passes: Vec<_> = (0..count)
        .filter_map(|number| gate.admit(numbered(number), start))
        .collect();
    assert_eq!(passes.len(), REMEMBERED + 10);
    assert!((0..count).all(|number| gate.admit(numbered(number), start).is_none()));
}

#[test]
fn an_address_keeps_so_much_in_memory_but_always_one_computation() {
    let (gate, now) = (Gate::new(limits(9, 0, 0)), Instant::now());
    let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
    let mut first = gate.admit(one, now).unwrap();
    let mut second = gate.admit(one, now).unwrap();
    assert!(first.hold(HELD_BYTES + 1), "alone");
    assert!(!second.hold(1));
    assert!(gate.admit(other, now).unwrap().hold(HELD_BYTES));
    // In place of the larger one.
    assert!(first.hold(HELD_BYTES - 1));
    assert!(second.hold(1));
    assert!(!second.hold(2));
    drop(first);
    assert!(second.hold(HELD_BYTES));
    let mut local = gate.admit(address("127.0.0.1"), now).unwrap();
    assert!(local.hold(usize::MAX), "this machine does not count");
}

#[test]
fn long_answers_use_up_what_requests_would_have() {
    let (gate, now) = (Gate::new(limits(9, 0, 10)), Instant::now());
    let pass = gate.admit(address("192.0.2.1"), now).unwrap();
    let long = SMALL_MESSAGE;
    assert_eq!(
        pass.answered(long - 1, now),
        None,
        "paid for with its request"
    );
    // Fifty at once, and then ten in a second.
    assert_eq!(pass.answered(50 * long, now), None);
    let wait = pass.answered(long, now).unwrap() - now;
    assert!(
        wait > Duration::ZERO && wait <= Duration::from_millis(200),
        "{wait:?}"
    );
    assert!(pass.request(1, now).unwrap() > now + wait);
    // Another address has its own.
    let other = gate.admit(address("192.0.2.2"), now).unwrap();
    assert_eq!(other.request(1, now), None);
}
