//! A key-service that keeps its keys in a map.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use contracts::convert;
use contracts::rpc::Call;
use contracts::v1::{self, ApiKey, Fault, KeyService};
use domain::api_key::{ApiToken, RateLimit, Surface};
use domain::scope::Scope;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::SCHOOL;

/// When all keys were minted.
const MINTED_AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

#[derive(Clone, Default)]
pub struct Keys(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    keys: HashMap<[u8; 32], ApiKey>,
    look_ups: usize,
    hold: Option<oneshot::Receiver<()>>,
    uses: Vec<v1::KeyUse>,
    deaf_to: usize,
}

/// A key as its owner has it.
#[derive(Clone)]
pub struct Minted {
    pub token: ApiToken,
    pub organization: Uuid,
}

/// A token that nobody has.
pub fn token(surface: Surface) -> ApiToken {
    let (a, b) = (Uuid::new_v4(), Uuid::new_v4());
    let entropy: Vec<u8> = a.as_bytes().iter().chain(b.as_bytes()).copied().collect();
    ApiToken::from_entropy(surface, &entropy.try_into().unwrap())
}

impl Minted {
    /// A key that key-service has never heard of.
    pub fn unknown() -> Self {
        Self {
            token: token(Surface::GaFlight),
            organization: SCHOOL,
        }
    }
}

impl Keys {
    /// A key of [`SCHOOL`] with these scopes.
    pub fn mint(&self, scopes: &[Scope]) -> Minted {
        self.mint_for(SCHOOL, scopes)
    }

    pub fn mint_for(&self, organization: Uuid, scopes: &[Scope]) -> Minted {
        let scopes = scopes
            .iter()
            .map(|scope| scope.as_str())
            .collect::<Vec<_>>();
        self.mint_of(Surface::GaFlight, organization, &scopes)
    }

    pub fn mint_of(&self, surface: Surface, organization: Uuid, scopes: &[&str]) -> Minted {
        let minted = Minted {
            token: token(surface),
            organization,
        };
        let key = ApiKey {
            id: Uuid::new_v4().to_string(),
            organization_id: organization.to_string(),
            surface: surface.as_str().to_owned(),
            name: "Nightly sync".to_owned(),
            display_prefix: minted.token.display_prefix(),
            last_four: minted.token.last_four(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            created_at: Some(convert::timestamp(MINTED_AT)),
            ..ApiKey::default()
        };
        self.0
            .lock()
            .unwrap()
            .keys
            .insert(minted.token.digest(), key);
        minted
    }

    /// Puts a key there of which so far only the token existed.
    pub fn bring_to_life(&self, unknown: &Minted, scopes: &[Scope]) {
        let other = self.mint_for(unknown.organization, scopes);
        let mut state = self.0.lock().unwrap();
        let key = state.keys.remove(&other.token.digest()).unwrap();
        state.keys.insert(unknown.token.digest(), key);
    }

    /// Ends the key here; nobody is told.
    pub fn revoke(&self, key: &Minted, at: DateTime<Utc>) {
        self.change(key, |key| key.revoked_at = Some(convert::timestamp(at)));
    }

    pub fn expire(&self, key: &Minted, at: DateTime<Utc>) {
        self.change(key, |key| key.expires_at = Some(convert::timestamp(at)));
    }

    pub fn allow_only(&self, key: &Minted, network: &str) {
        self.change(key, |known| known.allowed_cidrs = vec![network.to_owned()]);
    }

    pub fn bind_to(&self, key: &Minted, location: Uuid) {
        self.change(key, |known| known.location_ids = vec![location.to_string()]);
    }

    /// Gives the key a limit of its own, such as `10/h`, or takes it away; nobody is told.
    pub fn limit(&self, key: &Minted, limit: Option<&str>) {
        let limit = limit.map(|limit| limit.parse::<RateLimit>().unwrap());
        self.change(key, |known| known.rate_limit = limit.map(Into::into));
    }

    /// Makes the next look-up read at once but answer only when the sender says so.
    pub fn hold_next(&self) -> oneshot::Sender<()> {
        let (release, hold) = oneshot::channel();
        self.0.lock().unwrap().hold = Some(hold);
        release
    }

    /// The last uses of this key that were told, in their order.
    pub fn uses(&self, key: &Minted) -> Vec<v1::KeyUse> {
        let state = self.0.lock().unwrap();
        let id = &state.keys[&key.token.digest()].id;
        let own = state.uses.iter().filter(|used| used.key_id == *id);
        own.cloned().collect()
    }

    /// Does not take the next so many reports.
    pub fn go_deaf(&self, reports: usize) {
        self.0.lock().unwrap().deaf_to = reports;
    }

    /// Whether there are reports still to come that will not be taken.
    pub fn is_deaf(&self) -> bool {
        self.0.lock().unwrap().deaf_to > 0
    }

    pub fn look_ups(&self) -> usize {
        self.0.lock().unwrap().look_ups
    }

    pub fn change(&self, key: &Minted, change: impl FnOnce(&mut ApiKey)) {
        change(
            self.0
                .lock()
                .unwrap()
                .keys
                .get_mut(&key.token.digest())
                .unwrap(),
        );
    }
}

impl KeyService for Keys {
    async fn look_up(
        &self,
        _: Call,
        request: v1::LookUpKeyRequest,
    ) -> Result<v1::LookUpKeyResponse, Fault> {
        let (key, hold) = {
            let mut state = self.0.lock().unwrap();
            state.look_ups += 1;
            let digest: [u8; 32] = request.token_sha256.as_ref().try_into().unwrap();
            (state.keys.get(&digest).cloned(), state.hold.take())
        };
        if let Some(hold) = hold {
            let _ = hold.await;
        }
        Ok(v1::LookUpKeyResponse { key })
    }

    async fn report_usage(
        &self,
        _: Call,
        request: v1::ReportKeyUsageRequest,
    ) -> Result<v1::ReportKeyUsageResponse, Fault> {
        let mut state = self.0.lock().unwrap();
        if state.deaf_to > 0 {
            state.deaf_to -= 1;
            return Err(Fault::unavailable("away"));
        }
        state.uses.extend(request.uses);
        Ok(v1::ReportKeyUsageResponse { recorded: 0 })
    }

    contracts::refuse_key_service! {
        mint, list, revoke, rotate, change_rate_limit, list_key_audit,
    }
}
