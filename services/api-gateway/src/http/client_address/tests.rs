use std::net::{Ipv4Addr, Ipv6Addr};

use actix_web::test::TestRequest;
use proptest::prelude::*;

use super::*;

/// A load balancer at 10.0.0.0/8 and an edge at 198.51.100.0/24 and 2001:db8:e::/48.
fn trusted() -> Networks {
    Networks::parse(&["10.0.0.0/8", "198.51.100.0/24", "2001:db8:e::/48"]).unwrap()
}

/// Who asks, where `peer` connects and sends these lines.
fn asks(peer: &str, lines: &[&[u8]], trusted: &Networks) -> String {
    let peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
    let mut request = TestRequest::default().peer_addr(peer);
    for line in lines {
        let line = HeaderValue::from_bytes(line).unwrap();
        request = request.append_header((FORWARDED_FOR, line));
    }
    of(&request.to_http_request(), trusted).unwrap().to_string()
}

#[test]
fn without_a_trusted_proxy_it_is_whoever_connects() {
    let forged: &[&[u8]] = &[b"203.0.113.9", b"10.0.0.1"];
    for nobody in [trusted(), Networks::default()] {
        assert_eq!(asks("192.0.2.1", forged, &nobody), "192.0.2.1");
        assert_eq!(asks("::ffff:192.0.2.1", forged, &nobody), "192.0.2.1");
    }
    assert_eq!(asks("10.0.0.1", forged, &Networks::default()), "10.0.0.1");
    assert_eq!(
        of(&TestRequest::default().to_http_request(), &trusted()),
        None
    );
}

#[test]
fn behind_trusted_proxies_it_is_the_first_that_is_none() {
    let cases: &[(&[&[u8]], &str)] = &[
        (&[b"203.0.113.9"], "203.0.113.9"),
        // What the client wrote itself stands left of its own address.
        (&[b"192.0.2.66, 203.0.113.9"], "203.0.113.9"),
        (&[b"10.9.9.9, 203.0.113.9"], "203.0.113.9"),
        (&[b"rubbish, 203.0.113.9, 198.51.100.4"], "203.0.113.9"),
        (&[b"203.0.113.9, 198.51.100.4, 10.1.1.1"], "203.0.113.9"),
        (&[b"203.0.113.9, 2001:db8:e::1"], "203.0.113.9"),
        // Several lines are one list, in their order.
        (
            &[b"192.0.2.66", b"203.0.113.9", b"198.51.100.4"],
            "203.0.113.9",
        ),
        (&[b"203.0.113.9", b""], "203.0.113.9"),
        (&[b", 203.0.113.9 ,,\t"], "203.0.113.9"),
        // Nobody else is told of.
        (&[], "10.0.0.1"),
        (&[b" , "], "10.0.0.1"),
        (&[b"10.3.3.3"], "10.3.3.3"),
        (&[b"10.3.3.3, 198.51.100.4"], "10.3.3.3"),
    ];
    for (lines, expected) in cases {
        assert_eq!(asks("10.0.0.1", lines, &trusted()), *expected, "{lines:?}");
        assert_eq!(
            asks("::ffff:10.0.0.1", lines, &trusted()),
            *expected,
            "{lines:?}"
        );
    }
}

#[test]
fn what_is_no_address_ends_the_way_at_the_proxy_that_tells_it() {
    for no_address in [
        &b"unknown"[..],
        b"_hidden",
        b"203.0.113.9:",
        b"203.0.113.9:99999",
        b"203.0.113",
        b"203.0.113.09",
        b"[2001:db8::9",
        b"2001:db8::9]",
        b"[203.0.113.9]",
        b"fe80::1%eth0",
        b"[fe80::1%7]:443",
        b"\"203.0.113.9\"",
        b"203.0.113.9 203.0.113.8",
        b"for=203.0.113.9",
        b"203.0.113.9\xff",
    ] {
        let line = [b"192.0.2.66, ", no_address].concat();
        assert_eq!(asks("10.0.0.1", &[&line], &trusted()), "10.0.0.1");
        let line = [&line, &b", 198.51.100.4"[..]].concat();
        assert_eq!(asks("10.0.0.1", &[&line], &trusted()), "198.51.100.4");
    }
}

#[test]
fn addresses_come_with_and_without_ports_and_mapped_ones_are_what_they_map() {
    for (written, meant) in [
        ("203.0.113.9:5678", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("2001:DB8:0::9", "2001:db8::9"),
        ("[2001:db8::9]", "2001:db8::9"),
        ("[2001:db8::9]:443", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:443", "203.0.113.9"),
        ("203.0.113.9, ::ffff:10.1.1.1", "203.0.113.9"),
        ("203.0.113.9, 10.1.1.1:80", "203.0.113.9"),
    ] {
        let found = asks("10.0.0.1", &[written.as_bytes()], &trusted());
        assert_eq!(found, meant, "{written}");
    }
}

/// Bytes that a header can hold, with what an address is made of more often than by chance.
fn forged() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => prop::sample::select(b"0123456789abcdef.:,[] ".to_vec()),
        1 => (0x20..=0xff_u8).prop_filter("no control character", |byte| *byte != 0x7f),
    ];
    let address = any::<u128>().prop_map(|a| Ipv6Addr::from(a).to_string().into_bytes());
    let proxy =
        any::<[u8; 3]>().prop_map(|[b, c, d]| Ipv4Addr::new(10, b, c, d).to_string().into());
    prop_oneof![prop::collection::vec(byte, 0..60), address, proxy]
}

/// Addresses outside the trusted networks.
fn stranger() -> impl Strategy<Value = IpAddr> {
    let v4 = any::<u32>().prop_map(|a| IpAddr::V4(a.into()));
    let v6 = any::<u128>().prop_map(|a| IpAddr::V6(a.into()));
    let any = prop_oneof![v4, v6].prop_map(|address| address.to_canonical());
    any.prop_filter("a proxy", |address| !trusted().contain(*address))
}

proptest! {
    /// Whatever a client sends along, each proxy adds what it sees: the client's address is found.
    #[test]
    fn nobody_can_take_another_address(
        client in stranger(),
        forged in prop::collection::vec(forged(), 0..4),
        proxies in prop::collection::vec(any::<[u8; 3]>(), 1..4),
        own_line in any::<bool>(),
    ) {
        let proxies: Vec<_> = proxies.iter().map(|[b, c, d]| Ipv4Addr::new(10, *b, *c, *d)).collect();
        let (peer, seen) = proxies.split_last().unwrap();
        let told: Vec<_> = seen.iter().map(ToString::to_string).collect();
        let told = [vec![client.to_string()], told].concat().join(", ").into_bytes();

        let mut lines = forged;
        match lines.last_mut().filter(|_| !own_line) {
            Some(last) => *last = [&last[..], b", ", &told].concat(),
            None => lines.push(told),
        }
        let lines: Vec<_> = lines.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(asks(&peer.to_string(), &lines, &trusted()), client.to_string());
        // Connecting itself, it finds nothing to hide behind.
        prop_assert_eq!(asks(&client.to_string(), &lines, &trusted()), client.to_string());
    }
}
