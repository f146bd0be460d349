//! One course: every step is taken by the services and by the model.

use chrono::{DateTime, TimeDelta, Utc};
use system_tests::Connection;
use uuid::Uuid;

use super::key::{Answer, Form, Key, OrganizationHeader, Route};
use super::{Step, Use};
use crate::world::{GATEWAYS, World, now};

/// A key that ends later than this is not outlived.
const SOON: TimeDelta = TimeDelta::seconds(3);

pub struct Course<'a> {
    pub(super) world: &'a World,
    pub(super) connections: Vec<Connection>,
    pub(super) organizations: [Uuid; 2],
    /// In the order of their making.
    pub(super) keys: Vec<Key>,
    /// Answers that were compared.
    pub(super) answers: usize,
}

impl<'a> Course<'a> {
    pub fn new(world: &'a World) -> Self {
        Self {
            world,
            connections: world.connections(),
            organizations: [Uuid::new_v4(), Uuid::new_v4()],
            keys: Vec::new(),
            answers: 0,
        }
    }

    pub async fn take(&mut self, step: &Step) {
        let number = |key: usize| key % self.keys.len().max(1);
        match step {
            Step::Mint(mint) => self.mint(mint).await,
            _ if self.keys.is_empty() => {}
            Step::Revoke { key, organization } => self.revoke(number(*key), *organization).await,
            Step::Rotate {
                key,
                organization,
                overlap_seconds,
            } => {
                let number = number(*key);
                self.rotate(number, *organization, *overlap_seconds).await;
            }
            Step::Limit {
                key,
                organization,
                requests,
            } => self.limit(number(*key), *organization, *requests).await,
            Step::Use(usage) => self.use_key(usage).await,
            Step::Outlive { key } => self.outlive(number(*key)).await,
        }
    }

    /// Every key once more, at every gateway. Returns how many answers were compared.
    pub async fn end(mut self) -> usize {
        for key in 0..self.keys.len() {
            for gateway in 0..GATEWAYS {
                self.use_rightly(key, gateway).await;
            }
        }
        self.answers
    }

    async fn use_key(&mut self, usage: &Use) {
        let number = usage.key % self.keys.len();
        let (form, header, route) = (usage.form, usage.header, usage.route);
        self.compare(number, usage.gateway, form, header, route)
            .await;
    }

    async fn use_rightly(&mut self, number: usize, gateway: usize) {
        let route = self.keys[number].home();
        let (form, header) = (Form::Right, OrganizationHeader::Own);
        self.compare(number, gateway, form, header, route).await;
    }

    async fn compare(
        &mut self,
        number: usize,
        gateway: usize,
        form: Form,
        header: OrganizationHeader,
        route: Route,
    ) {
        let key = &self.keys[number];
        let ask = key.ask(form, header, route, &self.organizations);
        let before = key.judge(form, header, route, now());
        let reply = self.connections[gateway].send(&ask).await;
        let after = key.judge(form, header, route, now());
        let answer = (reply.status, reply.reason());
        assert!(
            answer == own(before) || answer == own(after),
            "gateway {gateway} says {answer:?} and the model {before:?}, then {after:?}: {ask:?}"
        );
        if let (200, Some(requests)) = (reply.status, key.limit) {
            let policy = format!(r#""key";q={requests};w=1"#);
            let told = reply.header("RateLimit-Policy").unwrap_or_default();
            assert!(told.starts_with(&policy), "{told}");
        }
        self.answers += 1;
    }

    async fn outlive(&mut self, number: usize) {
        let soon = |end: &DateTime<Utc>| *end < now() + SOON;
        let Some(end) = self.keys[number].ends_at.filter(soon) else {
            return;
        };
        let mut gateway = 0;
        while now() < end {
            self.use_rightly(number, gateway % GATEWAYS).await;
            gateway += 1;
        }
        for gateway in 0..GATEWAYS {
            self.use_rightly(number, gateway).await;
        }
    }
}

pub(super) fn own((status, reason): Answer) -> (u16, String) {
    (status, reason.to_owned())
}
