//! Messages to requests, keys to messages.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::{
    InvalidMessage, instant, instant_optional, parse, parse_optional, timestamp,
};
use contracts::rpc::Call;
use contracts::v1;
use domain::api_key::{ApiKey, KeyUse, Networks, Overlap, RateLimit, Rights, Surface, UserAgent};
use domain::scope::Grants;

use crate::commands::limit::LimitRequest;
use crate::commands::mint::MintRequest;
use crate::commands::revoke::RevokeRequest;
use crate::commands::rotate::RotateRequest;
use crate::db::audit::{AuditRow, Trail};
use crate::db::keys::Seen;
use crate::error::KeyError;

/// Characters of a reason, and of whoever gives it.
const LONGEST_TEXT: usize = 1_000;
/// Lines of the audit trail in one page: unless asked, and at most.
const LINES: (u32, u32) = (50, 200);
/// Uses in one report, at most.
const MOST_USES: usize = 1_000;

pub fn mint_request(request: v1::MintKeyRequest, call: Call) -> Result<MintRequest, KeyError> {
    let surface = parse("surface", &request.surface)?;
    let rights = rights(surface, &request)?;
    Ok(MintRequest {
        organization_id: parse("organization_id", &request.organization_id)?,
        surface,
        name: request.name.parse()?,
        rights,
        rate_limit: request.rate_limit.map(RateLimit::try_from).transpose()?,
        note: said("note", request.note)?,
        created_by: said("created_by", request.created_by)?,
        expires_at: instant_optional("expires_at", request.expires_at)?,
        traceparent: trace(call),
    })
}

fn rights(surface: Surface, request: &v1::MintKeyRequest) -> Result<Rights, KeyError> {
    let locations = request.location_ids.iter();
    Ok(Rights {
        grants: Grants::parse(surface, &request.scopes)?,
        locations: locations
            .map(|id| parse("location_ids", id))
            .collect::<Result<_, _>>()?,
        networks: Networks::parse(&request.allowed_cidrs)?,
    })
}

pub fn rotate_request(
    request: v1::RotateKeyRequest,
    call: Call,
) -> Result<RotateRequest, KeyError> {
    let overlap = request.overlap_seconds.map(|seconds| {
        // What is no span of time is longer than any overlap.
        Overlap::new(TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX))
    });
    Ok(RotateRequest {
        organization_id: parse("organization_id", &request.organization_id)?,
        key_id: parse("key_id", &request.key_id)?,
        overlap: overlap.transpose()?.unwrap_or(Overlap::DEFAULT),
        expires_at: instant_optional("expires_at", request.expires_at)?,
        rotated_by: short("rotated_by", said("rotated_by", request.rotated_by)?)?,
        reason: short("reason", said("reason", request.reason)?)?,
        traceparent: trace(call),
    })
}

pub fn limit_request(
    request: v1::ChangeRateLimitRequest,
    call: Call,
) -> Result<LimitRequest, KeyError> {
    Ok(LimitRequest {
        organization_id: parse("organization_id", &request.organization_id)?,
        key_id: parse("key_id", &request.key_id)?,
        rate_limit: request.rate_limit.map(RateLimit::try_from).transpose()?,
        changed_by: short("changed_by", said("changed_by", request.changed_by)?)?,
        reason: short("reason", said("reason", request.reason)?)?,
        traceparent: trace(call),
    })
}

pub fn revoke_request(
    request: v1::RevokeKeyRequest,
    call: Call,
) -> Result<RevokeRequest, KeyError> {
    Ok(RevokeRequest {
        organization_id: parse("organization_id", &request.organization_id)?,
        key_id: parse("key_id", &request.key_id)?,
        reason: short("reason", said("reason", request.reason)?)?,
        revoked_by: short("revoked_by", said("revoked_by", request.revoked_by)?)?,
        traceparent: trace(call),
    })
}

pub fn trail(request: &v1::ListKeyAuditRequest) -> Result<Trail, InvalidMessage> {
    let (unless_asked, most) = LINES;
    let limit = request.limit.unwrap_or(unless_asked);
    if !(1..=most).contains(&limit) {
        return Err(InvalidMessage::new("limit", format!("is 1 to {most}")));
    }
    Ok(Trail {
        organization: parse("organization_id", &request.organization_id)?,
        key: parse_optional("key_id", request.key_id.as_deref())?,
        before: request.before_id,
        limit: limit.into(),
    })
}

