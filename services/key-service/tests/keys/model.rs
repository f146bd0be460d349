//! Random courses of minting, rotating, revoking, waiting and reading beside a model that is obviously right.

mod known;
mod steps;

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::v1::{
    ChangeRateLimitRequest, ListKeyAuditRequest, MintKeyRequest, RateLimit, RevokeKeyRequest,
    RotateKeyRequest, fault::Kind,
};
use domain::api_key::ApiToken;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use self::known::Known;
use self::steps::{Step, step};
use crate::support::{World, kind};
use crate::trail::{acts, walk};

struct Model<'a> {
    world: &'a World,
    organizations: [String; 2],
    /// In the order of their making.
    keys: Vec<Known>,
    /// Every act, by the number of its organisation: key and name, the oldest first.
    trail: [Vec<(String, &'static str)>; 2],
}

impl<'a> Model<'a> {
    fn new(world: &'a World) -> Self {
        let organizations = [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.to_string());
        Self {
            world,
            organizations,
            keys: Vec::new(),
            trail: Default::default(),
        }
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Mint {
                organization,
                lifetime_seconds,
                limit,
            } => self.mint(organization, lifetime_seconds, limit).await,
            Step::Wait { seconds } => self.world.pass(TimeDelta::seconds(seconds)),
            Step::List { organization } => self.list(organization).await,
            Step::Revoke { .. }
            | Step::Rotate { .. }
            | Step::Limit { .. }
            | Step::LookUp { .. }
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
            Step::Limit {
                key,
                organization,
                limit,
            } => {
                let number = key % self.keys.len();
                self.limit(number, organization, limit).await;
            }
            Step::LookUp { key } => self.look_up(key % self.keys.len()).await,
        }
    }

    async fn mint(
        &mut self,
        organization: usize,
        lifetime_seconds: Option<i64>,
        rate_limit: Option<RateLimit>,
    ) {
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
            rate_limit,
            ..Default::default()
        };
        let (key, token) = self.world.mint(request).await;
        self.trail[organization].push((key.id.clone(), "minted"));
        self.keys.push(Known {
            id: key.id,
            organization,
            token,
            created_at,
            expires_at,
            revoked_at: None,
            replaces: None,
            rate_limit,
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
        let trail = &mut self.trail[organization];
        trail.push((known.id.clone(), "rotated"));
        trail.push((successor.id.clone(), "minted"));
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
        let applied = answer.unwrap().applied;
        assert_eq!(applied, known.revoked_at.is_none());
        if applied {
            self.trail[organization].push((known.id.clone(), "revoked"));
        }
        known.revoked_at.get_or_insert(self.world.now());
    }

    async fn limit(&mut self, number: usize, organization: usize, limit: Option<RateLimit>) {
        let known = &mut self.keys[number];
        let request = ChangeRateLimitRequest {
            organization_id: self.organizations[organization].clone(),
            key_id: known.id.clone(),
            rate_limit: limit,
            ..Default::default()
        };
        let answer = self.world.client.change_rate_limit(request).await;
        if organization != known.organization {
            assert_eq!(kind(answer), Kind::NotFound);
            return;
        }
        if !known.lives(self.world.now()) {
            assert_eq!(kind(answer), Kind::Conflict);
            return;
        }
        let answer = answer.unwrap();
        assert_eq!(answer.applied, known.rate_limit != limit);
        if answer.applied {
            self.trail[organization].push((known.id.clone(), "limited"));
        }
        known.rate_limit = limit;
        known.equals(&answer.key.unwrap());
    }

    async fn read_trail(&self, organization: usize) {
        let request = ListKeyAuditRequest {
            organization_id: self.organizations[organization].clone(),
            ..Default::default()
        };
        let entries = walk(self.world, request).await;
        let mine = self.trail[organization].iter().rev();
        let expected: Vec<_> = mine.map(|(key, act)| (key.as_str(), *act)).collect();
        assert_eq!(acts(&entries), expected);
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
                    model.read_trail(organization).await;
                }
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(world.stop());
}
