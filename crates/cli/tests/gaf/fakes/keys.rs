use std::sync::{Arc, Mutex};

use contracts::convert::timestamp;
use contracts::rpc::Call;
use contracts::v1::{
    ApiKey, ChangeRateLimitRequest, ChangeRateLimitResponse, Fault, KeyAuditEntry, KeyService,
    ListKeyAuditRequest, ListKeyAuditResponse, ListKeysRequest, ListKeysResponse, MintKeyRequest,
    MintKeyResponse, RevokeKeyRequest, RevokeKeyResponse, RotateKeyRequest, RotateKeyResponse,
};

use crate::world::id;

/// A key-service without a database.
#[derive(Clone, Default)]
pub struct FakeKeys {
    pub minted: Arc<Mutex<Vec<MintKeyRequest>>>,
    pub rotated: Arc<Mutex<Vec<RotateKeyRequest>>>,
    pub limited: Arc<Mutex<Vec<ChangeRateLimitRequest>>>,
    pub revoked: Arc<Mutex<Vec<RevokeKeyRequest>>>,
    pub keys: Arc<Mutex<Vec<ApiKey>>>,
    /// Requests that are received and never answered.
    pub silent: bool,
}

pub const TOKEN: &str = "gaf_pk_theTokenItself";

impl KeyService for FakeKeys {
    async fn mint(&self, _: Call, request: MintKeyRequest) -> Result<MintKeyResponse, Fault> {
        self.minted.lock().unwrap().push(request.clone());
        if self.silent {
            std::future::pending::<()>().await;
        }
        let mut keys = self.keys.lock().unwrap();
        let key = ApiKey {
            id: id(u128::try_from(keys.len()).unwrap() + 1),
            organization_id: request.organization_id,
            surface: request.surface,
            name: request.name,
            display_prefix: "gaf_pk_theT".into(),
            last_four: "self".into(),
            scopes: request.scopes,
            note: request.note,
            created_by: request.created_by,
            created_at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
            expires_at: request.expires_at,
            location_ids: request.location_ids,
            allowed_cidrs: request.allowed_cidrs,
            rate_limit: request.rate_limit,
            ..ApiKey::default()
        };
        keys.push(key.clone());
        Ok(MintKeyResponse {
            key: Some(key),
            token: TOKEN.into(),
        })
    }

    async fn list(&self, _: Call, _: ListKeysRequest) -> Result<ListKeysResponse, Fault> {
        Ok(ListKeysResponse {
            keys: self.keys.lock().unwrap().clone(),
        })
    }

    async fn revoke(&self, _: Call, request: RevokeKeyRequest) -> Result<RevokeKeyResponse, Fault> {
        self.revoked.lock().unwrap().push(request.clone());
        let mut keys = self.keys.lock().unwrap();
        let key = keys
            .iter_mut()
            .find(|k| k.id == request.key_id)
            .ok_or_else(|| Fault::not_found("key"))?;
        let applied = key.revoked_at.is_none();
        key.revoked_at
            .get_or_insert(timestamp("2026-05-29T00:00:00Z".parse().unwrap()));
        Ok(RevokeKeyResponse {
            key: Some(key.clone()),
            applied,
        })
    }

    async fn rotate(&self, _: Call, request: RotateKeyRequest) -> Result<RotateKeyResponse, Fault> {
        self.rotated.lock().unwrap().push(request.clone());
        let mut keys = self.keys.lock().unwrap();
        let ends = timestamp("2126-05-30T12:00:00Z".parse().unwrap());
        let old = keys
            .iter_mut()
            .find(|k| k.id == request.key_id)
            .ok_or_else(|| Fault::not_found("key"))?;
        let key = ApiKey {
            id: id(90),
            replaces: Some(old.id.clone()),
            ..old.clone()
        };
        (old.expires_at, old.retires_at) = (Some(ends), Some(ends));
        let retired = old.clone();
        keys.push(key.clone());
        Ok(RotateKeyResponse {
            key: Some(key),
            token: TOKEN.into(),
            retired: Some(retired),
        })
    }

    async fn change_rate_limit(
        &self,
        _: Call,
        request: ChangeRateLimitRequest,
    ) -> Result<ChangeRateLimitResponse, Fault> {
        self.limited.lock().unwrap().push(request.clone());
        let mut keys = self.keys.lock().unwrap();
        let key = keys
            .iter_mut()
            .find(|k| k.id == request.key_id)
            .ok_or_else(|| Fault::not_found("key"))?;
        let applied = key.rate_limit != request.rate_limit;
        key.rate_limit = request.rate_limit;
        Ok(ChangeRateLimitResponse {
            key: Some(key.clone()),
            applied,
        })
    }

    /// One line, of number 7.
    async fn list_key_audit(
        &self,
        _: Call,
        request: ListKeyAuditRequest,
    ) -> Result<ListKeyAuditResponse, Fault> {
        if request.before_id.is_some() {
            return Ok(ListKeyAuditResponse::default());
        }
        let entry = KeyAuditEntry {
            id: 7,
            key_id: id(1),
            act: "minted".into(),
            by: None,
            at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
            detail: r#"{"name":"one"}"#.into(),
        };
        Ok(ListKeyAuditResponse {
            entries: vec![entry],
            next_before_id: Some(7),
        })
    }

    contracts::refuse_key_service! {
        look_up, report_usage,
    }
}
