//! Compliance: papers, from coming in to being found in order, suspended or revoked.

pub mod hold_compliance;
pub mod reinstate_compliance;
pub mod save_compliance;
pub mod verify_compliance;

use domain::Moment;
use domain::compliance::{ComplianceChange, ComplianceRecord};
use domain::event::EventData;
use store::AsyncPgConnection;

use super::{Outcome, aim};
use crate::context::Context;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

/// Saves what a command made of a record, and tells of it.
async fn conclude(
    conn: &mut AsyncPgConnection,
    context: &Context,
    before: &ComplianceRecord,
    after: ComplianceRecord,
    moment: &Moment,
) -> Result<Outcome<ComplianceRecord>, OpsError> {
    let change = after.change_from(Some(before), moment);
    aim::save(conn, context, after, |_, outgoing| tell(outgoing, change)).await
}

fn tell(outgoing: &mut Outgoing<'_>, change: ComplianceChange) {
    let (organization, at) = (change.record.organization_id, change.record.updated_at);
    let data = EventData::ComplianceUpdated(Box::new(change));
    outgoing.happened(organization, None, at, data);
}
