//! What pages cost: every list, every documented filter and every page of changes is a range of an
//! index, whatever the organisation's size. The questions come from the route table.

mod asked;
mod filed;

use contracts::v1::{DocumentIds, ListDocumentsRequest};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Text, Untyped};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use public_api::routes::{self, Route, View};
use read_model::db::pages::rarest;
use read_model::db::{Statement, changes, own, pages};
use read_model::query::ListQuery;
use serde_json::Value;

use crate::school::School;
use crate::world::World;
use asked::{LIMIT, changes_of, narrowings, pages_of};

const FLIGHTS: u32 = 20_000;
const OF_OTHER_VIEWS: u32 = 6_000;
const OF_ANOTHER_SCHOOL: u32 = 1_000;

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

/// The plan of a page, in the order of the list.
pub async fn explain(conn: &mut AsyncPgConnection, query: &ListQuery) -> Value {
    explained(conn, pages::statement(query)).await
}

async fn explained(conn: &mut AsyncPgConnection, statement: Statement<'_>) -> Value {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Json, column_name = "QUERY PLAN")]
        plan: Value,
    }
    let row: Row = Explain(statement).get_result(conn).await.unwrap();
    row.plan[0].clone()
}

/// A school of many documents of every view, beside another.
async fn big_school(conn: &mut AsyncPgConnection) -> School {
    let (school, other) = (School::new(), School::new());
    for route in lists() {
        let own = if route.view == View::Flights {
            FLIGHTS
        } else {
            OF_OTHER_VIEWS
        };
        filed::file(conn, school.org, route, own).await;
        filed::file(conn, other.org, route, OF_ANOTHER_SCHOOL).await;
    }
    filed::settle(conn).await;
    school
}

fn lists() -> impl Iterator<Item = &'static Route> {
    routes::all().filter(|route| route.is_list())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_one_range_of_an_index() {
    let world = World::new().await;
    let mut conn = world.database.connect().await;
    let school = big_school(&mut conn).await;
    for route in lists() {
        let mut tried = 0;
        for facets in narrowings(route) {
            for request in pages_of(school, route, &facets) {
                let query = ListQuery::try_from(request).unwrap();
                let plan = explain(&mut conn, &query).await;
                let context = format!("{query:?}\n{plan:#}");
                let several = query.facets.len() > 1;
                check_nodes(&plan, LIMIT + 1, &context);
                if !several {
                    check_cost(&plan, route, &query, &context);
                } else {
                    let ahead = explained(&mut conn, rarest::statement(&query)).await;
                    check_nodes(&ahead, 0, &format!("{query:?}\n{ahead:#}"));
                    check_rows(&ahead, 501, &context);
                }
                tried += 1;
            }
        }
        let filters = route.filters().len();
        assert!(tried > filters, "{} pages of {}", tried, route.path);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_are_one_range_of_an_index_and_a_bounded_walk() {
    let world = World::new().await;
    let mut conn = world.database.connect().await;
    let school = big_school(&mut conn).await;
    for route in lists() {
        for facets in narrowings(route)
            .into_iter()
            .filter(|facets| facets.len() < 2)
        {
            for request in changes_of(school, route, &facets) {
                let query = ListQuery::try_from(request).unwrap();
                let since = query.since.as_ref().unwrap();
                let statement = changes::statement(&query, since).unwrap();
                let plan = explained(&mut conn, statement).await;
                let context = format!("{query:?}\n{plan:#}");
                // The walk is numbered in the order of the index: nothing is sorted for that.
                check_nodes(&plan, LIMIT + 1, &context);
                let walk = f64::from(i32::try_from(changes::WALK).unwrap() + 1);
                walk_plan(&plan["Plan"], &mut |node| {
                    let inner = node["Node Type"] == "Function Scan";
                    assert!(inner || rows(node) <= walk, "{context}");
                });
            }
        }
    }
}

/// Given documents are read by their primary key, one look-up for each, whatever else is asked of
/// them and however many others there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_documents_are_read_by_their_primary_key() {
    const GIVEN: u32 = 100;
    let world = World::new().await;
    let mut conn = world.database.connect().await;
    let school = School::new();
    let shapes = [View::Locations, View::Flights, View::Sessions];
    let tried = || lists().filter(|route| shapes.contains(&route.view));
    for route in tried() {
        filed::file(&mut conn, school.org, route, OF_OTHER_VIEWS).await;
    }
    filed::settle(&mut conn).await;
    let given = || DocumentIds {
        ids: (0..GIVEN).map(|n| filed::id(n * 50).to_string()).collect(),
    };
    for route in tried() {
        let facets = narrowings(route);
        let pages = facets
            .iter()
            .flat_map(|facets| pages_of(school, route, facets));
        let changes = facets
            .iter()
            .flat_map(|facets| changes_of(school, route, facets));
        for request in pages.chain(changes) {
            let query = ListQuery::try_from(ListDocumentsRequest {
                only: Some(given()),
                ..request
            });
            let query = query.unwrap();
            let statement = match (&query.only, &query.since) {
                (_, Some(since)) => changes::statement(&query, since),
                (Some(only), None) => own::page(&query, only),
                (None, None) => panic!("{query:?}"),
            };
            let plan = explained(&mut conn, statement.unwrap()).await;
            let context = format!("{query:?}\n{plan:#}");
            check_nodes(&plan, i32::try_from(GIVEN).unwrap(), &context);
            walk_plan(&plan["Plan"], &mut |node| {
                let index = node["Index Name"].as_str();
                assert!(
                    index.is_none_or(|name| name == "documents_pkey"),
                    "{context}"
                );
            });
        }
    }
}

/// No table is read as a whole, nothing is gathered in memory to be sorted: what is put in order
/// is the page itself, of at most `sorted` rows.
fn check_nodes(plan: &Value, sorted: i32, context: &str) {
    walk_plan(&plan["Plan"], &mut |node| {
        let kind = node["Node Type"].as_str().unwrap();
        assert!(
            kind != "Seq Scan" && !kind.starts_with("Bitmap"),
            "{kind}: {context}"
        );
        // What goes into a sort counts: one that keeps the first rows has few that come out.
        let sorts = kind.contains("Sort");
        let into = node["Plans"].as_array().into_iter().flatten().map(rows);
        assert!(
            !sorts || into.sum::<f64>() <= f64::from(sorted),
            "{kind}: {context}"
        );
    });
}

/// A page with one filter, or none, reads what it shows and no more.
fn check_cost(plan: &Value, route: &Route, query: &ListQuery, context: &str) {
    // What is under way at a moment is looked for among the entries of that day.
    let day = if route.view.lasts() && query.sort_from.is_some() {
        2 * 51
    } else {
        0
    };
    check_rows(plan, LIMIT + 1 + day, context);
    let blocks = |kind: &str| plan["Plan"][kind].as_i64().unwrap();
    let blocks = blocks("Shared Hit Blocks") + blocks("Shared Read Blocks");
    assert!(
        blocks <= MOST_BLOCKS + i64::from(day) * 4,
        "{blocks} blocks: {context}"
    );
}

fn check_rows(plan: &Value, most: i32, context: &str) {
    walk_plan(&plan["Plan"], &mut |node| {
        assert!(
            rows(node) <= f64::from(most),
            "{} rows: {context}",
            rows(node)
        );
    });
}

/// Of each of its loops.
fn rows(node: &Value) -> f64 {
    node["Actual Rows"].as_f64().unwrap()
}

fn walk_plan(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk_plan(child, visit);
    }
}

