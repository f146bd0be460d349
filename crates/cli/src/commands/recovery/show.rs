//! `gaf recovery show`

use clap::Args;
use contracts::v1::GetRecoveryRequest;
use domain::OrgId;
use uuid::Uuid;

use super::{RecoveryView, failed, watch};
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::retry::Patience;
use crate::session::Session;

/// Show how far a recovery is
#[derive(Debug, Args)]
pub struct Show {
    recovery_id: Uuid,
    #[command(flatten)]
    org: OrgArg,
    /// Wait until it is over
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    patience: Patience,
}

impl Show {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let organization: OrgId = self.org.resolve(session)?;
        let request = GetRecoveryRequest {
            organization_id: organization.to_string(),
            recovery_id: self.recovery_id.to_string(),
        };
        let client = session.webhooks().await?;
        let look = || client.get_recovery(request.clone());
        let answer = self.patience.call(look).await.map_err(failed)?;
        let recovery = RecoveryView::read(answer.recovery)?;
        if self.watch {
            return watch(session, organization, recovery, self.patience).await;
        }
        session.show(&recovery)
    }
}
