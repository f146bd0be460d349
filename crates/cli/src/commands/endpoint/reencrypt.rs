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
        let mut done = Reencrypted::default();
        loop {
            let step = || client.reencrypt_secrets(ReencryptSecretsRequest::default());
            let step = self.patience.call(step).await;
            let step = step.map_err(|error| Failure::of_call("webhook-dispatcher", error))?;
            progress.advance(step.reencrypted.into(), &mut session.output);
            done.reencrypted += u64::from(step.reencrypted);
            if step.remaining == 0 {
                return session.show(&done);
            }
            if step.reencrypted == 0 {
                return Err(stuck(step.remaining, &step.unreadable_endpoint_ids));
            }
        }
    }
}

/// The unreadable ones come first and fill a whole step, or they are all that is left.
fn stuck(remaining: u32, unreadable: &[String]) -> Failure {
    let message = format!(
        "{remaining} endpoints have secrets that no key of the ring opens: {}",
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
