//! The guard's list of blocks, held against IANA's and against the table of forms.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use egress::{Block, reserved, reserved_blocks};

use crate::forms::{public_addresses, refused_addresses};
use crate::oracle::is_public;

/// The first and the last address of a block, and those before and after it.
fn edges(network: IpAddr, length: u32) -> ([IpAddr; 2], Vec<IpAddr>) {
    match network {
        IpAddr::V4(network) => {
            let first = network.to_bits();
            let last = first | u32::MAX.checked_shr(length).unwrap_or(0);
            let at = |bits| IpAddr::V4(Ipv4Addr::from_bits(bits));
            let outside = [first.checked_sub(1), last.checked_add(1)];
            (
                [at(first), at(last)],
                outside.into_iter().flatten().map(at).collect(),
            )
        }
        IpAddr::V6(network) => {
            let first = network.to_bits();
            let last = first | u128::MAX.checked_shr(length).unwrap_or(0);
            let at = |bits| IpAddr::V6(Ipv6Addr::from_bits(bits));
            let outside = [first.checked_sub(1), last.checked_add(1)];
            (
                [at(first), at(last)],
                outside.into_iter().flatten().map(at).collect(),
            )
        }
    }
}

#[test]
fn everything_in_ianas_registries_is_refused_with_its_rfc() {
    for row in include_str!("../data/iana-special-purpose.csv")
        .lines()
        .filter(|row| !row.starts_with('#'))
    {
        let cells: Vec<&str> = row.split(',').collect();
        let (network, length) = cells[0].split_once('/').expect(row);
        let network: IpAddr = network.parse().expect(row);
        let length = length.parse().expect(row);
        let (inside, _) = edges(network, length);
        for address in inside {
            assert!(reserved(address).is_some(), "{address} of {row}");
        }
        // NAT64's discovery is two addresses to IANA and one block to us.
        let ours = reserved_blocks()
            .filter(|block| block.contains(network) && block.length <= length)
            .max_by_key(|block| block.length)
            .unwrap_or_else(|| panic!("no block of ours for {row}"));
        let source = ours.reserved.source;
        let rfc = source.split(',').next();
        assert_eq!(rfc, Some(cells[2]), "{row}");
    }
}

#[test]
fn every_block_is_refused_to_its_edges_and_not_beyond() {
    for Block {
        network, length, ..
    } in reserved_blocks()
    {
        let (inside, outside) = edges(*network, *length);
        for address in inside {
            assert!(
                reserved(address).is_some() && !is_public(address),
                "{address}"
            );
        }
        for address in outside {
            assert_eq!(
                reserved(address).is_none(),
                is_public(address),
                "{address}, beside {network}/{length}"
            );
        }
    }
}

#[test]
fn the_more_specific_block_stands_before_the_one_that_holds_it() {
    let blocks: Vec<_> = reserved_blocks().collect();
    for (index, block) in blocks.iter().enumerate() {
        let hidden = blocks[..index]
            .iter()
            .find(|before| before.length <= block.length && before.contains(block.network));
        assert_eq!(hidden, None, "before {block:?}");
    }
}

#[test]
fn the_table_has_a_form_for_every_block() {
    for block in reserved_blocks() {
        let has_form = refused_addresses().iter().any(|row| {
            let hosts = row.spellings.iter();
            let mut parsed = hosts.filter_map(|host| host.trim_matches(['[', ']']).parse().ok());
            parsed
                .any(|address| block.contains(address) && reserved(address) == Some(block.reserved))
        });
        assert!(has_form, "{block:?}");
    }
}

#[test]
fn the_oracle_knows_the_table() {
    for address in public_addresses() {
        assert!(is_public(address), "{address}");
    }
    for row in refused_addresses() {
        for host in row.spellings {
            if let Ok(address) = host.trim_matches(['[', ']']).parse() {
                assert!(!is_public(address), "{host}");
            }
        }
    }
}
