//! What is true of every address and every text, tried at random.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use egress::{Block, Egress, Settings, reserved, reserved_blocks};
use proptest::prelude::*;

use crate::oracle;
use crate::spelling::{embeddings, spellings};

static STRICT: LazyLock<Egress> = LazyLock::new(|| egress(false));
static DEVELOPMENT: LazyLock<Egress> = LazyLock::new(|| egress(true));

fn egress(allow_loopback: bool) -> Egress {
    Egress::new(&Settings {
        allow_loopback,
        ..Settings::default()
    })
    .unwrap()
}

fn is_accepted(host: &str) -> bool {
    STRICT.check_url(&format!("https://{host}/hook")).is_ok()
}

/// `bits` behind the block's prefix.
fn within(block: &Block, bits: u128) -> IpAddr {
    match block.network {
        IpAddr::V4(network) => {
            let mask = u32::MAX.checked_shr(block.length).unwrap_or(0);
            let bits = u32::try_from(bits & u128::from(mask)).unwrap();
            Ipv4Addr::from_bits(network.to_bits() | bits).into()
        }
        IpAddr::V6(network) => {
            let mask = u128::MAX.checked_shr(block.length).unwrap_or(0);
            Ipv6Addr::from_bits(network.to_bits() | bits & mask).into()
        }
    }
}

fn refused_address() -> impl Strategy<Value = IpAddr> {
    let blocks: Vec<_> = reserved_blocks().collect();
    (prop::sample::select(blocks), any::<u128>()).prop_map(|(block, bits)| within(block, bits))
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<Ipv4Addr>().prop_map(IpAddr::V4),
        any::<Ipv6Addr>().prop_map(IpAddr::V6),
        // Where the public ones are.
        any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits >> 3 | 1 << 125).into()),
        // Close to 2001::/23, where the special ones are.
        any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits >> 22 | 0x2001 << 112).into()),
    ]
}

/// Pieces of URLs in any order.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "https://",
        "http://",
        "https:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        "#",
        "?",
        ".",
        "。",
        "%2e",
        "%40",
        "%00",
        "[",
        "]",
        "::",
        "::1",
        "::ffff:",
        "64:ff9b::",
        "127.0.0.1",
        "0x7f",
        "0177",
        "1",
        "10",
        "8.8.8.8",
        "169.254.169.254",
        "localhost",
        "local",
        "internal",
        "example",
        "com",
        "xn--",
        "xn--bcher-kva",
        "ü",
        "①",
        "ß",
        "а",
        "\u{ad}",
        "\u{200d}",
        "%25eth0",
        "443",
        "22",
        "_",
        "-",
        "*",
        "a",
    ]);
    let piece = prop_oneof![
        4 => known.prop_map(str::to_owned),
        1 => "\\PC{1,3}",
    ];
    let pieces = prop::collection::vec(piece, 1..10).prop_map(|pieces| pieces.concat());
    (any::<bool>(), pieces).prop_map(|(bare, rest)| {
        let scheme = if bare { "" } else { "https://" };
        format!("{scheme}{rest}")
    })
}

proptest! {
    #[test]
    fn an_address_of_a_refused_block_is_refused_in_every_spelling(address in refused_address()) {
        for host in spellings(address) {
            prop_assert!(!is_accepted(&host), "{}", host);
        }
    }

    #[test]
    fn an_address_is_accepted_in_every_spelling_when_it_is_public(address in any_address()) {
        let expected = oracle::is_public(address);
        prop_assert_eq!(reserved(address).is_none(), expected);
        for host in spellings(address) {
            prop_assert_eq!(is_accepted(&host), expected, "{}", host);
        }
    }

    #[test]
    fn an_ipv4_address_within_an_ipv6_one_is_refused_whatever_it_is(address: Ipv4Addr) {
        for embedded in embeddings(address) {
            for host in spellings(embedded.into()) {
                prop_assert!(!is_accepted(&host), "{}", host);
            }
        }
    }

    #[test]
    fn spellings_of_an_address_are_one_target(address in any_address()) {
        let targets: Vec<_> = spellings(address)
            .iter()
            .map(|host| STRICT.check_url(&format!("https://{host}/")))
            .collect();
        prop_assert!(targets.windows(2).all(|pair| pair[0] == pair[1]), "{:?}", targets);
    }

    #[test]
    fn no_text_makes_it_panic_and_what_it_accepts_is_stable(text in "(https?://)?[\\PC]{0,60}") {
        oracle::check(&STRICT, false, &text);
        oracle::check(&DEVELOPMENT, true, &text);
    }

    #[test]
    fn no_heap_of_pieces_leads_inside(text in pieces()) {
        oracle::check(&STRICT, false, &text);
        oracle::check(&DEVELOPMENT, true, &text);
    }
}
