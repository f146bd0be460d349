//! Ports on which another protocol listens, so that nobody uses us to talk to it.

/// The Fetch standard's "bad ports" (<https://fetch.spec.whatwg.org/#port-blocking>), and those of
/// databases, caches and control planes that take a line of text for a command.
const REFUSED: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 4369,
    5060, 5061, 5432, 5672, 5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
    9200, 9300, 10_080, 10_250, 11_211, 15_672, 25_672, 27_017,
];

pub(crate) fn is_refused(port: u16) -> bool {
    REFUSED.binary_search(&port).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(REFUSED.is_sorted());
    }

    #[test]
    fn web_ports_pass_and_others_do_not() {
        for port in [80, 443, 3000, 8080, 8443, 28_080, 65_535] {
            assert!(!is_refused(port), "{port}");
        }
        for port in [0, 22, 25, 53, 5432, 6379, 11_211, 27_017] {
            assert!(is_refused(port), "{port}");
        }
    }
}
