//! What changed: `updated_since`, deletions, and what the clock changes by itself.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1::{Facet, ListDocumentsRequest, ListDocumentsResponse, Position, ReadModel};
use diesel_async::RunQueryDsl;
use domain::compliance::{
    Act, ComplianceRecord, ComplianceSubject, ComplianceType, Paper, Standing, SubjectType,
};
use domain::flight::FlightStatus;
use domain::organization::{Organization, Policy};
use read_model::record::Record;
use serde_json::Value;

use crate::school::{self, School, deletion, id, instant};
use crate::world::{World, state};

pub fn since(school: School, view: &str, at: DateTime<Utc>) -> ListDocumentsRequest {
    ListDocumentsRequest {
        organization_id: school.org.to_string(),
        view: view.to_owned(),
        limit: 200,
        updated_since: Some(timestamp(at)),
        ..Default::default()
    }
}

pub fn facet(name: &str, value: impl ToString) -> Vec<Facet> {
    vec![Facet {
        name: name.to_owned(),
        value: value.to_string(),
    }]
}

pub async fn list(world: &World, request: ListDocumentsRequest) -> ListDocumentsResponse {
    let answer = world.answers().list(Default::default(), request).await;
    answer.unwrap()
}

pub fn ids(answer: &ListDocumentsResponse) -> Vec<String> {
    answer.documents.iter().map(|d| d.id.clone()).collect()
}

pub fn bodies(answer: &ListDocumentsResponse) -> Vec<Value> {
    let bodies = answer.documents.iter();
    bodies
        .map(|d| serde_json::from_slice(&d.body).unwrap())
        .collect()
}

pub fn organization(school: School, version: i64, timezone: &str) -> Record {
    Organization {
        id: school.org,
        version,
        name: "Bayside".to_owned(),
        timezone: timezone.to_owned(),
        currency: "USD".to_owned(),
        country: "US".to_owned(),
        policy: Policy::default(),
        created_at: instant("2026-01-01T00:00:00Z"),
        updated_at: instant("2026-01-01T00:00:00Z"),
    }
    .into()
}

/// A verified medical of pilot 7, good until that day.
pub fn medical(school: School, number: u32, version: i64, until: Option<&str>) -> ComplianceRecord {
    let act = Act::new(id(8), instant("2026-01-01T00:00:00Z"));
    ComplianceRecord {
        id: id(number),
        organization_id: school.org,
        version,
        paper: Paper {
            subject: ComplianceSubject {
                subject_type: SubjectType::Pilot,
                id: id(7),
            },
            compliance_type: ComplianceType::Medical,
            title: format!("Medical {number}"),
            authority: None,
            reference: Some("M".to_owned()),
            issued_on: None,
            valid_from: None,
            valid_until: until.map(|until| until.parse().unwrap()),
            warn_days: 30,
            blocks_booking: true,
            document_present: true,
        },
        standing: Standing::Verified,
        verification: Some(act),
        hold: None,
        external_reference: None,
        created_at: act.at,
        updated_at: act.at,
    }
}

#[tokio::test]
async fn changes_come_in_their_order_and_what_is_gone_among_them() {
    let world = World::new().await;
    let school = School::new();
    let begin = world.clock.now();
    let flights = (0..3).map(|n| school::flight(school.flight(n, 1)));
    for flight in flights {
        world.take(&[flight]).await;
    }
    let number = |n| school.flight(n, 1).id.to_string();
    let all = list(&world, since(school, "flights", begin)).await;
    assert_eq!(ids(&all), [0, 1, 2].map(number));

    let gone = deletion(&school::flight(school.flight(1, 1)), 2);
    world.take_messages([gone]).await;
    world.take(&[school::flight(school.flight(0, 2))]).await;
    let all = list(&world, since(school, "flights", begin)).await;
    assert_eq!(ids(&all), [2, 1, 0].map(number));
    let tombstone = serde_json::json!(
        {"id": number(1), "deleted": true, "deleted_at": "2026-05-01T00:00:00Z"}
    );
    assert_eq!(bodies(&all)[1], tombstone);
    let gone: Vec<bool> = all.documents.iter().map(|d| d.deleted).collect();
    assert_eq!(gone, [false, true, false]);

    // It is in no list and under no filter, and an older version brings it not back.
    world.take(&[school::flight(school.flight(1, 1))]).await;
    let plain = ListDocumentsRequest {
        updated_since: None,
        ..since(school, "flights", begin)
    };
    assert_eq!(ids(&list(&world, plain.clone()).await), [2, 0].map(number));
    let filtered = ListDocumentsRequest {
        facets: facet("status", "submitted"),
        ..plain
    };
    assert_eq!(ids(&list(&world, filtered).await), [2, 0].map(number));
    let later = list(&world, since(school, "flights", world.clock.now())).await;
    assert_eq!(ids(&later), Vec::<String>::new());
}

#[tokio::test]
async fn an_event_is_among_the_changes_since_the_time_it_says() {
    let world = World::new().await;
    let school = School::new();
    let mut event = school.submitted(1);
    // The clock of whoever published it is ahead.
    event.occurred_at = world.clock.now() + TimeDelta::seconds(30);
    world.take_events(&[event.clone()]).await;
    let changes = list(&world, since(school, "events", event.occurred_at)).await;
    assert_eq!(ids(&changes), [event.id.to_string()]);
}

