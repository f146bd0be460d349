use proptest::prelude::*;

use super::*;

fn org(text: &str) -> OrgId {
    text.parse().unwrap()
}

/// Computed by hand: SHA-1 of namespace and id, its first 16 bytes, version and variant set.
#[test]
fn the_sandbox_of_a_known_organisation_is_known() {
    let live = org("018f4d2e-7c3a-7b11-9a57-3f0c2d8e6b41");
    assert_eq!(
        live.sandbox(),
        org("ae029f36-aab7-5970-987c-e0af577aec59"),
        "the id must never change"
    );
}

#[test]
fn ids_as_we_make_them_are_no_sandboxes() {
    for live in [
        uuid!("018f4d2e-7c3a-7b11-9a57-3f0c2d8e6b41"),
        uuid!("6f565ea5-dee8-4cd3-8953-e50636c6519f"),
        Uuid::nil(),
        Uuid::max(),
        Uuid::from_u128(1),
    ] {
        assert!(!OrgId(live).is_sandbox(), "{live}");
    }
}

#[test]
fn a_base_has_a_counterpart_in_each_sandbox() {
    let base = LocationId(Uuid::from_u128(7));
    let (one, other) = (OrgId(Uuid::from_u128(1)), OrgId(Uuid::from_u128(2)));
    let there = base.in_sandbox(one.sandbox());
    assert_ne!(there, base);
    assert_ne!(there, base.in_sandbox(other.sandbox()));
    assert_eq!(there, base.in_sandbox(one.sandbox()));
}

proptest! {
    #[test]
    fn a_sandbox_is_another_organisation_and_seen_to_be_a_sandbox(id: u128) {
        let org = OrgId(Uuid::from_u128(id));
        prop_assert_ne!(org.sandbox(), org);
        prop_assert!(org.sandbox().is_sandbox());
        prop_assert_eq!(org.sandbox(), org.sandbox());
    }

    #[test]
    fn two_organisations_have_two_sandboxes(one: u128, other: u128) {
        prop_assume!(one != other);
        let [one, other] = [one, other].map(|id| OrgId(Uuid::from_u128(id)).sandbox());
        prop_assert_ne!(one, other);
    }
}
