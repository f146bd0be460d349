//! `gaf endpoint delete`

use clap::Args;
use contracts::v1::DeleteEndpointRequest;
use domain::EndpointId;
use serde::Serialize;

use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;

/// Take an endpoint away. What is still owed to it is not sent any more
#[derive(Debug, Args)]
pub struct Delete {
    endpoint_id: EndpointId,
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Deleted {
    endpoint_id: String,
    applied: bool,
}

impl Delete {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = DeleteEndpointRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            endpoint_id: self.endpoint_id.to_string(),
        };
        let client = session.webhooks().await?;
        let answer = self
            .patience
            .call(|| client.delete_endpoint(request.clone()))
            .await
            .map_err(|error| Failure::of_call("webhook-dispatcher", error))?;
        session.show(&Deleted {
            endpoint_id: request.endpoint_id.clone(),
            applied: answer.applied,
        })
    }
}

impl Answer for Deleted {
    fn text(&self) -> String {
        match self.applied {
            true => format!("{} is deleted.", self.endpoint_id),
            false => format!("{} was deleted before. Nothing changed.", self.endpoint_id),
        }
    }
}
