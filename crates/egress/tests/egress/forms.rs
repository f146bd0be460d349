//! Every form an address can take, and what the guard must say to it. One table for the check when
//! an address is saved and for the check when it is dialled.

use std::net::IpAddr;

/// Addresses that are refused for one reason.
pub struct RefusedAddresses {
    /// As the guard says it: `private`, `RFC 1918`.
    pub range: &'static str,
    pub source: &'static str,
    /// As hosts of a URL.
    pub spellings: Vec<&'static str>,
}

pub fn refused_addresses() -> Vec<RefusedAddresses> {
    let row = |line: &'static str| {
        let [range, source, spellings] = cells(line);
        RefusedAddresses {
            range,
            source,
            spellings: spellings.split(' ').collect(),
        }
    };
    lines(include_str!("../data/refused-addresses.txt"))
        .map(row)
        .collect()
}

/// A URL that is refused under a code.
pub struct RefusedUrl {
    pub code: &'static str,
    pub why: &'static str,
    pub url: &'static str,
}

pub fn refused_urls() -> impl Iterator<Item = RefusedUrl> {
    lines(include_str!("../data/refused-urls.txt")).map(|line| {
        let [code, why, url] = cells(line);
        RefusedUrl { code, why, url }
    })
}

/// What is given, and its normal form.
pub fn accepted_urls() -> impl Iterator<Item = [&'static str; 2]> {
    lines(include_str!("../data/accepted-urls.txt")).map(cells)
}

pub fn public_addresses() -> impl Iterator<Item = IpAddr> {
    lines(include_str!("../data/public-addresses.txt")).map(|line| line.parse().expect(line))
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

fn cells<const N: usize>(line: &'static str) -> [&'static str; N] {
    let cells: Vec<_> = line.splitn(N, " | ").collect();
    cells.try_into().expect(line)
}
