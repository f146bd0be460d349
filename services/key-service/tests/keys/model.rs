//! Random courses of minting, rotating, revoking, waiting and reading beside a model that is obviously right.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::{instant, instant_optional, timestamp};
use contracts::v1::{ApiKey, MintKeyRequest, RevokeKeyRequest, RotateKeyRequest, fault::Kind};
use domain::api_key::ApiToken;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use crate::support::{World, kind};

#[derive(Debug, Clone)]
enum Step {
    Mint {
        organization: usize,
        lifetime_seconds: Option<i64>,
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

fn step() -> impl Strategy<Value = Step> {
    let organization = 0..2_usize;
    prop_oneof![
        3 => (organization.clone(), proptest::option::of(1..90_i64))
            .prop_map(|(organization, lifetime_seconds)| Step::Mint { organization, lifetime_seconds }),
        3 => (any::<usize>(), organization.clone())
            .prop_map(|(key, organization)| Step::Revoke { key, organization }),
        3 => (any::<usize>(), organization.clone(), prop_oneof![Just(0), 1..90_i64]).prop_map(
            |(key, organization, overlap_seconds)| Step::Rotate { key, organization, overlap_seconds }
        ),
        2 => (1..60_i64).prop_map(|seconds| Step::Wait { seconds }),
        2 => organization.prop_map(|organization| Step::List { organization }),
        2 => any::<usize>().prop_map(|key| Step::LookUp { key }),
    ]
}

/// What the model remembers of a key.
struct Known {
    id: String,
    organization: usize,
    token: ApiToken,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    replaces: Option<String>,
    retires_at: Option<DateTime<Utc>>,
}

struct Model<'a> {
    world: &'a World,
    organizations: [String; 2],
    /// In the order of their making.
    keys: Vec<Known>,
}

impl<'a> Model<'a> {
    fn new(world: &'a World) -> Self {
        let organizations = [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.to_string());
        Self {
            world,
            organizations,
            keys: Vec::new(),
        }
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Mint {
                organization,
                lifetime_seconds,
            } => self.mint(organization, lifetime_seconds).await,
            Step::Wait { seconds } => self.world.pass(TimeDelta::seconds(seconds)),
            Step::List { organization } => self.list(organization).await,
            Step::Revoke { .. } | Step::Rotate { .. } | Step::LookUp { .. }
                if self.keys.is_empty() => {}
            Step::Revoke { key, organization } => {
                self.revoke(key % self.keys.len(), organization).await
            }
            Step::Rotate {
                key,
                organization,
                overlap_seconds,
            } => {
                let number = key % self.keys.len();
                self.rotate(number, organization, overlap_seconds).await;
            }
            Step::LookUp { key } => self.look_up(key % self.keys.len()).await,
        }
    }

    async fn mint(&mut self, organization: usize, lifetime_seconds: Option<i64>) {
        // Each key at a time of its own, so that the order of a list is certain.
        self.world.pass(TimeDelta::microseconds(1));
        let created_at = self.world.now();
        let expires_at = lifetime_seconds.map(|s| created_at + TimeDelta::seconds(s));
        let request = MintKeyRequest {
            organization_id: self.organizations[organization].clone(),
            surface: "tf".into(),
            name: format!("key {}", self.keys.len()),
            scopes: vec!["read".into()],
            expires_at: expires_at.map(timestamp),
            ..Default::default()
        };
        let (key, token) = self.world.mint(request).await;
        self.keys.push(Known {
            id: key.id,
            organization,
            token,
            created_at,
            expires_at,
            revoked_at: None,
            replaces: None,
            retires_at: None,
        });
    }

    async fn rotate(&mut self, number: usize, organization: usize, overlap_seconds: i64) {
        self.world.pass(TimeDelta::microseconds(1));
        let now = self.world.now();
        let known = &self.keys[number];
        let request = RotateKeyRequest {
            organization_id: self.organizations[organization].clone(),
            key_id: known.id.clone(),
            overlap_seconds: Some(overlap_seconds),
            ..Default::default()
        };
        let answer = self.world.client.rotate(request).await;
        if organization != known.organization {
            assert_eq!(kind(answer), Kind::NotFound);
            return;
        }
        let related = |other: &&Known| {
            known.replaces.as_ref() == Some(&other.id) || other.replaces.as_ref() == Some(&known.id)
        };
        let mut relatives = self.keys.iter().filter(related);
        if !known.lives(now) || relatives.any(|relative| relative.lives(now)) {
            assert_eq!(kind(answer), Kind::Conflict);
            return;
        }
        let answer = answer.unwrap();
        let successor = Known {
            id: answer.key.clone().unwrap().id,
            token: ApiToken::parse(&answer.token).unwrap(),
            created_at: now,
            replaces: Some(known.id.clone()),
            revoked_at: None,
            retires_at: None,
            ..*known
        };
        successor.equals(&answer.key.unwrap());
        let ends = now + TimeDelta::seconds(overlap_seconds);
        let known = &mut self.keys[number];
        known.retires_at = Some(known.retires_at.map_or(ends, |at| at.min(ends)));
        known.equals(&answer.retired.unwrap());
        self.keys.push(successor);
    }

    async fn revoke(&mut self, number: usize, organization: usize) {
        let known = &mut self.keys[number];
        let request = RevokeKeyRequest {
            organization_id: self.organizations[organization].clone(),
            key_id: known.id.clone(),
            ..Default::default()
        };
        let answer = self.world.client.revoke(request).await;
        if organization != known.organization {
            assert_eq!(kind(answer), Kind::NotFound);
            return;
        }
        assert_eq!(answer.unwrap().applied, known.revoked_at.is_none());
        known.revoked_at.get_or_insert(self.world.now());
    }

    async fn list(&self, organization: usize) {
        let listed = self.world.list(&self.organizations[organization]).await;
        let mine: Vec<&Known> = self
            .keys
            .iter()
            .filter(|k| k.organization == organization)
            .rev()
            .collect();
        assert_eq!(listed.len(), mine.len());
        for (key, known) in listed.iter().zip(mine) {
            known.equals(key);
        }
    }

    async fn look_up(&self, number: usize) {
        let known = &self.keys[number];
        known.equals(
            &self
                .world
                .look_up(&known.token)
                .await
                .expect("every key ever minted is found"),
        );
    }
}

impl Known {
    fn ends_at(&self) -> Option<DateTime<Utc>> {
        match (self.expires_at, self.retires_at) {
            (Some(expires), Some(retires)) => Some(expires.min(retires)),
            (one, other) => one.or(other),
        }
    }

    fn lives(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.ends_at().is_none_or(|at| now < at)
    }

    fn equals(&self, key: &ApiKey) {
        assert_eq!(key.id, self.id);
        assert_eq!(instant("created_at", key.created_at), Ok(self.created_at));
        assert_eq!(
            instant_optional("expires_at", key.expires_at),
            Ok(self.ends_at())
        );
        assert_eq!(
            instant_optional("retires_at", key.retires_at),
            Ok(self.retires_at)
        );
        assert_eq!(key.replaces, self.replaces);
        assert_eq!(
            instant_optional("revoked_at", key.revoked_at),
            Ok(self.revoked_at)
        );
    }
}

#[test]
fn no_answer_ever_differs_from_the_models() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::start());
    let courses = proptest::collection::vec(step(), 1..40);
    TestRunner::new(ProptestConfig::with_cases(24))
        .run(&courses, |steps| {
            runtime.block_on(async {
                let mut model = Model::new(&world);
                for step in &steps {
                    model.take(step).await;
                }
                for organization in 0..2 {
                    model.list(organization).await;
                }
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(world.stop());
}