#[tokio::test]
async fn a_deletion_leaves_the_same_whenever_it_comes() {
    let world = World::new().await;
    let mut states = Vec::new();
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]] {
        let school = School::new();
        let pilot = school.flight(1, 1).entry.pilot_id;
        world.take(&[school::person(school.person(1, 1))]).await;
        let messages = [
            school::message(&school::flight(school.flight(1, 1))),
            school::message(&school::flight(school.flight(1, 2))),
            deletion(&school::flight(school.flight(1, 1)), 3),
        ];
        for i in order {
            world.take_messages([messages[i].clone()]).await;
        }
        let conn = &mut world.db.conn().await.unwrap();
        let state = state(conn, school.org).await;
        assert_eq!(state.totals.get(&pilot.0), None, "{order:?}");
        assert!(state.facets.iter().all(|[view, ..]| view == "pilots"));
        let kept: Vec<_> = state.documents.keys().cloned().collect();
        let key = |view: &str, id: String| (view.to_owned(), id);
        assert_eq!(kept, [key("pilots", pilot.to_string())]);
        states.push(state.tombstones);
    }
    assert_eq!(states[0].len(), 1);
    assert!(
        states.windows(2).all(|pair| pair[0] == pair[1]),
        "{states:?}"
    );
}

#[tokio::test]
async fn nothing_is_kept_of_who_is_deleted() {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let world = World::new().await;
    let school = School::new();
    let person = school::person(school.person(1, 1));
    let Record::Person(who) = &person else {
        panic!("a person is no person")
    };
    world.take(std::slice::from_ref(&person)).await;
    world.take_messages([deletion(&person, 2)]).await;
    let mut conn = world.db.conn().await.unwrap();
    for table in ["records", "documents", "document_facets"] {
        let row: Row = diesel::sql_query(format!(
            "SELECT count(*) AS n FROM {table} t
             WHERE t::text ILIKE '%' || $1 || '%'
                 OR t::text LIKE '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%'"
        ))
        .bind::<diesel::sql_types::Text, _>(&who.last_name)
        .get_result(&mut conn)
        .await
        .unwrap();
        assert_eq!(row.n, 0, "{table}");
    }
}

#[tokio::test]
async fn pages_of_changes_hold_every_change_though_few_are_asked_for() {
    let world = World::new().await;
    let school = School::new();
    let begin = world.clock.now();
    let mut records = Vec::new();
    for n in 0..5_400 {
        let mut flight = school.flight(n, 1);
        flight.status = match n {
            10 | 5_200 | 5_300 => FlightStatus::Rejected,
            _ => FlightStatus::Submitted,
        };
        records.push(school::flight(flight));
    }
    world.take(&records).await;
    let first = ListDocumentsRequest {
        facets: facet("status", "rejected"),
        limit: 2,
        ..since(school, "flights", begin)
    };
    let (mut found, mut pages, mut after) = (Vec::new(), 0, None::<Position>);
    loop {
        let request = ListDocumentsRequest {
            after: after.clone(),
            ..first.clone()
        };
        let answer = list(&world, request).await;
        found.extend(ids(&answer));
        pages += 1;
        after = answer.next;
        if after.is_none() {
            break;
        }
    }
    let found: BTreeSet<String> = found.into_iter().collect();
    let expected = [10, 5_200, 5_300].map(|n| school.flight(n, 1).id.to_string());
    assert_eq!(found, expected.into());
    assert!(pages >= 2, "a page looks at so many changes only");
}

/// A reader who goes on from where it was hears of everything, while several replicas write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_who_goes_on_from_the_last_change_misses_one() {
    let world = World::new().await;
    let school = School::new();
    let begin = world.clock.now();
    let writing = async {
        let write = async |from: u32| {
            for n in 0..60 {
                let batch: Vec<Record> = (0..3)
                    .map(|i| school::flight(school.flight(from + n * 3 + i, 1)))
                    .collect();
                world.take(&batch).await;
            }
        };
        tokio::join!(write(0), write(1_000), write(2_000));
    };
    let done = std::sync::atomic::AtomicBool::new(false);
    let reading = async {
        let (mut seen, mut after) = (BTreeSet::new(), None::<Position>);
        loop {
            let last =
                std::sync::atomic::AtomicBool::load(&done, std::sync::atomic::Ordering::SeqCst);
            let request = ListDocumentsRequest {
                after: after.clone(),
                limit: 7,
                ..since(school, "flights", begin)
            };
            let answer = list(&world, request).await;
            seen.extend(ids(&answer));
            let more = answer.next.is_some();
            // The caller keeps its place where a page ends without another.
            after = answer.next.or(after);
            if !more && last {
                return (seen, after);
            }
            tokio::task::yield_now().await;
        }
    };
    let writing = async {
        writing.await;
        done.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let ((seen, _), ()) = tokio::join!(reading, writing);
    assert_eq!(seen.len(), 540);
}
