//! Waiting for the end of a recovery.

use std::time::Duration;

use contracts::v1::GetRecoveryRequest;
use domain::OrgId;

use super::{RecoveryView, failed};
use crate::failure::{Failure, Status};
use crate::retry::Patience;
use crate::session::Session;

/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(500);

/// Tells how far it is, and shows how it ended. A recovery goes on without anybody who waits.
pub async fn watch(
    session: &mut Session,
    organization: OrgId,
    mut recovery: RecoveryView,
    patience: Patience,
) -> Result<(), Failure> {
    let client = session.webhooks().await?;
    let request = GetRecoveryRequest {
        organization_id: organization.to_string(),
        recovery_id: recovery.id.clone(),
    };
    let mut progress = match recovery.expected {
        Some(expected) => session.progress_of("deliveries", expected.unsigned_abs()),
        None => session.progress("deliveries"),
    };
    let (mut told, mut obstacle) = (0, None);
    loop {
        let made = recovery.recovered.unsigned_abs();
        progress.advance(made.saturating_sub(told), &mut session.output);
        told = told.max(made);
        if obstacle != recovery.waiting_for {
            obstacle.clone_from(&recovery.waiting_for);
            if let Some(what) = &obstacle {
                session.output.remark(waits_for(what));
            }
        }
        if !recovery.is_running() {
            break;
        }
        tokio::time::sleep(LOOK).await;
        let look = || client.get_recovery(request.clone());
        recovery = RecoveryView::read(patience.call(look).await.map_err(failed)?.recovery)?;
    }
    progress.finish();
    let is_done = recovery.status == "done";
    session.show(&recovery)?;
    if is_done {
        return Ok(());
    }
    let message = "the recovery ended before it was done";
    Err(Failure::new(Status::Failed, "recovery_cancelled", message))
}

fn waits_for(what: &str) -> &'static str {
    match what {
        "endpoint_paused" => "It waits: the endpoint is paused.",
        "endpoint_disabled" => "It waits: the endpoint is disabled.",
        _ => "It waits until the endpoint takes what it is owed already.",
    }
}
