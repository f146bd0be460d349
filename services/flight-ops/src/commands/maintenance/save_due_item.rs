//! Adding or changing something that falls due.

use contracts::convert::required;
use contracts::v1;
use domain::Refusal;
use domain::maintenance::DueItem;
use store::AsyncPgConnection;

use super::hangar::Hangar;
use crate::commands::saving::{self, Save};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct SaveDueItem(DueItem);

impl TryFrom<v1::SaveDueItemRequest> for SaveDueItem {
    type Error = OpsError;

    fn try_from(request: v1::SaveDueItemRequest) -> Result<Self, OpsError> {
        let mut item = required("item", request.item)?;
        saving::forget_stamps(&mut item.created_at, &mut item.updated_at);
        let mut checks = Checks::default();
        let item = checks.due_item(item.try_into()?);
        checks.finish()?;
        Ok(Self(item))
    }
}

impl Command for SaveDueItem {
    const NAME: &'static str = "save_due_item";
    type Answer = DueItem;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<DueItem>, OpsError> {
        let Self(wanted) = self;
        let school = school(conn, wanted.organization_id).await?.organization;
        let mut hangar = Hangar::open(conn, context, &school, wanted.aircraft_id).await?;
        let present = hangar.due_item(wanted.id).cloned();
        let wanted = completed(wanted.clone(), present.as_ref());
        Refusal::unless_empty(wanted.violations(hangar.moment.today()))?;
        let saved = match saving::decide(wanted, present, hangar.moment.now)? {
            Save::Keep(present) => return Ok(Outcome::AlreadyApplied(present)),
            Save::Create(item) | Save::Update { after: item, .. } => item,
        };
        let id = saved.id;
        hangar.upkeep.due_items.retain(|item| item.id != id);
        hangar.upkeep.due_items.push(saved.clone());
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(
            hangar.due_item(id).cloned().unwrap_or(saved),
        ))
    }
}

/// What the caller wants, with what is not the caller's to say.
fn completed(wanted: DueItem, present: Option<&DueItem>) -> DueItem {
    DueItem {
        alerted: present.and_then(|present| present.alerted),
        last_completed_work_order_id: present
            .and_then(|present| present.last_completed_work_order_id),
        ..wanted.with_due_point()
    }
}
