//! What is to become of a defect, or has become of it.

use chrono::{DateTime, Utc};
use contracts::convert::required;
use contracts::v1::{self, transition_squawk_request::Action};
use domain::SquawkId;
use domain::maintenance::squawk::{Deferral, Resolution};
use domain::maintenance::{Squawk, SquawkAction};
use prost_types::Timestamp;
use store::AsyncPgConnection;

use super::hangar::{Hangar, read_instant, stated};
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct DecideSquawk {
    aim: Aim,
    action: SquawkAction,
    /// When it was resolved; none: now.
    at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::TransitionSquawkRequest> for DecideSquawk {
    type Error = OpsError;

    fn try_from(request: v1::TransitionSquawkRequest) -> Result<Self, OpsError> {
        let aim = Aim::read::<SquawkId>(request.target)?;
        let mut checks = Checks::default();
        let (action, at) = match required("action", request.action)? {
            Action::Plain(name) => (required("plain", plain(&name, &mut checks)), None),
            Action::Defer(deferral) => {
                let deferral: Deferral = checks.deferral(deferral.try_into()?);
                (Ok(SquawkAction::Defer(deferral)), None)
            }
            Action::Resolve(mut resolution) => {
                let at = read_instant("resolution.at", resolution.at)?;
                resolution.at = Some(Timestamp::default());
                let resolution: Resolution = checks.resolution(resolution.try_into()?);
                (Ok(SquawkAction::Resolve(resolution)), at)
            }
        };
        checks.finish()?;
        Ok(Self {
            aim,
            action: action?,
            at,
        })
    }
}

fn plain(name: &str, checks: &mut Checks) -> Option<SquawkAction> {
    let actions = [
        ("review", SquawkAction::Review),
        ("accept", SquawkAction::Accept),
        ("reject", SquawkAction::Reject),
        ("end_deferral", SquawkAction::EndDeferral),
        ("start", SquawkAction::Start),
        ("give_up", SquawkAction::GiveUp),
        ("close", SquawkAction::Close),
        ("reopen", SquawkAction::Reopen),
    ];
    let allowed = actions.each_ref().map(|(known, _)| *known).join(", ");
    let found = actions.into_iter().find(|(known, _)| *known == name);
    if found.is_none() {
        checks.refuse("plain", "unknown", format!("plain is one of {allowed}"));
    }
    found.map(|(_, action)| action)
}

impl Command for DecideSquawk {
    const NAME: &'static str = "decide_squawk";
    type Answer = Squawk;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Squawk>, OpsError> {
        let aim = &self.aim;
        let (_, school) = aim.actor(conn).await?;
        let school = school.organization;
        let found: Option<Squawk> = aggregates::find(conn, school.id, aim.id).await?;
        let found = found.ok_or(OpsError::no_such("squawk"))?;
        let mut hangar = Hangar::open(conn, context, &school, found.aircraft_id).await?;
        hangar.admit_squawk(conn, found.id).await?;
        let squawks = &mut hangar.upkeep.squawks;
        let squawk = squawks.iter_mut().find(|known| known.id == found.id);
        let squawk = squawk.ok_or(OpsError::no_such("squawk"))?;
        if self.is_taken_by(squawk) {
            aim.expected(squawk.version)?;
            return Ok(Outcome::AlreadyApplied(squawk.clone()));
        }
        aim.expects(squawk.version)?;
        let action = match self.action.clone() {
            SquawkAction::Resolve(resolution) => SquawkAction::Resolve(Resolution {
                at: stated("resolution.at", self.at, hangar.moment.now)?,
                ..resolution
            }),
            action => action,
        };
        *squawk = squawk.clone().act(action)?;
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        let decided = hangar.squawk(found.id).cloned();
        Ok(Outcome::Executed(decided.unwrap_or(found)))
    }
}

impl DecideSquawk {
    /// Whether the squawk is there already by the same action.
    fn is_taken_by(&self, squawk: &Squawk) -> bool {
        if squawk.status != self.action.leads_to() {
            return false;
        }
        match &self.action {
            SquawkAction::Defer(deferral) => squawk.deferral.as_ref() == Some(deferral),
            SquawkAction::Resolve(said) => squawk.resolution.as_ref().is_some_and(|resolved| {
                let at = self.at.unwrap_or(resolved.at);
                let said = said.clone();
                *resolved == Resolution { at, ..said }
            }),
            _ => true,
        }
    }
}
