//! The reference: a program that signs and posts, with nothing before it and nothing behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use bytes::Bytes;
use egress::{Egress, HeaderMap, HeaderName, HeaderValue, Settings, Target};
use futures::future::try_join_all;
use hmac::{Hmac, KeyInit, Mac};
use service_kit::Clock;
use sha2::Sha256;
use uuid::Uuid;

#[derive(clap::Args, Clone)]
pub struct Options {
    url: String,
    /// Requests in all.
    count: usize,
    /// Under way at one time.
    at_once: usize,
    body: String,
}

/// Posts over the client that the dispatcher posts over.
pub async fn send(options: Options) -> anyhow::Result<()> {
    let egress = Egress::new(&Settings {
        allow_loopback: true,
        ..Settings::default()
    })?;
    let target = egress.check_url(&options.url)?;
    let body = Bytes::from(options.body);
    let left = Arc::new(AtomicUsize::new(options.count));
    let lanes = (0..options.at_once).map(|_| {
        let lane = lane(egress.clone(), target.clone(), body.clone(), left.clone());
        tokio::spawn(lane)
    });
    for lane in try_join_all(lanes).await? {
        lane?;
    }
    Ok(())
}

async fn lane(
    egress: Egress,
    target: Target,
    body: Bytes,
    left: Arc<AtomicUsize>,
) -> anyhow::Result<()> {
    let clock = Clock::system();
    let one_less = |left: usize| left.checked_sub(1);
    while left
        .try_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
        .is_ok()
    {
        let answer = egress
            .post(&target, headers(&clock, &body)?, body.clone())
            .await;
        let status = answer.map_err(|failure| anyhow::anyhow!(failure))?.status;
        anyhow::ensure!(status == 200, "answered with {status}");
    }
    Ok(())
}

/// As many as a delivery bears, signed likewise.
fn headers(clock: &Clock, body: &[u8]) -> anyhow::Result<HeaderMap> {
    let keyed = Hmac::<Sha256>::new_from_slice(&[7; 32]).context("a key")?;
    let signature = hex::encode(keyed.chain_update(body).finalize().into_bytes());
    let mut headers = HeaderMap::with_capacity(10);
    let mut put = |name, value: &str| -> anyhow::Result<()> {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value)?);
        Ok(())
    };
    put("content-type", "application/json")?;
    put("x-ga-webhook-delivery", &Uuid::new_v4().to_string())?;
    put("x-ga-webhook-timestamp", &clock.now().to_rfc3339())?;
    put("x-ga-webhook-signature", &format!("sha256={signature}"))?;
    put("x-ga-webhook-event", "flight.approved")?;
    put("x-ga-webhook-sequence", "1")?;
    put("x-ga-webhook-attempt", "1")?;
    Ok(headers)
}
