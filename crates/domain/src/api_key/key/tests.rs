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
        rights: Rights {
            grants: Grants::all(Surface::TrueFlight),
            locations: [LocationId(Uuid::from_u128(3))].into(),
            networks: Networks::parse(&["203.0.113.0/24"]).unwrap(),
        },
        rate_limit: RateLimit::new(600, 60).ok(),
        note: Some("for the warehouse".into()),
        created_by: None,
        expires_at,
        replaces: None,
    }
}

fn token() -> ApiToken {
    ApiToken::from_entropy(Surface::TrueFlight, &[7; 32])
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
    let KeyChange::Executed(revoked) = key.revoke(now() + TimeDelta::seconds(1)) else {
        panic!("not revoked")
    };
    assert_eq!(
        revoked.state(now() + TimeDelta::seconds(9)),
        KeyState::Revoked
    );
    let again = revoked.clone().revoke(now() + TimeDelta::seconds(5));
    assert_eq!(again, KeyChange::AlreadyApplied(revoked));
}

#[test]
fn neither_the_key_nor_its_debug_text_holds_the_token() {
    let token = token();
    let key = ApiKey::mint(new_key(None), &token, now()).unwrap();
    assert_eq!(key.token_sha256, token.digest());
    assert!(!format!("{key:?}").contains(token.reveal()));
}

#[test]
fn a_key_is_bound_to_so_many_locations_at_most() {
    let mut bound = new_key(None);
    bound.rights.locations = (0..101).map(|n| LocationId(Uuid::from_u128(n))).collect();
    let refused = ApiKey::mint(bound, &token(), now());
    assert_eq!(refused, Err(InvalidKey::TooManyLocations));
}

#[test]
fn a_key_of_ga_flight_is_bound_to_no_location() {
    let ga = ApiToken::from_entropy(Surface::GaFlight, &[7; 32]);
    let refused = ApiKey::mint(new_key(None), &ga, now());
    assert_eq!(refused, Err(InvalidKey::LocationsOnGaFlight));
    assert_eq!(InvalidKey::LocationsOnGaFlight.pointer(), "location_ids");
    let mut unbound = new_key(None);
    unbound.rights.locations.clear();
    assert!(ApiKey::mint(unbound, &ga, now()).is_ok());
}

#[test]
fn a_rate_limit_is_changed_taken_away_and_left_alone() {
    let key = ApiKey::mint(new_key(None), &token(), now()).unwrap();
    let same = key.clone().limit(key.rate_limit, now());
    assert_eq!(same, Ok(KeyChange::AlreadyApplied(key.clone())));
    for other in [RateLimit::new(600, 61).ok(), None] {
        let changed = ApiKey {
            rate_limit: other,
            ..key.clone()
        };
        let change = key.clone().limit(other, now());
        assert_eq!(change, Ok(KeyChange::Executed(changed)));
    }
}

#[test]
fn a_key_that_has_ended_is_not_limited_even_as_it_is() {
    let end = now() + TimeDelta::days(1);
    let key = ApiKey::mint(new_key(Some(end)), &token(), now()).unwrap();
    let KeyChange::Executed(revoked) = key.clone().revoke(now()) else {
        panic!("not revoked")
    };
    for limit in [key.rate_limit, None] {
        assert_eq!(key.clone().limit(limit, end), Err(KeyEnded));
        assert_eq!(revoked.clone().limit(limit, now()), Err(KeyEnded));
    }
}

#[test]
fn a_key_belongs_to_its_token_and_to_none_that_differs_in_a_bit() {
    let key = ApiKey::mint(new_key(None), &token(), now()).unwrap();
    assert!(key.belongs_to(&token().digest()));
    for bit in 0..256 {
        let mut other = token().digest();
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!key.belongs_to(&other), "bit {bit}");
    }
}

fn new_token(number: u128, overlap: TimeDelta) -> NewToken {
    NewToken {
        id: ApiKeyId(Uuid::from_u128(number)),
        expires_at: None,
        rotated_by: Some("ops".into()),
        overlap: Overlap::new(overlap).unwrap(),
    }
}

