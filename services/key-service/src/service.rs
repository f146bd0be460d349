//! The RPC service: reads requests, carries them out, writes answers.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::parse;
use contracts::rpc::Call;
use contracts::v1::{
    Fault, KeyService, ListKeysRequest, ListKeysResponse, LookUpKeyRequest, LookUpKeyResponse,
    MintKeyRequest, MintKeyResponse, RevokeKeyRequest, RevokeKeyResponse,
};
use domain::api_key::{ApiKey, Revocation};
use service_kit::Clock;
use store::Db;

use crate::commands::{mint, revoke};
use crate::db::keys;
use crate::entropy::Entropy;
use crate::error::KeyError;
use crate::metrics::KeyMetrics;
use crate::wire;

/// Answers for the keys in `db`.
pub struct Keys {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub metrics: KeyMetrics,
}

impl Keys {
    /// In microseconds, as PostgreSQL keeps it.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    async fn find(&self, request: &LookUpKeyRequest) -> Result<Option<ApiKey>, KeyError> {
        let digest = wire::digest(&request.token_sha256)?;
        let mut conn = self.db.conn().await?;
        keys::find_by_digest(&mut conn, &digest).await
    }

    async fn all(&self, request: &ListKeysRequest) -> Result<Vec<ApiKey>, KeyError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let mut conn = self.db.conn().await?;
        keys::list(&mut conn, organization, self.now()).await
    }
}

impl KeyService for Keys {
    async fn mint(&self, call: Call, request: MintKeyRequest) -> Result<MintKeyResponse, Fault> {
        let request = wire::mint_request(request, call)?;
        let (key, token) = mint::mint(&self.db, &*self.entropy, request, self.now()).await?;
        self.metrics.minted();
        Ok(MintKeyResponse {
            key: Some(wire::key(&key)),
            token: token.reveal().to_owned(),
        })
    }

    async fn look_up(
        &self,
        _: Call,
        request: LookUpKeyRequest,
    ) -> Result<LookUpKeyResponse, Fault> {
        let key = self.find(&request).await?;
        self.metrics.looked_up(key.is_some());
        Ok(LookUpKeyResponse {
            key: key.as_ref().map(wire::key),
        })
    }

    async fn list(&self, _: Call, request: ListKeysRequest) -> Result<ListKeysResponse, Fault> {
        let keys = self.all(&request).await?;
        Ok(ListKeysResponse {
            keys: keys.iter().map(wire::key).collect(),
        })
    }

    async fn revoke(
        &self,
        call: Call,
        request: RevokeKeyRequest,
    ) -> Result<RevokeKeyResponse, Fault> {
        let request = wire::revoke_request(request, call)?;
        let revocation = revoke::revoke(&self.db, &*self.entropy, request, self.now()).await?;
        let (key, applied) = match &revocation {
            Revocation::Executed(key) => (key, true),
            Revocation::AlreadyApplied(key) => (key, false),
        };
        if applied {
            self.metrics.revoked();
        }
        Ok(RevokeKeyResponse {
            key: Some(wire::key(key)),
            applied,
        })
    }
}
