//! `gaf endpoint list`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::ListEndpointsRequest;

use super::view::EndpointView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, time};

/// List an organisation's webhook endpoints
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
}

impl List {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = ListEndpointsRequest {
            organization_id: self.org.resolve(session)?.to_string(),
        };
        let client = session.webhooks().await?;
        let failed = |error| Failure::of_call("webhook-dispatcher", error);
        let answer = self
            .patience
            .call(|| client.list_endpoints(request.clone()))
            .await
            .map_err(failed)?;
        let endpoints: Result<Vec<EndpointView>, _> = answer
            .endpoints
            .into_iter()
            .map(TryInto::try_into)
            .collect();
        session.show(&endpoints.map_err(|_| failed(RpcError::Malformed))?)
    }
}

impl Answer for Vec<EndpointView> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "There is no endpoint yet. Make one with: gaf endpoint create".to_owned();
        }
        let mut columns = Columns::new(["id", "url", "events", "signed", "created", "status"]);
        for endpoint in self {
            columns.row([
                endpoint.id.clone(),
                endpoint.url.clone(),
                endpoint.event_types.join(", "),
                endpoint.scheme.clone(),
                time(endpoint.created_at),
                endpoint.standing(),
            ]);
        }
        columns.to_string()
    }
}