#[test]
fn a_rotation_hands_the_rights_on_and_lets_the_old_key_live_for_the_overlap() {
    let end = now() + TimeDelta::days(90);
    let old = ApiKey::mint(new_key(Some(end)), &token(), now()).unwrap();
    let at = now() + TimeDelta::days(1);
    let rotation = old
        .clone()
        .rotate(new_token(9, TimeDelta::hours(2)), &[8; 32], at)
        .unwrap();
    let (retired, successor) = (&rotation.retired, &rotation.successor);

    assert_eq!(successor.rights, old.rights);
    assert_eq!(successor.rate_limit, old.rate_limit);
    assert_eq!((&successor.name, &successor.note), (&old.name, &old.note));
    assert_eq!(
        (successor.surface, successor.expires_at),
        (old.surface, Some(end))
    );
    assert_eq!(
        (successor.replaces, successor.created_at),
        (Some(old.id), at)
    );
    assert_eq!(successor.created_by.as_deref(), Some("ops"));
    assert_eq!(successor.token_sha256, rotation.token.digest());
    assert_ne!(successor.token_sha256, old.token_sha256);

    let last = at + TimeDelta::hours(2);
    assert_eq!(
        retired.state(last - TimeDelta::microseconds(1)),
        KeyState::Live
    );
    assert_eq!(retired.state(last), KeyState::Expired);
    assert_eq!(
        (retired.expires_at, retired.ends_at()),
        (Some(end), Some(last))
    );
}

#[test]
fn a_rotation_never_lengthens_a_life() {
    let end = now() + TimeDelta::days(1);
    let old = ApiKey::mint(new_key(Some(end)), &token(), now()).unwrap();
    let once = old
        .rotate(new_token(9, TimeDelta::days(30)), &[8; 32], now())
        .unwrap()
        .retired;
    assert_eq!(once.ends_at(), Some(end));
    let soon = once
        .rotate(new_token(10, TimeDelta::minutes(1)), &[8; 32], now())
        .unwrap()
        .retired;
    let again = soon
        .rotate(new_token(11, TimeDelta::days(30)), &[8; 32], now())
        .unwrap()
        .retired;
    assert_eq!(again.ends_at(), Some(now() + TimeDelta::minutes(1)));
}

#[test]
fn a_rotation_may_set_another_expiry_and_ended_keys_are_not_rotated() {
    let end = now() + TimeDelta::days(1);
    let old = ApiKey::mint(new_key(Some(end)), &token(), now()).unwrap();
    let later = NewToken {
        expires_at: Some(end + TimeDelta::days(9)),
        ..new_token(9, TimeDelta::zero())
    };
    let rotation = old.clone().rotate(later.clone(), &[8; 32], now()).unwrap();
    assert_eq!(rotation.successor.expires_at, later.expires_at);
    assert_eq!(rotation.retired.state(now()), KeyState::Expired);
    let past = NewToken {
        expires_at: Some(now()),
        ..later.clone()
    };
    assert_eq!(
        old.clone().rotate(past, &[8; 32], now()),
        Err(CannotRotate::Invalid(InvalidKey::ExpiryPassed))
    );
    assert_eq!(
        old.clone().rotate(later.clone(), &[8; 32], end),
        Err(CannotRotate::Ended(KeyEnded))
    );
    let KeyChange::Executed(revoked) = old.revoke(now()) else {
        panic!("not revoked")
    };
    assert_eq!(
        revoked.rotate(later, &[8; 32], now()),
        Err(CannotRotate::Ended(KeyEnded))
    );
}

#[test]
fn an_overlap_is_thirty_days_at_most() {
    for span in [TimeDelta::zero(), TimeDelta::days(30)] {
        assert!(Overlap::new(span).is_ok());
    }
    for span in [
        TimeDelta::seconds(-1),
        TimeDelta::days(30) + TimeDelta::seconds(1),
    ] {
        assert_eq!(Overlap::new(span), Err(InvalidKey::Overlap));
    }
}
