//! The check when an address is saved: its text, and nothing else.

use egress::{Egress, RefusedAddress, Settings};

use crate::forms::{accepted_urls, public_addresses, refused_addresses, refused_urls};

fn egress(allow_loopback: bool) -> Egress {
    Egress::new(&Settings {
        allow_loopback,
        ..Settings::default()
    })
    .unwrap()
}

#[test]
fn accepted_urls_are_kept_in_their_normal_form() {
    let egress = egress(false);
    for [given, normal] in accepted_urls() {
        let accepted = egress.check_url(given).map(|target| target.to_string());
        assert_eq!(accepted.as_deref(), Ok(normal), "{given}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let egress = egress(false);
    for row in refused_urls() {
        let refused = egress.check_url(row.url).expect_err(row.url);
        assert_eq!(
            refused.code(),
            row.code,
            "{} ({}): {refused}",
            row.url,
            row.why
        );
    }
}

#[test]
fn white_space_is_not_mended() {
    let egress = egress(false);
    for given in [
        "",
        " ",
        " https://hooks.example.com/",
        "https://hooks.example.com/ ",
        "https://hooks.exa\tmple.com/",
        "https://127.0.0.1\t.example.com/",
        "https://hooks.example.com/\r\nX-Injected: 1",
        "https://hooks.example.com/\u{a0}",
        "https://hooks.example.com/\u{2028}",
        "https://hooks.example.com/\u{0}",
        "https://hooks.example.com/\u{85}",
        "ht\ntps://hooks.example.com/",
    ] {
        let refused = egress.check_url(given).expect_err(given);
        assert_eq!(refused.code(), "invalid_url", "{given:?}: {refused}");
    }
}

#[test]
fn no_normal_form_is_longer_than_what_may_be_given() {
    let egress = egress(false);
    let fits = format!("https://hooks.example.com/{}", "x".repeat(2_022));
    assert_eq!(fits.len(), 2_048);
    assert!(egress.check_url(&fits).is_ok());
    // Each of these letters is two bytes as given, and six when it is sent.
    let grows = format!("https://hooks.example.com/{}", "ü".repeat(1_000));
    for given in [format!("{fits}x"), grows] {
        let refused = egress.check_url(&given).expect_err(&given);
        assert_eq!(refused.code(), "invalid_url", "{refused}");
    }
}

#[test]
fn addresses_that_are_nobodys_are_refused_in_every_spelling() {
    let (strict, development) = (egress(false), egress(true));
    for row in refused_addresses() {
        for host in row.spellings {
            let url = format!("https://{host}/");
            let refused = strict.check_url(&url).expect_err(&url);
            let RefusedAddress::Address { reserved, .. } = refused else {
                panic!("{host}: {refused}");
            };
            assert_eq!(
                (reserved.range, reserved.source),
                (row.range, row.source),
                "{host}"
            );
            let is_refused = development.check_url(&url).is_err();
            assert_eq!(is_refused, row.range != "loopback", "{host}");
        }
    }
}

#[test]
fn neighbours_of_reserved_ranges_are_public() {
    let egress = egress(false);
    for address in public_addresses() {
        let url = format!("https://{}/", crate::spelling::host(address));
        let accepted = egress.check_url(&url).map(|target| target.to_string());
        assert_eq!(accepted, Ok(url));
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
        let accepted = egress.check_url(given);
        assert!(accepted.is_ok(), "{given}: {accepted:?}");
    }
    for given in [
        "http://hooks.example.com/",
        "http://8.8.8.8/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://169.254.169.254/",
        "http://localhost.example.com/",
        "http://localhost:22/",
        "http://{}.localhost/",
        "http://a..localhost/",
        "http://user@localhost/",
        "http://localhost/#part",
        "ftp://localhost/",
        "file:///etc/passwd",
    ] {
        assert!(egress.check_url(given).is_err(), "{given}");
    }
}
