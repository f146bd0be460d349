//! Messages to requests, keys to messages.

use contracts::convert::{InvalidMessage, instant_optional, parse, timestamp};
use contracts::rpc::Call;
use contracts::v1;
use domain::api_key::ApiKey;
use domain::scope::Grants;

use crate::commands::mint::MintRequest;
use crate::commands::revoke::RevokeRequest;
use crate::error::KeyError;

/// Characters of a reason, and of whoever gives it.
const LONGEST_TEXT: usize = 1_000;

pub fn mint_request(request: v1::MintKeyRequest, call: Call) -> Result<MintRequest, KeyError> {
    let surface = parse("surface", &request.surface)?;
    Ok(MintRequest {
        organization_id: parse("organization_id", &request.organization_id)?,
        surface,
        name: request.name.parse()?,
        grants: Grants::parse(surface, &request.scopes)?,
        note: said("note", request.note)?,
        created_by: said("created_by", request.created_by)?,
        expires_at: instant_optional("expires_at", request.expires_at)?,
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
        scopes: key.grants.terms().into_iter().map(str::to_owned).collect(),
        note: key.note.clone(),
        created_by: key.created_by.clone(),
        created_at: Some(timestamp(key.created_at)),
        expires_at: key.expires_at.map(timestamp),
        revoked_at: key.revoked_at.map(timestamp),
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
