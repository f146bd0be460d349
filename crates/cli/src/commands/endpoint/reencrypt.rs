//! `gaf endpoint reencrypt`

use std::collections::BTreeSet;

use clap::Args;
use contracts::v1::ReencryptSecretsRequest;
use serde::Serialize;

use crate::failure::{Failure, Status};
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::count;

/// Encrypt the stored secrets of all endpoints under the first key of the ring
///
/// After a new key was put in front of `GA_SECRETS__KEY_RING` of every webhook-dispatcher, and
/// before the old one is taken out. Endpoints are sent to meanwhile; it may be stopped and run
/// again.
#[derive(Debug, Args)]
pub struct Reencrypt {
    #[command(flatten)]
    patience: Patience,
}

#[derive(Debug, Default, Serialize)]
struct Reencrypted {
    reencrypted: u64,
}

/// From the first endpoint to the last.
#[derive(Default)]
struct Pass {
    reencrypted: u32,
    unreadable: BTreeSet<String>,
}

impl Reencrypt {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let client = session.webhooks().await?;
        let mut progress = session.progress("endpoints");
        let (mut done, mut pass) = (Reencrypted::default(), Pass::default());
        let mut request = ReencryptSecretsRequest::default();
        loop {
            let step = || client.reencrypt_secrets(request.clone());
            let step = self.patience.call(step).await;
            let step = step.map_err(|error| Failure::of_call("webhook-dispatcher", error))?;
            progress.advance(step.reencrypted.into(), &mut session.output);
            done.reencrypted += u64::from(step.reencrypted);
            pass.reencrypted += step.reencrypted;
            pass.unreadable.extend(step.unreadable_endpoint_ids);
            request.after_id = step.last_id;
            if request.after_id.is_some() {
                continue;
            }
            if step.remaining == 0 {
                return session.show(&done);
            }
            let remaining = usize::try_from(step.remaining).unwrap_or(usize::MAX);
            if pass.reencrypted == 0 || remaining <= pass.unreadable.len() {
                return Err(incomplete(step.remaining, &pass.unreadable));
            }
            // A dispatcher with another ring was at work, or one that cannot be told where to go on.
            pass = Pass::default();
        }
    }
}

/// All that can be done is done.
fn incomplete(remaining: u32, unreadable: &BTreeSet<String>) -> Failure {
    if unreadable.is_empty() {
        let endpoints = count(remaining.into(), "endpoint");
        let message = format!("{endpoints} came to be under another key meanwhile");
        return Failure::new(Status::Conflict, "other_keys", message).next(
            "Restart the webhook-dispatchers that do not have the new key in front of their ring, and \
             run this again.",
        );
    }
    let number = u64::try_from(unreadable.len()).unwrap_or(u64::MAX);
    let ids: Vec<&str> = unreadable.iter().map(String::as_str).collect();
    let message = format!(
        "no key of the ring opens the secrets of {}: {}",
        count(number, "endpoint"),
        ids.join(", ")
    );
    Failure::new(Status::Conflict, "unreadable_secrets", message).next(
        "Put the key they were encrypted under back into the ring, or give these endpoints new \
         secrets with `gaf endpoint rotate --at-once` and the headers that they have anew with \
         `gaf endpoint update --header`. Then run this again, before any key is taken out.",
    )
}

impl Answer for Reencrypted {
    fn text(&self) -> String {
        let endpoints = count(self.reencrypted, "endpoint");
        format!("Encrypted anew: {endpoints}. The other keys of the ring are not needed any more.")
    }
}
