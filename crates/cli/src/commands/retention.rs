//! `gaf retention`

use chrono::{DateTime, Utc};
use clap::Subcommand;
use contracts::convert::instant_optional;
use contracts::rpc::RpcError;
use contracts::v1::{self, GetRetentionRequest, SetRetentionRequest};
use serde::Serialize;

use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{count, time};

#[derive(Debug, Subcommand)]
pub enum Retention {
    /// How long the log of webhook deliveries is kept
    Show {
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        patience: Patience,
    },
    /// Choose how long it is kept, and with it how long anything is owed. Within the hour, what is
    /// older goes
    Set {
        /// 1 to 90
        #[arg(value_parser = clap::value_parser!(u32).range(1..=90))]
        days: u32,
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        patience: Patience,
    },
    /// Back to what the installation keeps for everybody
    Reset {
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        patience: Patience,
    },
}

/// How long it is kept.
#[derive(Debug, Serialize)]
struct RetentionView {
    organization_id: String,
    days: u32,
    standard_days: u32,
    /// None: the organisation did not choose.
    chosen_at: Option<DateTime<Utc>>,
}

impl Retention {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let view = match self {
            Self::Show { org, patience } => show(org, patience, session).await?,
            Self::Set {
                days,
                org,
                patience,
            } => set(org, Some(days), patience, session).await?,
            Self::Reset { org, patience } => set(org, None, patience, session).await?,
        };
        session.show(&view)
    }
}

async fn show(
    org: OrgArg,
    patience: Patience,
    session: &mut Session,
) -> Result<RetentionView, Failure> {
    let request = GetRetentionRequest {
        organization_id: org.resolve(session)?.to_string(),
    };
    let client = session.webhooks().await?;
    let answer = patience.call(|| client.get_retention(request.clone()));
    RetentionView::read(answer.await.map_err(failed)?.retention)
}

async fn set(
    org: OrgArg,
    days: Option<u32>,
    patience: Patience,
    session: &mut Session,
) -> Result<RetentionView, Failure> {
    let request = SetRetentionRequest {
        organization_id: org.resolve(session)?.to_string(),
        days,
    };
    let client = session.webhooks().await?;
    let answer = patience.call(|| client.set_retention(request.clone()));
    RetentionView::read(answer.await.map_err(failed)?.retention)
}

fn failed(error: RpcError) -> Failure {
    Failure::of_call("webhook-dispatcher", error)
}

impl RetentionView {
    fn read(answer: Option<v1::Retention>) -> Result<Self, Failure> {
        let malformed = || failed(RpcError::Malformed);
        let kept = answer.ok_or_else(malformed)?;
        Ok(Self {
            organization_id: kept.organization_id,
            days: kept.days,
            standard_days: kept.standard_days,
            chosen_at: instant_optional("chosen_at", kept.chosen_at).map_err(|_| malformed())?,
        })
    }
}

impl Answer for RetentionView {
    fn text(&self) -> String {
        let days = count(self.days.into(), "day");
        match self.chosen_at {
            Some(at) => format!(
                "The log is kept for {days}, as was chosen {}. The installation's own choice is {}.",
                time(at),
                count(self.standard_days.into(), "day")
            ),
            None => format!("The log is kept for {days}, as for everybody who chose nothing."),
        }
    }
}
