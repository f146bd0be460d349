//! Something that was due has been done: its next point follows.

use contracts::convert::{done_in, required};
use contracts::v1;
use domain::DueItemId;
use domain::maintenance::due_item::Done;
use domain::maintenance::{Counters, DueItem};
use store::AsyncPgConnection;

use super::hangar::Hangar;
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

pub struct CompleteDueItem {
    aim: Aim,
    done: Done,
}

impl TryFrom<v1::CompleteDueItemRequest> for CompleteDueItem {
    type Error = OpsError;

    fn try_from(request: v1::CompleteDueItemRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<DueItemId>(request.target)?,
            done: done_in(required("done", request.done)?)?,
        })
    }
}

impl Command for CompleteDueItem {
    const NAME: &'static str = "complete_due_item";
    type Answer = DueItem;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<DueItem>, OpsError> {
        let (aim, done) = (&self.aim, self.done);
        let (_, school) = aim.actor(conn).await?;
        let item: Option<DueItem> = aggregates::find(conn, aim.organization_id, aim.id).await?;
        let item = item.ok_or(OpsError::no_such("due item"))?;
        let school = school.organization;
        let mut hangar = Hangar::open(conn, context, &school, item.aircraft_id).await?;
        // As it is now that the aircraft is locked.
        let items = &mut hangar.upkeep.due_items;
        let item = items.iter_mut().find(|known| known.id == item.id);
        let item = item.ok_or(OpsError::no_such("due item"))?;
        if item.last_done.is_some_and(|last| is_same(last, done)) {
            aim.expected(item.version)?;
            return Ok(Outcome::AlreadyApplied(item.clone()));
        }
        aim.expects(item.version)?;
        let counters = Counters::from(&hangar.upkeep.aircraft);
        let done = Done {
            meter: done.meter.or_else(|| counters.meter(item.meter_kind)),
            cycles: done.cycles.or(counters.cycles),
            ..done
        };
        let id = item.id;
        *item = item.clone().complete(done, None, hangar.moment.today())?;
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        let completed = hangar.due_item(id).cloned();
        Ok(Outcome::Executed(
            completed.ok_or(OpsError::no_such("due item"))?,
        ))
    }
}

/// Whether that is what was done last, as far as it is said.
fn is_same(last: Done, said: Done) -> bool {
    last.on == said.on
        && said.meter.is_none_or(|meter| last.meter == Some(meter))
        && said.cycles.is_none_or(|cycles| last.cycles == Some(cycles))
}
