//! Endpoints in messages.

use std::collections::HashMap;

use contracts::convert::{InvalidMessage, parse, parse_optional, timestamp};
use contracts::v1;
use domain::UnknownTerm;
use domain::api_key::RateLimit;
use domain::webhook::{EndpointStatus, RetryProfile, SigningScheme};
use egress::Egress;

use crate::commands::create_endpoint::CreateEndpoint;
use crate::commands::reencrypt::Stretch;
use crate::commands::rotate_secret::RotateSecret;
use crate::commands::update_endpoint::UpdateEndpoint;
use crate::endpoint::{CustomHeaders, Endpoint, Interest, Metadata, Pattern};
use crate::error::DispatcherError;

const LONGEST_DESCRIPTION: usize = 500;
const MOST_EVENT_TYPES: usize = 100;
/// Endpoints encrypted anew in one transaction.
const MOST_REENCRYPTED: u32 = 1_000;
const USUAL_REENCRYPTED: u32 = 100;

pub fn create_endpoint(
    request: v1::CreateEndpointRequest,
    egress: &Egress,
) -> Result<CreateEndpoint, DispatcherError> {
    Ok(CreateEndpoint {
        organization_id: parse("organization_id", &request.organization_id)?,
        target: egress.check_url(&request.url)?,
        description: description(request.description.unwrap_or_default())?,
        interest: Interest {
            patterns: patterns(&request.event_types)?,
            location_id: parse_optional("location_id", request.location_id.as_deref())?,
        },
        // Nothing said means the platform's own.
        scheme: term("scheme", &request.scheme)?.unwrap_or(SigningScheme::GaFlight),
        headers: CustomHeaders::parse(request.headers)?,
        metadata: Metadata::parse(request.metadata)?,
        retries: term("retries", &request.retries)?.unwrap_or(RetryProfile::Short),
        rate_limit: request.rate_limit.map(RateLimit::try_from).transpose()?,
        in_order: request.in_order,
        test: request.test,
    })
}

pub fn update_endpoint(
    request: v1::UpdateEndpointRequest,
    egress: &Egress,
) -> Result<UpdateEndpoint, DispatcherError> {
    let target = request.url.map(|url| egress.check_url(&url)).transpose()?;
    let patterns = request.event_types.map(|types| patterns(&types.patterns));
    let location = request.location_id.as_deref().map(|id| {
        let id = Some(id).filter(|id| !id.is_empty());
        parse_optional("location_id", id)
    });
    let headers = request
        .headers
        .map(|given| CustomHeaders::parse(given.entries));
    let rate_limit = request
        .rate_limit
        .map(|given| given.limit.map(RateLimit::try_from).transpose());
    let metadata = request.metadata.map(|given| Metadata::parse(given.entries));
    Ok(UpdateEndpoint {
        organization_id: parse("organization_id", &request.organization_id)?,
        endpoint_id: parse("endpoint_id", &request.endpoint_id)?,
        target,
        description: request.description.map(description).transpose()?,
        patterns: patterns.transpose()?,
        location_id: location.transpose()?,
        headers: headers.transpose()?,
        metadata: metadata.transpose()?,
        retries: optional_term("retries", request.retries)?,
        rate_limit: rate_limit.transpose()?,
        in_order: request.in_order,
        status: status(request.status)?,
        test: request.test,
    })
}

pub fn rotate_secret(request: v1::RotateSecretRequest) -> Result<RotateSecret, InvalidMessage> {
    Ok(RotateSecret {
        organization_id: parse("organization_id", &request.organization_id)?,
        endpoint_id: parse("endpoint_id", &request.endpoint_id)?,
        at_once: request.at_once,
    })
}

pub fn reencrypt(request: &v1::ReencryptSecretsRequest) -> Result<Stretch, InvalidMessage> {
    let limit = match request.limit.unwrap_or(USUAL_REENCRYPTED) {
        limit @ 1..=MOST_REENCRYPTED => limit.into(),
        _ => {
            let reason = format!("is 1 to {MOST_REENCRYPTED}");
            return Err(InvalidMessage::new("limit", reason));
        }
    };
    let after = parse_optional("after_id", request.after_id.as_deref())?;
    Ok(Stretch { after, limit })
}

/// Schools pause and enable; only the platform disables.
fn status(given: Option<String>) -> Result<Option<EndpointStatus>, InvalidMessage> {
    match optional_term("status", given)? {
        Some(EndpointStatus::Disabled) => Err(InvalidMessage::new(
            "status",
            "can be set to enabled or paused",
        )),
        status => Ok(status),
    }
}

/// None where nothing is said.
fn term<T>(field: &'static str, text: &str) -> Result<Option<T>, InvalidMessage>
where
    T: std::str::FromStr<Err = UnknownTerm>,
{
    optional_term(field, Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn optional_term<T>(field: &'static str, text: Option<String>) -> Result<Option<T>, InvalidMessage>
where
    T: std::str::FromStr<Err = UnknownTerm>,
{
    parse_optional(field, text.as_deref())
}

/// None where it is blank.
fn description(text: String) -> Result<Option<String>, InvalidMessage> {
    if text.chars().count() > LONGEST_DESCRIPTION || text.contains('\0') {
        let reason = format!("holds at most {LONGEST_DESCRIPTION} characters, none of them NUL");
        return Err(InvalidMessage::new("description", reason));
    }
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

pub(super) fn patterns(texts: &[String]) -> Result<Vec<Pattern>, DispatcherError> {
    if texts.is_empty() {
        return Err(DispatcherError::NoEventTypes);
    }
    if texts.len() > MOST_EVENT_TYPES {
        let reason = format!("holds at most {MOST_EVENT_TYPES}");
        return Err(InvalidMessage::new("event_types", reason).into());
    }
    let mut patterns: Vec<Pattern> = Vec::with_capacity(texts.len());
    for text in texts {
        let pattern = text.parse()?;
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    Ok(patterns)
}

pub fn endpoint(endpoint: &Endpoint) -> v1::Endpoint {
    let patterns = endpoint.interest.patterns.iter();
    let metadata: HashMap<_, _> = endpoint.metadata.entries().clone().into_iter().collect();
    v1::Endpoint {
        id: endpoint.id.to_string(),
        organization_id: endpoint.organization_id.to_string(),
        url: endpoint.url.clone(),
        description: endpoint.description.clone(),
        event_types: patterns.map(ToString::to_string).collect(),
        scheme: endpoint.scheme.to_string(),
        status: endpoint.status.to_string(),
        disabled_reason: endpoint.disabled_reason.clone(),
        created_at: Some(timestamp(endpoint.created_at)),
        location_id: endpoint.interest.location_id.map(|id| id.to_string()),
        header_names: endpoint.header_names.clone(),
        metadata,
        retries: endpoint.retries.to_string(),
        previous_secret_until: endpoint.previous_secret_until.map(timestamp),
        updated_at: Some(timestamp(endpoint.updated_at)),
        rate_limit: endpoint.rate_limit.map(Into::into),
        in_order: endpoint.in_order,
        health: endpoint.health.as_str().to_owned(),
        failing_since: endpoint.health.failing_since().map(timestamp),
        probe_at: endpoint.health.probe_at().map(timestamp),
        catch_up_pace: endpoint.health.pace(),
    }
}
