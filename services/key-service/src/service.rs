//! The RPC service: reads requests, carries them out, writes answers.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::parse;
use contracts::rpc::Call;
use contracts::v1::{
    ChangeRateLimitRequest, ChangeRateLimitResponse, Fault, KeyService, ListKeyAuditRequest,
    ListKeyAuditResponse, ListKeysRequest, ListKeysResponse, LookUpKeyRequest, LookUpKeyResponse,
    MintKeyRequest, MintKeyResponse, ReportKeyUsageRequest, ReportKeyUsageResponse,
    RevokeKeyRequest, RevokeKeyResponse, RotateKeyRequest, RotateKeyResponse,
};
use domain::api_key::{ApiKey, KeyChange};
use service_kit::Clock;
use store::Db;

use crate::commands::{limit, mint, revoke, rotate};
use crate::db::audit::{self, AuditRow};
use crate::db::keys::{self, Seen};
use crate::db::usage;
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

    async fn find(&self, request: &LookUpKeyRequest) -> Result<Option<Seen>, KeyError> {
        let digest = wire::digest(&request.token_sha256)?;
        let mut conn = self.db.conn().await?;
        keys::find_by_digest(&mut conn, &digest).await
    }

    async fn all(&self, request: &ListKeysRequest) -> Result<Vec<Seen>, KeyError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let mut conn = self.db.conn().await?;
        keys::list(&mut conn, organization, self.now()).await
    }

    /// A page of the trail, and whether there may be more.
    async fn trail(
        &self,
        request: &ListKeyAuditRequest,
    ) -> Result<(Vec<AuditRow>, Option<i64>), KeyError> {
        let trail = wire::trail(request)?;
        let mut conn = self.db.conn().await?;
        let rows = audit::page(&mut conn, &trail).await?;
        let full = i64::try_from(rows.len()) == Ok(trail.limit);
        let next = rows.last().filter(|_| full).map(|row| row.id);
        Ok((rows, next))
    }

    async fn record(&self, request: ReportKeyUsageRequest) -> Result<u32, KeyError> {
        let uses = wire::uses(request, self.now())?;
        if uses.is_empty() {
            return Ok(0);
        }
        let mut conn = self.db.conn().await?;
        let recorded = usage::record(&mut conn, &uses).await?;
        Ok(u32::try_from(recorded).unwrap_or(u32::MAX))
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
            key: key.as_ref().map(wire::seen),
        })
    }

    async fn list(&self, _: Call, request: ListKeysRequest) -> Result<ListKeysResponse, Fault> {
        let keys = self.all(&request).await?;
        Ok(ListKeysResponse {
            keys: keys.iter().map(wire::seen).collect(),
        })
    }

    async fn revoke(
        &self,
        call: Call,
        request: RevokeKeyRequest,
    ) -> Result<RevokeKeyResponse, Fault> {
        let request = wire::revoke_request(request, call)?;
        let change = revoke::revoke(&self.db, &*self.entropy, request, self.now()).await?;
        let (key, applied) = outcome(&change);
        if applied {
            self.metrics.revoked();
        }
        Ok(RevokeKeyResponse {
            key: Some(wire::key(key)),
            applied,
        })
    }

    async fn rotate(
        &self,
        call: Call,
        request: RotateKeyRequest,
    ) -> Result<RotateKeyResponse, Fault> {
        let request = wire::rotate_request(request, call)?;
        let rotation = rotate::rotate(&self.db, &*self.entropy, request, self.now()).await?;
        self.metrics.rotated();
        Ok(RotateKeyResponse {
            key: Some(wire::key(&rotation.successor)),
            token: rotation.token.reveal().to_owned(),
            retired: Some(wire::key(&rotation.retired)),
        })
    }

    async fn change_rate_limit(
        &self,
        call: Call,
        request: ChangeRateLimitRequest,
    ) -> Result<ChangeRateLimitResponse, Fault> {
        let request = wire::limit_request(request, call)?;
        let change = limit::limit(&self.db, &*self.entropy, request, self.now()).await?;
        let (key, applied) = outcome(&change);
        if applied {
            self.metrics.limited();
        }
        Ok(ChangeRateLimitResponse {
            key: Some(wire::key(key)),
            applied,
        })
    }

    async fn list_key_audit(
        &self,
        _: Call,
        request: ListKeyAuditRequest,
    ) -> Result<ListKeyAuditResponse, Fault> {
        let (rows, next_before_id) = self.trail(&request).await?;
        Ok(ListKeyAuditResponse {
            entries: rows.into_iter().map(wire::audit_entry).collect(),
            next_before_id,
        })
    }

    async fn report_usage(
        &self,
        _: Call,
        request: ReportKeyUsageRequest,
    ) -> Result<ReportKeyUsageResponse, Fault> {
        let recorded = self.record(request).await?;
        self.metrics.used(recorded);
        Ok(ReportKeyUsageResponse { recorded })
    }
}

/// The key as it stands, and whether it changed.
fn outcome(change: &KeyChange) -> (&ApiKey, bool) {
    match change {
        KeyChange::Executed(key) => (key, true),
        KeyChange::AlreadyApplied(key) => (key, false),
    }
}
