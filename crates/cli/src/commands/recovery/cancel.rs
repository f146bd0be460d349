//! `gaf recovery cancel`

use clap::Args;
use contracts::v1::CancelRecoveryRequest;
use uuid::Uuid;

use super::{RecoveryView, failed};
use crate::args::OrgArg;
use crate::failure::{Failure, Status};
use crate::retry::Patience;
use crate::session::Session;

/// End a recovery where it is. What it has made is sent all the same
#[derive(Debug, Args)]
pub struct Cancel {
    recovery_id: Uuid,
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
}

impl Cancel {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = CancelRecoveryRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            recovery_id: self.recovery_id.to_string(),
        };
        let client = session.webhooks().await?;
        let cancel = || client.cancel_recovery(request.clone());
        let answer = self.patience.call(cancel).await.map_err(failed)?;
        let recovery = RecoveryView::read(answer.recovery)?;
        // Cancelled twice, by this very command perhaps, is cancelled.
        if !answer.applied && recovery.status != "cancelled" {
            let message = "the recovery has ended already";
            return Err(Failure::new(Status::Conflict, "recovery_ended", message));
        }
        session.show(&recovery)
    }
}
