//! One address, written in the ways that parsers take.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// As a host of a URL, in the normal form.
#[allow(dead_code, reason = "only the tests ask")]
pub fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Every spelling of `address`: first its normal form.
pub fn spellings(address: IpAddr) -> Vec<String> {
    match address {
        IpAddr::V4(address) => of_v4(address),
        IpAddr::V6(address) => of_v6(address),
    }
}

fn of_v4(address: Ipv4Addr) -> Vec<String> {
    let bits = address.to_bits();
    let [a, b, c, d] = address.octets();
    let dotted = address.to_string();
    let full_width = |c: char| match c.to_digit(10) {
        Some(digit) => char::from_u32(0xff10 + digit).unwrap_or(c),
        None => '。',
    };
    vec![
        dotted.clone(),
        format!("{dotted}."),
        format!("{bits}"),
        format!("0x{bits:x}"),
        format!("0X{bits:08X}"),
        format!("0{bits:o}"),
        format!("{a}.{}", bits & 0xff_ffff),
        format!("{a}.{b}.{}", bits & 0xffff),
        format!("0x{a:x}.0{b:o}.{c}.{d}"),
        format!("{a:#05x}.{b:#05x}.{c:#05x}.{d:#05x}"),
        format!("000{a:o}.000{b:o}.000{c:o}.000{d:o}"),
        dotted.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        dotted.chars().map(full_width).collect(),
    ]
}

fn of_v6(address: Ipv6Addr) -> Vec<String> {
    let segments = address.segments();
    let joined = |segments: &[u16]| {
        let texts: Vec<String> = segments.iter().map(|s| format!("{s:04x}")).collect();
        texts.join(":")
    };
    let last = Ipv4Addr::from_bits(u32::try_from(address.to_bits() & 0xffff_ffff).unwrap_or(0));
    let (head, _) = segments.split_at(6);
    vec![
        format!("[{address}]"),
        format!("[{}]", joined(&segments)),
        format!("[{}]", joined(&segments).to_uppercase()),
        format!("[{}:{last}]", joined(head)),
    ]
}

/// The ways in which an IPv6 address holds `address`; whoever routes it there means `address`.
pub fn embeddings(address: Ipv4Addr) -> Vec<Ipv6Addr> {
    let bits = u128::from(address.to_bits());
    let obscured = bits ^ 0xffff_ffff;
    [
        bits,                                                 // compatible
        0xffff << 32 | bits,                                  // mapped
        0xffff << 48 | bits,                                  // translated (SIIT)
        0x64_ff9b << 96 | bits,                               // NAT64
        0x64_ff9b_0001 << 80 | bits,                          // NAT64 of the network's own
        0x2002 << 112 | bits << 80,                           // 6to4
        0x2001 << 112 | bits << 64 | 0x8000 << 48 | obscured, // Teredo: server and client
        0x2606_4700 << 96 | 0x5efe << 32 | bits,              // ISATAP
        0x2606_4700 << 96 | 0x200_5efe << 32 | bits,          // ISATAP, "universal"
        0xfe80 << 112 | 0x5efe << 32 | bits,                  // ISATAP, link-local
    ]
    .map(Ipv6Addr::from_bits)
    .to_vec()
}
