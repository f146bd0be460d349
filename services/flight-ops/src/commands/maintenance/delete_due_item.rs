//! Something is not tracked any more.

use contracts::v1;
use domain::maintenance::DueItem;
use domain::{DueItemId, Refusal};
use store::AsyncPgConnection;

use super::hangar::Hangar;
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

pub struct DeleteDueItem(Aim);

impl TryFrom<v1::DeleteDueItemRequest> for DeleteDueItem {
    type Error = OpsError;

    fn try_from(request: v1::DeleteDueItemRequest) -> Result<Self, OpsError> {
        Aim::read::<DueItemId>(request.target).map(Self)
    }
}

impl Command for DeleteDueItem {
    const NAME: &'static str = "delete_due_item";
    type Answer = ();

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<()>, OpsError> {
        let Self(aim) = self;
        let school = school(conn, aim.organization_id).await?.organization;
        let item: Option<DueItem> = aggregates::find(conn, school.id, aim.id).await?;
        let Some(item) = item else {
            // It is gone, or never was.
            return aim.delete::<DueItem>(conn, context, |_| Ok(())).await;
        };
        let mut hangar = Hangar::open(conn, context, &school, item.aircraft_id).await?;
        let orders = hangar.upkeep.work_orders.iter();
        let mut in_work = orders.filter(|order| order.content.due_item_ids.contains(&item.id));
        if let Some(order) = in_work.next() {
            let detail = format!("{} sees to the item", order.number);
            return Err(Refusal::conflict("in_work_order", detail).into());
        }
        let outcome = aim.delete::<DueItem>(conn, context, |_| Ok(())).await?;
        hangar.forget(item.id);
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        Ok(outcome)
    }
}
