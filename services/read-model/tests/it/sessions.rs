//! Planned sessions: lists of what lasts.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::v1::{Facet, ListDocumentsRequest, ReadModel};
use diesel_async::SimpleAsyncConnection;
use domain::planning::{Resource, Session, SessionKind, SessionPlan, SessionStatus};
use public_api::sort_key;
use read_model::Documents;
use read_model::query::ListQuery;
use read_model::record::Record;
use serde_json::Value;
use service_kit::Clock;

use crate::plans::explain;
use crate::school::{School, id, instant};
use crate::world::World;

const INSTRUCTORS: u32 = 4;

fn start() -> DateTime<Utc> {
    instant("2026-03-01T00:00:00Z")
}

/// Sessions of a quarter of an hour to a day, and every twentieth a stay of weeks.
pub fn session(school: School, number: u32) -> Session {
    let mixed = i64::from(number.wrapping_mul(2_654_435_761) >> 8);
    let long = number.is_multiple_of(20);
    let starts_at = start() + TimeDelta::minutes(mixed % (60 * 24 * 60) / 15 * 15);
    let quarters = 1 + mixed % if long { 31 * 96 } else { 96 };
    Session {
        id: id(2_000_000 + number),
        organization_id: school.org,
        location_id: None,
        version: 1,
        status: SessionStatus::ALL[usize::try_from(number / 3 % 5).unwrap()],
        plan: SessionPlan {
            kind: if long {
                SessionKind::Maintenance
            } else {
                SessionKind::Flight
            },
            title: None,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(quarters * 15),
            resource: Resource::Aircraft(id(number % 5)),
            label: "N1SP".into(),
            instructor_id: Some(id(100 + number % INSTRUCTORS)),
            student_ids: vec![id(number)],
            pilot_id: None,
            program_item_id: None,
            departure: None,
            arrival: None,
        },
        cancellation: None,
        flight_id: None,
        external_reference: None,
        created_at: start(),
        updated_at: start(),
    }
}

fn request(school: School, limit: i32) -> ListDocumentsRequest {
    ListDocumentsRequest {
        organization_id: school.org.to_string(),
        view: "planning-sessions".to_owned(),
        limit,
        ..Default::default()
    }
}

/// All pages together.
async fn walk(world: &World, first: ListDocumentsRequest) -> Vec<String> {
    let documents = Documents::new(world.db.clone(), Clock::system());
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = ListDocumentsRequest {
            after,
            ..first.clone()
        };
        let answer = documents.list(Default::default(), page).await.unwrap();
        found.extend(answer.documents.into_iter().map(|document| document.id));
        after = answer.next;
        if after.is_none() {
            return found;
        }
    }
}

async fn many(world: &World, school: School, numbers: u32) -> Vec<Session> {
    let sessions: Vec<Session> = (0..numbers).map(|n| session(school, n)).collect();
    let records: Vec<Record> = sessions.iter().cloned().map(Record::from).collect();
    world.take(&records).await;
    sessions
}

/// What overlaps the time, by the definition of overlapping, in the order of the list.
fn overlapping(
    sessions: &[Session],
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    asked: impl Fn(&Session) -> bool,
) -> Vec<String> {
    let mut found: Vec<&Session> = sessions
        .iter()
        .filter(|s| s.plan.ends_at > from && to.is_none_or(|to| s.plan.starts_at < to) && asked(s))
        .collect();
    found.sort_by_key(|s| (s.plan.starts_at, s.id.to_string()));
    found.iter().map(|s| s.id.to_string()).collect()
}

#[tokio::test]
async fn what_overlaps_a_time_is_listed_and_nothing_else() {
    let world = World::new().await;
    let school = School::new();
    let sessions = many(&world, school, 600).await;
    many(&world, School::new(), 50).await;
    let mut straddling = 0;
    // On the edges of sessions, at midnight and in between; for nothing, an hour and a month.
    for step in 0..90_i64 {
        let from = start() + TimeDelta::minutes(step * 17 * 60 + 15 * (step % 4) + step % 2);
        let to = from + TimeDelta::hours([0, 1, 24 * 30][usize::try_from(step % 3).unwrap()]);
        let aircraft = id::<domain::AircraftId>(2);
        let narrowed = |facets: Vec<Facet>| ListDocumentsRequest {
            sort_from: Some(sort_key::instant(from)),
            sort_to: Some(sort_key::instant(to)),
            facets,
            ..request(school, 7)
        };
        let wanted = overlapping(&sessions, from, Some(to), |_| true);
        straddling += sessions
            .iter()
            .filter(|s| s.plan.starts_at < from && s.plan.ends_at > from)
            .count();
        assert_eq!(
            walk(&world, narrowed(Vec::new())).await,
            wanted,
            "{from} to {to}"
        );

        let facets = [
            ("aircraft_id", aircraft.to_string()),
            ("status", "scheduled".into()),
        ];
        let facets = facets.map(|(name, value)| Facet {
            name: name.into(),
            value,
        });
        let asked = |s: &Session| {
            s.plan.resource == Resource::Aircraft(aircraft) && s.status == SessionStatus::Scheduled
        };
        let wanted = overlapping(&sessions, from, Some(to), asked);
        assert_eq!(
            walk(&world, narrowed(facets.into())).await,
            wanted,
            "{from} to {to}"
        );
    }
    assert!(
        straddling > 500,
        "{straddling}: what is under way is what this is about"
    );
}

