//! Whether a session may be booked on what it wants.

mod papers;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::aircraft::{Aircraft, AircraftStatus, Airworthiness, Category};
use domain::person::{Person, PersonStatus, Role};
use domain::planning::{Resource, Room, Session, SessionKind, SessionPlan};
use domain::{AircraftId, OrgId, PersonId, Refusal};
use store::AsyncPgConnection;

use crate::db::occupancies::{self, Occupied};
use crate::db::{aggregates, aircraft, people, training};
use crate::error::OpsError;

const OCCUPIED: &str = "occupied";

/// What the session's resource is called, once everybody and everything in the plan is known to be
/// the organisation's and may be booked at all.
pub async fn label(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    plan: &SessionPlan,
) -> Result<String, OpsError> {
    let people = people_of(conn, organization, plan).await?;
    if let Some(item) = plan.program_item_id
        && !training::has_item(conn, organization, item).await?
    {
        return Err(OpsError::no_such_at("program_item_id", "item of a program"));
    }
    match plan.resource {
        Resource::Aircraft(id) => {
            let aircraft = aircraft_of(conn, organization, id).await?;
            is_simulator(&aircraft, false).map(|()| aircraft.registration)
        }
        Resource::Simulator(id) => {
            let aircraft = aircraft_of(conn, organization, id).await?;
            is_simulator(&aircraft, true).map(|()| aircraft.registration)
        }
        Resource::Classroom(id) => {
            let room = aggregates::find::<Room>(conn, organization, id).await?;
            let room = room.ok_or(OpsError::no_such_at("resource", "room"))?;
            if !room.active {
                let detail = format!("the room {} is not in use", room.name);
                return Err(Refusal::conflict("resource_inactive", detail).into());
            }
            Ok(room.name)
        }
        Resource::Instructor(id) => {
            let instructor = people.iter().find(|person| person.id == id);
            Ok(instructor.map(name).unwrap_or_default())
        }
    }
}

fn name(person: &Person) -> String {
    let full = || format!("{} {}", person.first_name, person.last_name);
    person.call_sign.clone().unwrap_or_else(full)
}

async fn people_of(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    plan: &SessionPlan,
) -> Result<Vec<Person>, OpsError> {
    let ids = plan.people().map(|(_, id)| id);
    let known = people::find_all(conn, organization, ids).await?;
    for (field, id) in plan.people() {
        let person = known.iter().find(|person| person.id == id);
        let person = person.ok_or(OpsError::no_such_at(field, "person"))?;
        if person.status == PersonStatus::Archived {
            let detail = format!("the person of {field} is archived");
            return Err(Refusal::invalid(field, "archived", detail).into());
        }
        if teaches(field) && !may_teach(person) {
            let detail = format!("the person of {field} is no instructor");
            return Err(Refusal::invalid(field, "not_an_instructor", detail).into());
        }
    }
    Ok(known)
}

/// A resource that is a person is an instructor.
fn teaches(field: &str) -> bool {
    matches!(field, "instructor_id" | "resource")
}

fn may_teach(person: &Person) -> bool {
    let teaching = [Role::Instructor, Role::GroundInstructor, Role::Examiner];
    teaching.iter().any(|role| person.roles.contains(role))
}

async fn aircraft_of(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: AircraftId,
) -> Result<Aircraft, OpsError> {
    let found = aircraft::find(conn, organization, id).await?;
    found.ok_or(OpsError::no_such_at("resource", "aircraft"))
}

fn is_simulator(aircraft: &Aircraft, wanted: bool) -> Result<(), OpsError> {
    if (aircraft.category == Category::Simulator) == wanted {
        return Ok(());
    }
    let (is, is_not) = if wanted {
        ("an aircraft", "a simulator")
    } else {
        ("a simulator", "an aircraft")
    };
    let detail = format!("{} is {is}, not {is_not}", aircraft.registration);
    Err(Refusal::invalid("resource", "wrong_type", detail).into())
}

/// An aircraft that may not fly is booked for maintenance only, and nobody without papers. The
/// aircraft's row is locked, so that it is not grounded at the same moment.
///
/// # Errors
/// [`Refusal::Conflict`], `resource_grounded` or `resource_inactive`; [`OpsError::Unbookable`],
/// `not_compliant`.
pub async fn must_be_fit(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    plan: &SessionPlan,
) -> Result<(), OpsError> {
    papers::must_be_in_order(conn, organization, plan).await?;
    let Some(id) = plan.resource.aircraft_id() else {
        return Ok(());
    };
    let found = aircraft::lock(conn, organization, id).await?;
    let aircraft = found.ok_or(OpsError::no_such_at("resource", "aircraft"))?;
    if aircraft.status != AircraftStatus::Active {
        let detail = format!("{} is {}", aircraft.registration, aircraft.status);
        return Err(Refusal::conflict("resource_inactive", detail).into());
    }
    let unfit = matches!(
        aircraft.airworthiness_status,
        Airworthiness::Grounded | Airworthiness::InMaintenance
    );
    if unfit && plan.kind != SessionKind::Maintenance {
        let (registration, status) = (&aircraft.registration, aircraft.airworthiness_status);
        let detail = format!("{registration} is {status}, and is booked for maintenance only");
        return Err(Refusal::conflict("resource_grounded", detail).into());
    }
    Ok(())
}

/// Takes what the session is to occupy, and lets go of what it occupied before.
///
/// # Errors
/// [`OpsError::Unbookable`] with the code `occupied`, naming who or what is taken, by which session and when.
pub async fn occupy(conn: &mut AsyncPgConnection, session: &Session) -> Result<(), OpsError> {
    if occupancies::occupy(conn, session).await? {
        return Ok(());
    }
    let in_the_way = occupancies::in_the_way(conn, session).await?;
    Err(match in_the_way {
        Some(occupied) => occupied_by(session, occupied),
        // It was cancelled since.
        None => OpsError::Unbookable {
            pointer: "resource",
            code: OCCUPIED,
            detail: "something of the session was occupied a moment ago; try again".into(),
        },
    })
}

fn occupied_by(session: &Session, occupied: Occupied) -> OpsError {
    let plan = &session.plan;
    let person = plan
        .people()
        .find(|(_, PersonId(id))| *id == occupied.resource_id);
    let (pointer, who) = match person {
        Some((pointer, id)) => (pointer, format!("{} {id}", role(pointer))),
        None => {
            let kind = plan.resource.resource_type();
            ("resource", format!("{kind} {}", plan.label))
        }
    };
    let (from, to) = (text(occupied.starts_at), text(occupied.ends_at));
    let detail = format!(
        "{who} is occupied from {from} to {to} by session {}",
        occupied.session_id
    );
    OpsError::Unbookable {
        pointer,
        code: OCCUPIED,
        detail,
    }
}

fn role(pointer: &str) -> &'static str {
    match pointer {
        "pilot_id" => "pilot",
        "student_ids" => "student",
        _ => "instructor",
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
