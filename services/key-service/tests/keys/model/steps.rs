//! What may happen to keys.

use contracts::v1::RateLimit;
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub enum Step {
    Mint {
        organization: usize,
        lifetime_seconds: Option<i64>,
        limit: Option<RateLimit>,
    },
    /// The key by its number among those minted, asked for by an organisation that may be another.
    Revoke {
        key: usize,
        organization: usize,
    },
    /// Likewise.
    Rotate {
        key: usize,
        organization: usize,
        overlap_seconds: i64,
    },
    /// Likewise.
    Limit {
        key: usize,
        organization: usize,
        limit: Option<RateLimit>,
    },
    Wait {
        seconds: i64,
    },
    List {
        organization: usize,
    },
    LookUp {
        key: usize,
    },
}

pub fn step() -> impl Strategy<Value = Step> {
    let organization = 0..2_usize;
    prop_oneof![
        3 => (organization.clone(), proptest::option::of(1..90_i64), limit()).prop_map(
            |(organization, lifetime_seconds, limit)| Step::Mint { organization, lifetime_seconds, limit }
        ),
        3 => (any::<usize>(), organization.clone())
            .prop_map(|(key, organization)| Step::Revoke { key, organization }),
        3 => (any::<usize>(), organization.clone(), prop_oneof![Just(0), 1..90_i64]).prop_map(
            |(key, organization, overlap_seconds)| Step::Rotate { key, organization, overlap_seconds }
        ),
        3 => (any::<usize>(), organization.clone(), limit())
            .prop_map(|(key, organization, limit)| Step::Limit { key, organization, limit }),
        2 => (1..60_i64).prop_map(|seconds| Step::Wait { seconds }),
        2 => organization.prop_map(|organization| Step::List { organization }),
        2 => any::<usize>().prop_map(|key| Step::LookUp { key }),
    ]
}

/// Few, so that a key is often given the one it has.
fn limit() -> impl Strategy<Value = Option<RateLimit>> {
    let seconds = 60;
    proptest::option::of((1..3_u32).prop_map(move |requests| RateLimit { requests, seconds }))
}
