//! What pages cost: every documented filter is a range of an index, whatever the organisation's
//! size.

use contracts::v1::{Facet, ListDocumentsRequest, Position};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Text, Untyped};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use public_api::routes::{Form, ROUTES, Route, View};
use public_api::sort_key;
use read_model::db::{Statement, pages};
use read_model::query::ListQuery;
use serde_json::Value;

use crate::school::{self, School, instant};
use crate::world::World;

const FLIGHTS: u32 = 20_000;
const PEOPLE: u32 = 2_000;
const AIRCRAFT: u32 = 500;
const EVENTS: u32 = 10_000;
const LIMIT: i32 = 50;

/// Pages of the database a page of a list may touch: one look-up of three or four for each of the
/// 51 documents and for each entry checked, and the way down the index.
const MOST_BLOCKS: i64 = 51 * 4 * 3 + 40;

struct Explain<'a>(Statement<'a>);

impl QueryFragment<Pg> for Explain<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, FORMAT JSON) ");
        self.0.walk_ast(out)
    }
}

impl QueryId for Explain<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Explain<'_> {
    type SqlType = Untyped;
}

async fn explain(conn: &mut AsyncPgConnection, query: &ListQuery) -> Value {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Json, column_name = "QUERY PLAN")]
        plan: Value,
    }
    let row: Row = Explain(pages::statement(query))
        .get_result(conn)
        .await
        .unwrap();
    row.plan[0].clone()
}

/// A school of a few ten thousand documents among others, with statistics as autovacuum keeps them.
async fn big_school(world: &World) -> School {
    let school = School::new();
    let mut records: Vec<_> = (0..PEOPLE)
        .map(|n| school::person(school.person(n, 1)))
        .collect();
    records.extend((0..AIRCRAFT).map(|n| school::aircraft(school.aircraft(n, i64::from(n)))));
    for n in 0..FLIGHTS {
        let mut flight = school.flight(n, 1);
        flight.entry.pilot_id = school::id(n % 400);
        flight.entry.aircraft_id = school::id(n % 40);
        flight.status = domain::flight::FlightStatus::ALL[usize::try_from(n / 3).unwrap() % 5];
        records.push(school::flight(flight));
    }
    world.take(&records).await;
    let events: Vec<_> = (0..EVENTS).map(|n| school.submitted(n)).collect();
    world.take_events(&events).await;
    let other = School::new();
    world
        .take(
            &(0..2_000)
                .map(|n| school::flight(other.flight(n, 1)))
                .collect::<Vec<_>>(),
        )
        .await;
    let mut conn = world.database.connect().await;
    conn.batch_execute("VACUUM ANALYZE").await.unwrap();
    school
}

/// Every value worth trying for a filter.
fn values(view: View, name: &str, form: Form, school: School) -> Vec<String> {
    match (form, view, name) {
        (Form::Enum(terms), ..) => terms.iter().map(|term| (*term).to_owned()).collect(),
        (Form::Text { .. }, ..) => ["e", "earhart1", "cs", "ada ear"].map(str::to_owned).into(),
        (Form::Uuid, View::Events, _) => vec![school.flight(77, 1).id.to_string()],
        (Form::Uuid, _, "instructor_id") => vec![school::id::<domain::PersonId>(102).to_string()],
        (Form::Uuid, ..) => vec![school::id::<domain::PersonId>(7).to_string()],
        (Form::Instant(_), ..) => Vec::new(),
    }
}

fn request(school: School, route: &Route, facets: &[(&str, String)]) -> ListDocumentsRequest {
    let facets = facets.iter().map(|(name, value)| Facet {
        name: (*name).to_owned(),
        value: value.clone(),
    });
    ListDocumentsRequest {
        organization_id: school.org.to_string(),
        view: route.view.as_str().to_owned(),
        facets: facets.collect(),
        limit: LIMIT,
        ..Default::default()
    }
}

/// Each filter by itself, and the pairs with the commonest filter.
fn narrowings(route: &Route, school: School) -> Vec<Vec<(&'static str, String)>> {
    let each: Vec<(&str, Vec<String>)> = route
        .filters()
        .iter()
        .map(|filter| {
            (
                filter.name,
                values(route.view, filter.name, filter.form, school),
            )
        })
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let mut narrowings = vec![Vec::new()];
    for (name, values) in &each {
        narrowings.extend(values.iter().map(|value| vec![(*name, value.clone())]));
        for (other, others) in each.iter().filter(|(other, _)| other != name) {
            narrowings.push(vec![
                (*name, values[0].clone()),
                (*other, others[0].clone()),
            ]);
        }
    }
    narrowings
}

