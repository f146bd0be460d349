//! What is done to keys: by key-service, and by the model.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::{instant, timestamp};
use contracts::rpc::RpcError;
use contracts::v1::{
    ChangeRateLimitRequest, MintKeyRequest, RateLimit, RevokeKeyRequest, RotateKeyRequest,
    fault::Kind,
};
use domain::api_key::Surface;
use domain::scope::Scope;
use test_support::eventually;

use super::Mint;
use super::course::{Course, own};
use super::key::{Form, Key, Network, OrganizationHeader, Route};
use crate::world::{GATEWAYS, PATIENCE, now};

impl Course<'_> {
    pub(super) async fn mint(&mut self, mint: &Mint) {
        let scopes = match (mint.surface, mint.routes.as_slice()) {
            (Surface::GaFlight, [Route::Flights]) => vec![Scope::Flights.as_str()],
            (Surface::GaFlight, [Route::Fleet]) => vec![Scope::Fleet.as_str()],
            (Surface::GaFlight, _) => vec![Scope::Flights.as_str(), Scope::Fleet.as_str()],
            // Whoever may write may read.
            (_, [Route::Flights]) => vec!["write"],
            _ => vec!["read"],
        };
        let networks: &[&str] = match mint.network {
            Network::Any => &[],
            Network::Here => &["127.0.0.0/8", "2001:db8::/32"],
            Network::Elsewhere => &["203.0.113.0/24"],
        };
        let ends_at = mint
            .lifetime_ms
            .map(|ms| now() + TimeDelta::milliseconds(ms));
        let request = MintKeyRequest {
            organization_id: self.organizations[mint.organization].to_string(),
            surface: mint.surface.to_string(),
            name: format!("key {}", self.keys.len()),
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            expires_at: ends_at.map(timestamp),
            allowed_cidrs: networks.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        let minted = self.world.mint_as(request).await;
        self.keys.push(Key {
            id: minted.id,
            organization: mint.organization,
            token: minted.token,
            surface: mint.surface,
            routes: mint.routes.clone(),
            network: mint.network,
            ends_at,
            revoked: false,
            limit: None,
            replaces: None,
        });
    }

    pub(super) async fn revoke(&mut self, number: usize, organization: usize) {
        let key = &self.keys[number];
        let request = RevokeKeyRequest {
            organization_id: self.organizations[organization].to_string(),
            key_id: key.id.clone(),
            ..Default::default()
        };
        let answer = self.world.stack.keys().revoke(request).await;
        if organization != key.organization {
            assert_eq!(kind(answer), Kind::NotFound);
            return;
        }
        assert_eq!(answer.unwrap().applied, !key.revoked);
        self.keys[number].revoked = true;
        for gateway in 0..GATEWAYS {
            self.refused(number, gateway).await;
        }
    }

    /// Until the gateway has heard of the revocation it answers as before, and from then on as after.
    async fn refused(&mut self, number: usize, gateway: usize) {
        let (key, connection) = (&mut self.keys[number], &mut self.connections[gateway]);
        let ask = key.ask(
            Form::Right,
            OrganizationHeader::Own,
            key.home(),
            &self.organizations,
        );
        eventually("the key is refused", PATIENCE, async || {
            key.revoked = false;
            let before = key.answer(now());
            let reply = connection.send(&ask).await;
            let after = key.answer(now());
            key.revoked = true;
            let answer = (reply.status, reply.reason());
            if answer == own(key.answer(now())) {
                return Some(());
            }
            assert!(answer == own(before) || answer == own(after), "{answer:?}");
            None
        })
        .await;
        self.answers += 1;
    }

    pub(super) async fn limit(
        &mut self,
        number: usize,
        organization: usize,
        requests: Option<u32>,
    ) {
        let key = &self.keys[number];
        let limit = |requests| RateLimit {
            requests,
            seconds: 1,
        };
        let request = ChangeRateLimitRequest {
            organization_id: self.organizations[organization].to_string(),
            key_id: key.id.clone(),
            rate_limit: requests.map(limit),
            ..Default::default()
        };
        let lived = key.lives(now());
        let answer = self.world.stack.keys().change_rate_limit(request).await;
        if organization != key.organization {
            assert_eq!(kind(answer), Kind::NotFound);
            return;
        }
        if answer.is_err() {
            assert!(!key.lives(now()), "{answer:?}");
            assert_eq!(kind(answer), Kind::Conflict);
            return;
        }
        assert!(lived);
        assert_eq!(answer.unwrap().applied, key.limit != requests);
        self.keys[number].limit = requests;
        self.world.heard(&mut self.connections).await;
    }

    pub(super) async fn rotate(
        &mut self,
        number: usize,
        organization: usize,
        overlap_seconds: i64,
    ) {
        let key = &self.keys[number];
        let request = RotateKeyRequest {
            organization_id: self.organizations[organization].to_string(),
            key_id: key.id.clone(),
            overlap_seconds: Some(overlap_seconds),
            ..Default::default()
        };
        let began = now();
        let answer = self.world.stack.keys().rotate(request).await;
        let ended = now();
        if organization != key.organization {
            assert_eq!(kind(answer), Kind::NotFound);
            return;
        }
        let can = [began, ended].map(|at| self.can_rotate(number, at));
        if answer.is_err() {
            assert!(can.contains(&false), "{answer:?}");
            assert_eq!(kind(answer), Kind::Conflict);
            return;
        }
        assert!(can.contains(&true));
        let answer = answer.unwrap();
        let retires_at = instant("retires_at", answer.retired.unwrap().retires_at).unwrap();
        let overlap = TimeDelta::seconds(overlap_seconds);
        // PostgreSQL keeps microseconds.
        let earliest = began - TimeDelta::microseconds(1);
        assert!((earliest + overlap..=ended + overlap).contains(&retires_at));
        let key = &mut self.keys[number];
        let successor = Key {
            id: answer.key.unwrap().id,
            token: answer.token,
            routes: key.routes.clone(),
            replaces: Some(number),
            ..*key
        };
        key.ends_at = Some(key.ends_at.map_or(retires_at, |at| at.min(retires_at)));
        self.keys.push(successor);
        self.world.heard(&mut self.connections).await;
    }

    /// It lives, and no rotation is under way that it is part of.
    fn can_rotate(&self, number: usize, at: DateTime<Utc>) -> bool {
        let key = &self.keys[number];
        let others = self.keys.iter().enumerate();
        let mut relatives = others.filter(|(other_number, other)| {
            key.replaces == Some(*other_number) || other.replaces == Some(number)
        });
        key.lives(at) && !relatives.any(|(_, other)| other.lives(at))
    }
}

fn kind<T>(answer: Result<T, RpcError>) -> Kind {
    match answer {
        Err(RpcError::Fault(fault)) => fault.kind(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was done"),
    }
}
