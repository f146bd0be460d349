//! Which host names are public ones.
//!
//! A courtesy to who mistypes, and a second fence: whatever a name leads to is judged again when
//! it is dialled.

/// Last labels that mean something inside a network and nothing on the internet: special-use
/// names (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476), ICANN's `.internal`, those it will
/// never delegate (corp, home, mail), and what routers, directories and Kubernetes hand out.
/// Sorted.
const INTERNAL: &[&str] = &[
    "alt",
    "arpa",
    "cluster",
    "consul",
    "corp",
    "domain",
    "home",
    "internal",
    "intra",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "router",
    "svc",
    "test",
    "workgroup",
];

/// As long as a name and a label may be, in bytes (RFC 1035, 2.3.4).
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// `localhost` and everything under it is this machine, whatever a resolver says (RFC 6761, 6.3).
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
}

/// Labels of letters, digits, hyphens and underscores; one dot may follow. The parser has brought
/// other scripts into their ASCII form (IDNA), so a name of mixed scripts is stored and shown as
/// the `xn--` it is asked for by.
pub(crate) fn is_host_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= LONGEST_NAME && name.split('.').all(is_label)
}

/// A host name of two labels at least, and no internal one at the end.
pub(crate) fn is_public(name: &str) -> bool {
    let Some((_, last)) = name.strip_suffix('.').unwrap_or(name).rsplit_once('.') else {
        return false;
    };
    is_host_name(name)
        && INTERNAL.binary_search(&last).is_err()
        && !last.bytes().all(|b| b.is_ascii_digit())
}

fn is_label(label: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=LONGEST_LABEL).contains(&label.len()) && label.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(INTERNAL.is_sorted());
    }

    #[test]
    fn lengths_are_those_of_the_dns() {
        let label = "a".repeat(63);
        assert!(is_public(&format!("{label}.example.com")));
        assert!(!is_public(&format!("a{label}.example.com")));
        let long = format!("{label}.{label}.{label}.{}.com", "a".repeat(57));
        assert_eq!(long.len(), 253);
        assert!(is_public(&long) && is_public(&format!("{long}.")));
        assert!(!is_public(&format!("a{long}")));
    }
}
