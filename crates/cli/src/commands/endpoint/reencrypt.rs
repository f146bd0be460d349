//! `gaf endpoint reencrypt`

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

impl Reencrypt {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let client = session.webhooks().await?;
        let mut progress = session.progress("endpoints");
        let (mut done, mut unreadable) = (Reencrypted::default(), Vec::new());
        let mut request = ReencryptSecretsRequest::default();
        loop {
            let step = || client.reencrypt_secrets(request.clone());
            let step = self.patience.call(step).await;
            let step = step.map_err(|error| Failure::of_call("webhook-dispatcher", error))?;
            progress.advance(step.reencrypted.into(), &mut session.output);
            done.reencrypted += u64::from(step.reencrypted);
            unreadable.extend(step.unreadable_endpoint_ids);
            // Where the last is done and some remain, a dispatcher without the new key was at work: it
            // is gone through once more.
            match step.last_id {
                None if !unreadable.is_empty() => return Err(incomplete(&unreadable)),
                None if step.remaining == 0 => return session.show(&done),
                last => request.after_id = last,
            }
        }
    }
}

/// The others are done.
fn incomplete(unreadable: &[String]) -> Failure {
    let number = u64::try_from(unreadable.len()).unwrap_or(u64::MAX);
    let message = format!(
        "no key of the ring opens the secrets of {}: {}",
        count(number, "endpoint"),
        unreadable.join(", ")
    );
    Failure::new(Status::Conflict, "unreadable_secrets", message).next(
        "Put the key they were encrypted under back into the ring, or give these endpoints new \
         secrets with `gaf endpoint rotate --at-once` and the headers that they have anew with \
         `gaf endpoint update --header`.",
    )
}

impl Answer for Reencrypted {
    fn text(&self) -> String {
        let endpoints = count(self.reencrypted, "endpoint");
        format!("Encrypted anew: {endpoints}. The other keys of the ring are not needed any more.")
    }
}