#[tokio::test]
async fn without_an_end_or_a_beginning_the_list_goes_on() {
    let world = World::new().await;
    let school = School::new();
    let sessions = many(&world, school, 200).await;
    let from = start() + TimeDelta::days(20);
    let open = ListDocumentsRequest {
        sort_from: Some(sort_key::instant(from)),
        ..request(school, 11)
    };
    assert_eq!(
        walk(&world, open).await,
        overlapping(&sessions, from, None, |_| true)
    );
    let all = overlapping(&sessions, start() - TimeDelta::days(1), None, |_| true);
    assert_eq!(walk(&world, request(school, 11)).await, all);
}

#[tokio::test]
async fn changes_are_narrowed_to_what_overlaps_too() {
    let world = World::new().await;
    let school = School::new();
    let sessions = many(&world, school, 200).await;
    let (from, to) = (start() + TimeDelta::days(20), start() + TimeDelta::days(21));
    let changed = ListDocumentsRequest {
        sort_from: Some(sort_key::instant(from)),
        sort_to: Some(sort_key::instant(to)),
        updated_since: Some(Default::default()),
        ..request(school, 9)
    };
    let (mut found, mut wanted) = (
        walk(&world, changed).await,
        overlapping(&sessions, from, Some(to), |_| true),
    );
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    assert!(wanted.len() > 3);
}

#[tokio::test]
async fn a_session_that_moves_leaves_its_old_days() {
    let world = World::new().await;
    let school = School::new();
    let old = session(school, 1);
    let moved = Session {
        version: 2,
        plan: SessionPlan {
            starts_at: old.plan.starts_at + TimeDelta::days(100),
            ends_at: old.plan.ends_at + TimeDelta::days(100),
            ..old.plan.clone()
        },
        ..old.clone()
    };
    world
        .take(&[old.clone().into(), moved.clone().into()])
        .await;
    let at = |moment: DateTime<Utc>| ListDocumentsRequest {
        sort_from: Some(sort_key::instant(moment)),
        sort_to: Some(sort_key::instant(moment + TimeDelta::minutes(1))),
        ..request(school, 5)
    };
    assert!(walk(&world, at(old.plan.starts_at)).await.is_empty());
    assert_eq!(
        walk(&world, at(moved.plan.starts_at)).await,
        [moved.id.to_string()]
    );
}

/// However many sessions there are, and however long they may last: the pages touched are those of
/// one day and of the page itself.
#[tokio::test]
async fn a_page_of_what_is_under_way_reads_a_day_and_no_more() {
    let world = World::new().await;
    let school = School::new();
    many(&world, school, 12_000).await;
    let mut conn = world.database.connect().await;
    conn.batch_execute("VACUUM ANALYZE").await.unwrap();
    let from = start() + TimeDelta::minutes(45 * 24 * 60 + 700);
    let facets = [
        Vec::new(),
        vec![("instructor_id", id::<domain::PersonId>(101).to_string())],
        vec![
            ("kind", "flight".to_owned()),
            ("status", "scheduled".to_owned()),
        ],
    ];
    for facets in facets {
        let facets = facets.into_iter().map(|(name, value)| Facet {
            name: name.into(),
            value,
        });
        let request = ListDocumentsRequest {
            sort_from: Some(sort_key::instant(from)),
            facets: facets.collect(),
            ..request(school, 50)
        };
        let query = ListQuery::try_from(request).unwrap();
        let plan = explain(&mut conn, &query).await;
        assert!(!plan.to_string().contains("Seq Scan"), "{plan:#}");
        assert!(rows_read(&plan["Plan"]) < 3_000.0, "{plan:#}");
    }
}

/// The most rows that any step came by, those that it left out included.
fn rows_read(node: &Value) -> f64 {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let here = (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops");
    let below = node["Plans"]
        .as_array()
        .into_iter()
        .flatten()
        .map(rows_read);
    below.fold(here, f64::max)
}
