//! `gaf delivery redeliver`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::RedeliverRequest;
use domain::DeliveryId;
use serde::Serialize;

use super::view::DeliveryView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;

/// Send the event of a delivery to its endpoint once more, under a new delivery id
///
/// Whatever the endpoint asks for now. Where it is still owed the event nothing new is made.
#[derive(Debug, Args)]
pub struct Redeliver {
    delivery_id: DeliveryId,
    #[command(flatten)]
    org: OrgArg,
    /// A name for this request: under the same one it is carried out once [default: a new one]
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Redelivered {
    #[serde(flatten)]
    delivery: DeliveryView,
    already_pending: bool,
}

impl Redeliver {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        // With a key it may be tried again: what was carried out is not carried out twice.
        let key = self.idempotency_key;
        let key = key.unwrap_or_else(|| format!("gaf-{}", session.new_id()));
        let request = RedeliverRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            delivery_id: self.delivery_id.to_string(),
            idempotency_key: Some(key),
        };
        let client = session.webhooks().await?;
        let failed = |error| Failure::of_call("webhook-dispatcher", error);
        let answer = self.patience.call(|| client.redeliver(request.clone()));
        let answer = answer.await.map_err(failed)?;
        let delivery = answer.delivery.unwrap_or_default().try_into();
        session.show(&Redelivered {
            delivery: delivery.map_err(|_| failed(RpcError::Malformed))?,
            already_pending: answer.already_pending,
        })
    }
}

impl Answer for Redelivered {
    fn text(&self) -> String {
        let id = &self.delivery.id;
        if self.already_pending {
            return format!("The endpoint is still owed this event: see gaf delivery show {id}");
        }
        format!("{id} is on its way. See how it goes with: gaf delivery show {id}")
    }
}
