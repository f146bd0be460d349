use chrono::TimeDelta;
use uuid::Uuid;

use super::*;

fn now() -> DateTime<Utc> {
    "2026-05-28T12:03:11.123456Z".parse().unwrap()
}

fn new_key(expires_at: Option<DateTime<Utc>>) -> NewKey {
    NewKey {
        id: ApiKeyId(Uuid::from_u128(1)),
        organization_id: OrgId(Uuid::from_u128(2)),
        name: "demo".parse().unwrap(),
        grants: Grants::all(Surface::GaFlight),
        note: None,
        created_by: None,
        expires_at,
    }
}

fn token() -> ApiToken {
    ApiToken::from_entropy(Surface::GaFlight, &[7; 32])
}

#[test]
fn a_name_is_trimmed_and_measured_in_characters() {
    assert_eq!(
        "  night sync ".parse::<KeyName>().unwrap().as_str(),
        "night sync"
    );
    assert!("é".repeat(LONGEST_NAME).parse::<KeyName>().is_ok());
    for bad in ["", "   ", "a\nb", &"a".repeat(LONGEST_NAME + 1)] {
        assert_eq!(bad.parse::<KeyName>(), Err(InvalidKey::Name), "{bad:?}");
    }
}

#[test]
fn an_expiry_is_in_the_future_and_in_microseconds() {
    let minted = ApiKey::mint(
        new_key(Some(now() + TimeDelta::nanoseconds(2_999))),
        &token(),
        now(),
    )
    .unwrap();
    assert_eq!(minted.expires_at, Some(now() + TimeDelta::microseconds(2)));
    for past in [
        TimeDelta::zero(),
        TimeDelta::nanoseconds(999),
        TimeDelta::seconds(-1),
    ] {
        let refused = ApiKey::mint(new_key(Some(now() + past)), &token(), now());
        assert_eq!(refused, Err(InvalidKey::ExpiryPassed));
    }
}

#[test]
fn texts_have_an_end() {
    let long = NewKey {
        note: Some("x".repeat(LONGEST_TEXT + 1)),
        ..new_key(None)
    };
    assert_eq!(
        ApiKey::mint(long, &token(), now()).unwrap_err().pointer(),
        "note"
    );
}

#[test]
fn a_key_lives_until_it_expires_or_is_revoked() {
    let key = ApiKey::mint(
        new_key(Some(now() + TimeDelta::seconds(9))),
        &token(),
        now(),
    )
    .unwrap();
    assert_eq!(key.state(now()), KeyState::Live);
    assert_eq!(key.state(now() + TimeDelta::seconds(9)), KeyState::Expired);
    let Revocation::Executed(revoked) = key.revoke(now() + TimeDelta::seconds(1)) else {
        panic!("not revoked")
    };
    assert_eq!(
        revoked.state(now() + TimeDelta::seconds(9)),
        KeyState::Revoked
    );
    let again = revoked.clone().revoke(now() + TimeDelta::seconds(5));
    assert_eq!(again, Revocation::AlreadyApplied(revoked));
}

#[test]
fn neither_the_key_nor_its_debug_text_holds_the_token() {
    let token = token();
    let key = ApiKey::mint(new_key(None), &token, now()).unwrap();
    assert_eq!(key.token_sha256, token.digest());
    assert!(!format!("{key:?}").contains(token.reveal()));
}
