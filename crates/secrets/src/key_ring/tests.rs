use super::*;
use crate::entropy::OsEntropy;

const SECRET: &[u8] = b"whsec_not_a_secret";

fn ring(keys: &[(&str, u8)]) -> KeyRing {
    let keys = keys
        .iter()
        .map(|(id, byte)| format!("{id}:{}", STANDARD.encode([*byte; 32])));
    KeyRing::try_from(keys.collect::<Vec<_>>().join(",")).unwrap()
}

#[test]
fn what_is_sealed_opens_for_the_same_owner_only() {
    let ring = ring(&[("a", 1)]);
    let sealed = ring.seal(b"one", SECRET, &OsEntropy).unwrap();
    assert_ne!(sealed, ring.seal(b"one", SECRET, &OsEntropy).unwrap());
    let opened = ring.open(b"one", "a", &sealed.ciphertext).unwrap();
    assert_eq!(opened.as_slice(), SECRET);
    assert!(!sealed.ciphertext.windows(6).any(|part| part == b"whsec_"));

    let refused = |owner: &[u8], bytes: &[u8]| ring.open(owner, "a", bytes).err();
    assert_eq!(
        refused(b"two", &sealed.ciphertext),
        Some(Unreadable::Refused)
    );
    let mut changed = sealed.ciphertext.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(refused(b"one", &changed), Some(Unreadable::Refused));
    assert_eq!(refused(b"one", b"short"), Some(Unreadable::Refused));
}

#[test]
fn the_first_key_encrypts_and_all_decrypt() {
    let old = ring(&[("a", 1)]).seal(b"one", SECRET, &OsEntropy).unwrap();
    let both = ring(&[("b", 2), ("a", 1)]);
    let opened = both.open(b"one", "a", &old.ciphertext).unwrap();
    assert_eq!(opened.as_slice(), SECRET);
    assert_eq!(both.seal(b"one", SECRET, &OsEntropy).unwrap().key_id, "b");
    let without = ring(&[("b", 2)]).open(b"one", "a", &old.ciphertext);
    assert_eq!(without.err(), Some(Unreadable::UnknownKey("a".to_owned())));
}

#[test]
fn a_wrong_ring_is_refused_without_repeating_it() {
    let short = STANDARD.encode([1; 31]);
    let good = STANDARD.encode([1; 32]);
    for (text, problem) in [
        (String::new(), InvalidKeyRing::Form),
        (good.clone(), InvalidKeyRing::Form),
        (format!(":{good}"), InvalidKeyRing::Form),
        (format!("a:{short}"), InvalidKeyRing::Key),
        ("a:not base64!".to_owned(), InvalidKeyRing::Key),
        (format!("a:{good},a:{good}"), InvalidKeyRing::Twice),
    ] {
        assert_eq!(
            KeyRing::try_from(text.clone()).err(),
            Some(problem),
            "{text}"
        );
    }
    assert_eq!(
        format!("{:?}", ring(&[("a", 1), ("b", 2)])),
        r#"["a", "b"]"#
    );
}