/// The first page, one from the middle, and one between two points in time.
fn pages_of(request: &ListDocumentsRequest, view: View) -> Vec<ListDocumentsRequest> {
    let timed = matches!(view, View::Flights | View::Events);
    let key = |text: &str| sort_key::instant(instant(text));
    let middle = if timed {
        key("2020-10-01T00:00:00Z")
    } else {
        "earhart".to_owned()
    };
    let mut all = vec![
        request.clone(),
        ListDocumentsRequest {
            after: Some(Position {
                sort_key: middle,
                id: String::new(),
            }),
            ..request.clone()
        },
    ];
    if timed {
        all.push(ListDocumentsRequest {
            sort_from: Some(key("2020-02-01T00:00:00Z")),
            sort_to: Some(key("2020-06-01T00:00:00Z")),
            ..request.clone()
        });
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_documented_filter_is_one_range_of_an_index() {
    let world = World::new().await;
    let school = big_school(&world).await;
    let mut conn = world.db.conn().await.unwrap();
    let mut tried = 0;
    for route in ROUTES.iter().filter(|route| route.is_list()) {
        for facets in narrowings(route, school) {
            for request in pages_of(&request(school, route, &facets), route.view) {
                let plan = explain(&mut conn, &ListQuery::try_from(request.clone()).unwrap()).await;
                let several =
                    facets.len() > 1 || facets.iter().any(|(_, value)| value.contains(' '));
                check(&plan, several, &request);
                tried += 1;
            }
        }
    }
    assert!(tried > 80, "only {tried} pages were tried");
}

fn check(plan: &Value, several: bool, request: &ListDocumentsRequest) {
    let root = &plan["Plan"];
    walk(root, &mut |node| {
        let kind = node["Node Type"].as_str().unwrap();
        let rows = node["Actual Rows"].as_f64().unwrap();
        assert!(
            kind != "Seq Scan" && !kind.starts_with("Bitmap"),
            "{kind}: {request:?}\n{plan:#}"
        );
        // What follows the page itself may be put in order; what leads to it may not.
        assert!(
            !kind.contains("Sort") || rows <= f64::from(LIMIT + 1),
            "{kind}: {request:?}\n{plan:#}"
        );
        assert!(
            several || rows <= f64::from(LIMIT + 1),
            "{rows} rows: {request:?}\n{plan:#}"
        );
    });
    let blocks =
        root["Shared Hit Blocks"].as_i64().unwrap() + root["Shared Read Blocks"].as_i64().unwrap();
    // Several values are checked on the entries of the rarest, which bounds them.
    assert!(
        several || blocks <= MOST_BLOCKS,
        "{blocks} blocks: {request:?}\n{plan:#}"
    );
}

fn walk(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, visit);
    }
}

/// The plan that is kept for a prepared statement is as good as the one for given values.
#[tokio::test]
async fn a_page_stays_cheap_when_the_statement_is_used_often() {
    let world = World::new().await;
    let school = School::new();
    world
        .take(
            &(0..6_000)
                .map(|n| school::flight(school.flight(n, 1)))
                .collect::<Vec<_>>(),
        )
        .await;
    let mut conn = world.db.conn().await.unwrap();
    conn.batch_execute("VACUUM ANALYZE").await.unwrap();
    let route = ROUTES
        .iter()
        .find(|route| route.view == View::Flights && route.is_list())
        .unwrap();
    let request = request(school, route, &[("status", "submitted".to_owned())]);
    let query = ListQuery::try_from(request.clone()).unwrap();
    for _ in 0..12 {
        check(&explain(&mut conn, &query).await, false, &request);
    }
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        prepared: i64,
    }
    let row: Row = diesel::sql_query(
        "SELECT count(*) AS prepared FROM pg_prepared_statements WHERE statement LIKE $1",
    )
    .bind::<Text, _>("EXPLAIN%document_facets%")
    .get_result(&mut conn)
    .await
    .unwrap();
    assert_eq!(row.prepared, 1);
}