pub fn audit_entry(row: AuditRow) -> v1::KeyAuditEntry {
    v1::KeyAuditEntry {
        id: row.id,
        key_id: row.key_id.to_string(),
        act: row.act,
        by: row.by,
        at: Some(timestamp(row.at)),
        detail: row.detail.to_string(),
    }
}

/// A clock that runs ahead never makes a use later than now: no true one could follow it.
pub fn uses(
    request: v1::ReportKeyUsageRequest,
    now: DateTime<Utc>,
) -> Result<Vec<KeyUse>, InvalidMessage> {
    if request.uses.len() > MOST_USES {
        let reason = format!("a report holds at most {MOST_USES}");
        return Err(InvalidMessage::new("uses", reason));
    }
    let read = |used: v1::KeyUse| {
        Ok(KeyUse {
            key_id: parse("key_id", &used.key_id)?,
            at: instant("at", used.at)?.min(now),
            address: parse("address", &used.address)?,
            user_agent: used.user_agent.as_deref().and_then(UserAgent::cut),
        })
    };
    request.uses.into_iter().map(read).collect()
}

fn key_use(used: &KeyUse) -> v1::KeyUse {
    v1::KeyUse {
        key_id: used.key_id.to_string(),
        at: Some(timestamp(used.at)),
        address: used.address.to_string(),
        user_agent: used
            .user_agent
            .as_ref()
            .map(|agent| agent.as_str().to_owned()),
    }
}

pub fn seen(seen: &Seen) -> v1::ApiKey {
    v1::ApiKey {
        last_use: seen.last_use.as_ref().map(key_use),
        ..key(&seen.key)
    }
}

pub fn digest(bytes: &[u8]) -> Result<[u8; 32], InvalidMessage> {
    bytes
        .try_into()
        .map_err(|_| InvalidMessage::new("token_sha256", "a SHA-256 has 32 bytes"))
}

pub fn key(key: &ApiKey) -> v1::ApiKey {
    v1::ApiKey {
        id: key.id.to_string(),
        organization_id: key.organization_id.to_string(),
        surface: key.surface.to_string(),
        name: key.name.as_str().to_owned(),
        display_prefix: key.display_prefix.clone(),
        last_four: key.last_four.clone(),
        scopes: key
            .rights
            .grants
            .terms()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        note: key.note.clone(),
        created_by: key.created_by.clone(),
        created_at: Some(timestamp(key.created_at)),
        expires_at: key.ends_at().map(timestamp),
        revoked_at: key.revoked_at.map(timestamp),
        location_ids: key
            .rights
            .locations
            .iter()
            .map(ToString::to_string)
            .collect(),
        allowed_cidrs: key.rights.networks.terms(),
        replaces: key.replaces.map(|id| id.to_string()),
        retires_at: key.retires_at.map(timestamp),
        last_use: None,
        rate_limit: key.rate_limit.map(Into::into),
    }
}

/// The span at work, so that the trace goes on through the outbox; else the caller's.
fn trace(call: Call) -> Option<String> {
    service_kit::traceparent::current().or(call.traceparent)
}

/// An empty text says nothing, and PostgreSQL's texts hold no NUL.
fn said(field: &'static str, text: Option<String>) -> Result<Option<String>, InvalidMessage> {
    let text = text.filter(|t| !t.trim().is_empty());
    if text.as_ref().is_some_and(|t| t.contains('\0')) {
        return Err(InvalidMessage::new(field, "holds a NUL character"));
    }
    Ok(text)
}

fn short(field: &'static str, text: Option<String>) -> Result<Option<String>, InvalidMessage> {
    if text
        .as_ref()
        .is_some_and(|t| t.chars().count() > LONGEST_TEXT)
    {
        return Err(InvalidMessage::new(
            field,
            format!("holds at most {LONGEST_TEXT} characters"),
        ));
    }
    Ok(text)
}