/// The plan that is kept for a prepared statement is as good as the one for given values.
#[tokio::test]
async fn a_page_stays_cheap_when_the_statement_is_used_often() {
    let world = World::new().await;
    let mut conn = world.database.connect().await;
    let school = School::new();
    let route = lists().find(|route| route.view == View::Flights).unwrap();
    filed::file(&mut conn, school.org, route, OF_OTHER_VIEWS).await;
    filed::settle(&mut conn).await;
    let facets = [("status", "submitted".to_owned())];
    let request = pages_of(school, route, &facets).remove(0);
    let query = ListQuery::try_from(request).unwrap();
    for _ in 0..12 {
        let plan = explain(&mut conn, &query).await;
        let context = format!("{query:?}\n{plan:#}");
        check_nodes(&plan, LIMIT + 1, &context);
        check_cost(&plan, route, &query, &context);
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

/// A common value and a rare one, named in either order: the page is read by the rare one.
#[tokio::test]
async fn a_page_begins_with_the_rarer_of_two_values() {
    let world = World::new().await;
    let mut conn = world.database.connect().await;
    let school = School::new();
    let route = lists().find(|route| route.view == View::Flights).unwrap();
    filed::file(&mut conn, school.org, route, FLIGHTS + 4_000).await;
    filed::settle(&mut conn).await;
    // One of 40, and one of 300: by the order of the view alone the first would lead.
    let facets = [
        ("pilot_id", filed::id(20).to_string()),
        ("status", "voided".to_owned()),
    ];
    let query = ListQuery::try_from(pages_of(school, route, &facets).remove(0)).unwrap();
    assert_eq!(query.facets[0].name, "pilot_id");
    let better = rarest::first(&mut conn, &query).await.unwrap().unwrap();
    assert_eq!(better.facets[0].name, "status");
    assert_eq!(better.facets[1].name, "pilot_id");
    let plan = explain(&mut conn, &better).await;
    check_rows(&plan, 100, &format!("{plan:#}"));

    // The page is the same, whichever comes first.
    let by_view: Vec<pages::PageRow> = pages::statement(&query).load(&mut conn).await.unwrap();
    let by_rarity = pages::list(&mut conn, &query).await.unwrap();
    let ids = |rows: Vec<pages::PageRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let by_rarity = ids(by_rarity);
    assert_eq!(by_rarity.len(), 40);
    assert_eq!(ids(by_view), by_rarity);
}
