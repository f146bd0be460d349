//! Every form an address can take, as text.

use std::sync::LazyLock;

use egress::{Egress, Settings};

fn egress(allow_loopback: bool) -> Egress {
    Egress::new(&Settings {
        allow_loopback,
        ..Settings::default()
    })
    .unwrap()
}

#[test]
fn public_addresses_are_accepted_in_their_normal_form() {
    let egress = egress(false);
    for (given, normal) in [
        ("https://hooks.example.com", "https://hooks.example.com/"),
        (
            "https://hooks.example.com/ga?tenant=7&x=%20",
            "https://hooks.example.com/ga?tenant=7&x=%20",
        ),
        (
            "HTTPS://Hooks.Example.COM/Path",
            "https://hooks.example.com/Path",
        ),
        (
            "https://hooks.example.com:443/",
            "https://hooks.example.com/",
        ),
        (
            "https://hooks.example.com:8443/",
            "https://hooks.example.com:8443/",
        ),
        ("https://hooks.example.com./", "https://hooks.example.com./"),
        (
            "https://my_host.example.com/",
            "https://my_host.example.com/",
        ),
        (
            "https://bücher.example.com/",
            "https://xn--bcher-kva.example.com/",
        ),
        ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://134744072/", "https://8.8.8.8/"),
        (
            "https://[2606:4700:4700::1111]/",
            "https://[2606:4700:4700::1111]/",
        ),
    ] {
        assert_eq!(
            egress
                .check_url(given)
                .map(|target| target.to_string())
                .as_deref(),
            Ok(normal),
            "{given}"
        );
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let egress = egress(false);
    let long = format!("https://hooks.example.com/{}", "x".repeat(2_100));
    for (given, code) in [
        ("", "invalid_url"),
        ("hooks.example.com", "invalid_url"),
        ("https://", "invalid_url"),
        ("https://[::1", "invalid_url"),
        ("https://hooks.example.com:99999/", "invalid_url"),
        ("https://256.256.256.256/", "invalid_url"),
        (" https://hooks.example.com/", "invalid_url"),
        ("https://hooks.exa\tmple.com/", "invalid_url"),
        ("https://hooks.example.com/\r\nX-Injected: 1", "invalid_url"),
        ("mailto:ops@example.com", "invalid_url"),
        (&long, "invalid_url"),
        ("http://hooks.example.com/", "not_https"),
        ("ftp://hooks.example.com/", "not_https"),
        ("gopher://hooks.example.com/", "not_https"),
        ("https://user@hooks.example.com/", "user_info"),
        ("https://user:secret@hooks.example.com/", "user_info"),
        ("https://hooks.example.com@127.0.0.1/", "user_info"),
        ("https://hooks.example.com/#part", "fragment"),
        ("https://hooks.example.com:22/", "port_not_allowed"),
        ("https://hooks.example.com:0/", "port_not_allowed"),
        ("https://hooks.example.com:6379/", "port_not_allowed"),
        ("https://localhost/", "host_not_public"),
        ("https://LOCALHOST./", "host_not_public"),
        ("https://app.localhost/", "host_not_public"),
        ("https://intranet/", "host_not_public"),
        ("https://printer.local/", "host_not_public"),
        ("https://metadata.google.internal/", "host_not_public"),
        (
            "https://kubernetes.default.svc.cluster.local/",
            "host_not_public",
        ),
        ("https://kubernetes.default.svc/", "host_not_public"),
        ("https://partner.test/", "host_not_public"),
        ("https://nas.home.arpa/", "host_not_public"),
        ("https://a..example.com/", "host_not_public"),
        ("https://exa%25mple.com/", "invalid_url"),
    ] {
        let refused = egress.check_url(given).expect_err(given);
        assert_eq!(refused.code(), code, "{given}: {refused}");
    }
}

const NOBODYS: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "0.0.0.0",
    "0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "0xa9fea9fe",
    "168.63.129.16",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.9",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:8.8.8.8]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:808:808::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[4000::1]",
    "[2606:4700::5efe:7f00:1]",
    "[2606:4700::200:5efe:a00:1]",
];

#[test]
fn addresses_that_are_nobodys_are_refused_in_every_spelling() {
    let egress = egress(false);
    for given in NOBODYS {
        let refused = egress
            .check_url(&format!("https://{given}/"))
            .expect_err(given);
        assert_eq!(refused.code(), "address_not_public", "{given}: {refused}");
    }
}

#[test]
fn neighbours_of_reserved_ranges_are_public() {
    let egress = egress(false);
    for given in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "[2001:200::1]",
        "[2001:db7::1]",
        "[2001:db9::1]",
        "[2003::1]",
        "[2a00:1450:4001::200e]",
        "[3ffe::1]",
        "[2606:4700::5eff:7f00:1]",
    ] {
        let url = format!("https://{given}/");
        assert!(
            egress.check_url(&url).is_ok(),
            "{given}: {:?}",
            egress.check_url(&url)
        );
    }
}

#[test]
fn development_opens_loopback_and_nothing_else() {
    let egress = egress(true);
    for given in [
        "http://127.0.0.1:9000/hook",
        "http://127.8.9.1/",
        "http://localhost:3000/",
        "http://[::1]:8080/",
        "http://app.localhost/",
        "https://localhost/",
        "https://hooks.example.com/",
    ] {
        assert!(
            egress.check_url(given).is_ok(),
            "{given}: {:?}",
            egress.check_url(given)
        );
    }
    for given in [
        "http://hooks.example.com/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/",
        "http://localhost.example.com/",
        "http://localhost:22/",
        "file:///etc/passwd",
    ] {
        assert!(egress.check_url(given).is_err(), "{given}");
    }
}

static STRICT: LazyLock<Egress> = LazyLock::new(|| egress(false));

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic_and_what_it_accepts_is_stable(text in "(https?://)?[\\PC]{0,60}") {
        let egress = &*STRICT;
        if let Ok(target) = egress.check_url(&text) {
            let again = egress.check_url(target.url().as_str());
            proptest::prop_assert_eq!(again, Ok(target));
        }
    }

    #[test]
    fn an_address_is_judged_alike_in_every_spelling(bits: u32) {
        let egress = &*STRICT;
        let dotted = std::net::Ipv4Addr::from_bits(bits);
        let expected = egress::reserved_range(dotted.into()).is_none();
        for spelling in [format!("{dotted}"), format!("{bits}"), format!("0x{bits:x}"), format!("0{bits:o}")] {
            let accepted = egress.check_url(&format!("https://{spelling}/")).is_ok();
            proptest::prop_assert_eq!(accepted, expected, "{}", spelling);
        }
    }
}
