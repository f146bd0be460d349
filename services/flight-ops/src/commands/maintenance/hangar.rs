//! One aircraft, locked, with everything open about it: read once, changed in memory, saved and
//! told of together.

use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};
use contracts::convert::instant_optional;
use domain::aircraft::Aircraft;
use domain::event::EventData;
use domain::maintenance::{Declared, DueItem, Review, Squawk, Upkeep, WorkOrder};
use domain::organization::Organization;
use domain::{AircraftId, DueItemId, Moment, Refusal, SquawkId, WorkOrderId};
use prost_types::Timestamp;
use store::AsyncPgConnection;

use crate::commands::saving::{Kept, Stamps};
use crate::context::Context;
use crate::db::maintenance::standing::{self, Standing};
use crate::db::{aggregates, aircraft};
use crate::error::OpsError;
use crate::outgoing::Outgoing;

/// How far a caller's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// Whatever is dated before it is a slip of the pen.
const FIRST_YEAR: i32 = 1903;

pub struct Hangar {
    before: Upkeep,
    standing: Standing,
    pub moment: Moment,
    /// What it is to be; [`Hangar::close`] saves it.
    pub upkeep: Upkeep,
}

impl Hangar {
    /// Locks an aircraft of the school.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] at `aircraft_id`.
    pub async fn open(
        conn: &mut AsyncPgConnection,
        context: &Context,
        school: &Organization,
        aircraft: AircraftId,
    ) -> Result<Self, OpsError> {
        let locked = aircraft::lock(conn, school.id, aircraft).await?;
        let locked = locked.ok_or(OpsError::no_such_at("aircraft_id", "aircraft"))?;
        let moment = Moment::at(context.now(), &school.timezone);
        Self::around(conn, locked, moment).await
    }

    /// Everything open about an aircraft that is locked.
    pub async fn around(
        conn: &mut AsyncPgConnection,
        aircraft: Aircraft,
        moment: Moment,
    ) -> Result<Self, OpsError> {
        let open = standing::open(conn, aircraft.organization_id, aircraft.id).await?;
        let declared = open.standing.declared.clone();
        let before = Upkeep {
            declared: declared.unwrap_or_else(|| Declared::from(&aircraft)),
            aircraft,
            due_items: open.due_items,
            squawks: open.squawks,
            work_orders: open.work_orders,
        };
        Ok(Self {
            upkeep: before.clone(),
            before,
            standing: open.standing,
            moment,
        })
    }

    /// Sees to it that a squawk of the aircraft is here, settled or not.
    ///
    /// # Errors
    /// [`OpsError::NotFound`]
    pub async fn admit_squawk(
        &mut self,
        conn: &mut AsyncPgConnection,
        id: SquawkId,
    ) -> Result<(), OpsError> {
        if self.squawk(id).is_none() {
            let organization = self.before.aircraft.organization_id;
            let settled: Option<Squawk> = aggregates::lock(conn, organization, id).await?;
            let settled = settled.ok_or(OpsError::no_such("squawk"))?;
            self.before.squawks.push(settled.clone());
            self.upkeep.squawks.push(settled);
        }
        Ok(())
    }

    /// Sees to it that a work order of the aircraft is here, settled or not, and returns it.
    ///
    /// # Errors
    /// [`OpsError::NotFound`]
    pub async fn admit_order(
        &mut self,
        conn: &mut AsyncPgConnection,
        id: WorkOrderId,
    ) -> Result<WorkOrder, OpsError> {
        if let Some(order) = self.work_order(id) {
            return Ok(order.clone());
        }
        let organization = self.before.aircraft.organization_id;
        let settled: Option<WorkOrder> = aggregates::lock(conn, organization, id).await?;
        let settled = settled.ok_or(OpsError::no_such("work order"))?;
        self.before.work_orders.push(settled.clone());
        self.upkeep.work_orders.push(settled.clone());
        Ok(settled)
    }

    /// Leaves out a due item that was deleted.
    pub fn forget(&mut self, id: DueItemId) {
        self.before.due_items.retain(|item| item.id != id);
        self.upkeep.due_items.retain(|item| item.id != id);
    }

