//! `gaf recovery list`

use clap::Args;
use contracts::v1::ListRecoveriesRequest;
use domain::EndpointId;

use super::{RecoveryView, failed};
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, time};

/// List recoveries, newest first
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    /// Only those of this endpoint
    #[arg(long, value_name = "ENDPOINT_ID")]
    endpoint: Option<EndpointId>,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(1..=200))]
    limit: u8,
    #[command(flatten)]
    patience: Patience,
}

impl List {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = ListRecoveriesRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            endpoint_id: self.endpoint.map(|id| id.to_string()),
            after_id: None,
            limit: self.limit.into(),
        };
        let client = session.webhooks().await?;
        let list = || client.list_recoveries(request.clone());
        let answer = self.patience.call(list).await.map_err(failed)?;
        let recoveries = answer.recoveries.into_iter();
        let views: Result<Vec<RecoveryView>, _> = recoveries
            .map(|one| RecoveryView::read(Some(one)))
            .collect();
        session.show(&views?)
    }
}

impl Answer for Vec<RecoveryView> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "There is none. Begin one with: gaf endpoint recover".to_owned();
        }
        let heading = [
            "id",
            "endpoint",
            "since",
            "until",
            "status",
            "recovered",
            "started",
        ];
        let mut columns = Columns::new(heading).figures(&[5]);
        for recovery in self {
            columns.row([
                recovery.id.clone(),
                recovery.endpoint_id.clone(),
                time(recovery.since),
                time(recovery.until),
                recovery.standing(),
                recovery.done(),
                time(recovery.started_at),
            ]);
        }
        columns.to_string()
    }
}
