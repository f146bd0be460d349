//! IPv4. The first block that matches gives the reason.

use super::Block;

pub(super) const BLOCKS: &[Block] = &[
    Block::v4([0, 0, 0, 0], 32, "unspecified", "RFC 1122, 3.2.1.3"),
    Block::v4([0, 0, 0, 0], 8, "of this network", "RFC 791, 3.2"),
    Block::v4([10, 0, 0, 0], 8, "private", "RFC 1918"),
    Block::v4([100, 100, 100, 200], 32, METADATA, "Alibaba Cloud"),
    Block::v4([100, 64, 0, 0], 10, "shared by a carrier", "RFC 6598"),
    Block::v4([127, 0, 0, 0], 8, "loopback", "RFC 1122, 3.2.1.3"),
    Block::v4([169, 254, 169, 254], 32, METADATA, "all clouds"),
    Block::v4([169, 254, 170, 2], 32, METADATA, "Amazon ECS"),
    Block::v4([169, 254, 0, 0], 16, "link-local", "RFC 3927"),
    Block::v4([168, 63, 129, 16], 32, METADATA, "Azure"),
    Block::v4([172, 16, 0, 0], 12, "private", "RFC 1918"),
    Block::v4([192, 0, 0, 0], 29, "of a tunnel (DS-Lite)", "RFC 7335"),
    Block::v4([192, 0, 0, 8], 32, "a dummy", "RFC 7600"),
    Block::v4([192, 0, 0, 9], 32, "for port control (PCP)", "RFC 7723"),
    Block::v4([192, 0, 0, 10], 32, "a relay (TURN)", "RFC 8155"),
    Block::v4([192, 0, 0, 170], 31, "for NAT64 discovery", "RFC 7050"),
    Block::v4([192, 0, 0, 192], 32, METADATA, "Oracle Cloud"),
    Block::v4([192, 0, 0, 0], 24, "reserved for protocols", "RFC 6890"),
    Block::v4([192, 0, 2, 0], 24, "for documentation", "RFC 5737"),
    Block::v4([192, 31, 196, 0], 24, "a DNS sink (AS112)", "RFC 7535"),
    Block::v4([192, 52, 193, 0], 24, "for multicast (AMT)", "RFC 7450"),
    Block::v4([192, 88, 99, 2], 32, "a 6to4 relay (6a44)", "RFC 6751"),
    Block::v4([192, 88, 99, 0], 24, "a 6to4 relay", "RFC 7526"),
    Block::v4([192, 168, 0, 0], 16, "private", "RFC 1918"),
    Block::v4([192, 175, 48, 0], 24, "a DNS sink (AS112)", "RFC 7534"),
    Block::v4([198, 18, 0, 0], 15, "for benchmarks", "RFC 2544"),
    Block::v4([198, 51, 100, 0], 24, "for documentation", "RFC 5737"),
    Block::v4([203, 0, 113, 0], 24, "for documentation", "RFC 5737"),
    Block::v4([224, 0, 0, 0], 4, "multicast", "RFC 5771"),
    Block::v4([255, 255, 255, 255], 32, "broadcast", "RFC 919, 7"),
    Block::v4([240, 0, 0, 0], 4, "reserved", "RFC 1112, 4"),
];

pub(super) const METADATA: &str = "a metadata service";