    pub fn due_item(&self, id: DueItemId) -> Option<&DueItem> {
        self.upkeep.due_items.iter().find(|item| item.id == id)
    }

    pub fn work_order(&self, id: WorkOrderId) -> Option<&WorkOrder> {
        self.upkeep.work_orders.iter().find(|order| order.id == id)
    }

    pub fn squawk(&self, id: SquawkId) -> Option<&Squawk> {
        self.upkeep.squawks.iter().find(|squawk| squawk.id == id)
    }

    /// Reviews the aircraft, saves what is not as it was, and tells of it: first the records, then
    /// the alerts. What is read of the upkeep then is what was saved.
    pub async fn close(
        &mut self,
        conn: &mut AsyncPgConnection,
        outgoing: &mut Outgoing<'_>,
    ) -> Result<(), OpsError> {
        let (now, before) = (self.moment.now, &self.before);
        let Review {
            alerts,
            next_look_on,
        } = self.upkeep.review(self.moment.today());
        let after = &mut self.upkeep;
        let aircraft = std::slice::from_mut(&mut after.aircraft);
        keep(
            conn,
            outgoing,
            std::slice::from_ref(&before.aircraft),
            aircraft,
            now,
        )
        .await?;
        keep(
            conn,
            outgoing,
            &before.work_orders,
            &mut after.work_orders,
            now,
        )
        .await?;
        keep(conn, outgoing, &before.squawks, &mut after.squawks, now).await?;
        keep(conn, outgoing, &before.due_items, &mut after.due_items, now).await?;

        let Aircraft {
            organization_id,
            id,
            location_id,
            ..
        } = after.aircraft;
        let own_word = Declared::from(&after.aircraft) == after.declared;
        let standing = Standing {
            declared: (!own_word).then(|| after.declared.clone()),
            look_at: next_look_on.map(|day| self.moment.start_of(day)),
        };
        if standing != self.standing {
            standing::write(conn, organization_id, id, &standing).await?;
            self.standing = standing;
        }
        for alert in alerts {
            let data = EventData::MaintenanceAlert(alert);
            outgoing.happened(organization_id, location_id, now, data);
        }
        self.before = self.upkeep.clone();
        Ok(())
    }
}

/// Saves the records that are new or other than before, with the stamps that follow.
async fn keep<R: Kept>(
    conn: &mut AsyncPgConnection,
    outgoing: &mut Outgoing<'_>,
    before: &[R],
    after: &mut [R],
    now: DateTime<Utc>,
) -> Result<(), OpsError> {
    for record in after {
        let known = before.iter().find(|known| known.id() == record.id());
        let stamps = match known {
            Some(known) if known.is_like(record) => {
                *record = known.clone();
                continue;
            }
            Some(known) => Stamps {
                version: known.stamps().version + 1,
                updated_at: now,
                ..known.stamps()
            },
            None => Stamps {
                version: 1,
                created_at: now,
                updated_at: now,
            },
        };
        *record = record.clone().with_stamps(stamps);
        if known.is_none() {
            if !record.insert(conn).await? {
                return Err(OpsError::IdTaken(R::WHAT));
            }
        } else if !record.update(conn).await? {
            return Err(OpsError::VersionMismatch);
        }
        outgoing.record(record);
    }
    Ok(())
}

/// When a caller says that something was; none: now.
///
/// # Errors
/// [`OpsError::Refused`] when that is yet to come, or before anybody flew.
pub fn stated(
    pointer: &'static str,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, OpsError> {
    let at = at.unwrap_or(now);
    if at > now + AHEAD {
        let detail = format!("{pointer} is not in the future");
        return Err(Refusal::invalid(pointer, "in_the_future", detail).into());
    }
    if at.year() < FIRST_YEAR {
        let detail = format!("{pointer} is not before {FIRST_YEAR}");
        return Err(Refusal::invalid(pointer, "out_of_range", detail).into());
    }
    Ok(at)
}

/// A point in time as PostgreSQL keeps it.
pub fn read_instant(
    field: &'static str,
    at: Option<Timestamp>,
) -> Result<Option<DateTime<Utc>>, OpsError> {
    Ok(instant_optional(field, at)?.map(|at| at.trunc_subsecs(6)))
}
