//! Secrets are nowhere but in the answer that shows them.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use test_support::Receiver;

use crate::events::approved;
use crate::world::{LIMIT, World};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Every row of every table, bytes in the escape form that leaves ASCII readable.
async fn everything(world: &World) -> String {
    let mut conn = world.connect().await;
    let tables: Vec<Row> = diesel::sql_query(
        "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'",
    )
    .load(&mut conn)
    .await
    .unwrap();
    diesel::sql_query("SET bytea_output = 'escape'")
        .execute(&mut conn)
        .await
        .unwrap();
    let mut all = String::new();
    for Row { text: table } in tables {
        let query = format!(r#"SELECT t::text AS text FROM "{table}" t"#);
        let rows: Vec<Row> = diesel::sql_query(query).load(&mut conn).await.unwrap();
        all.extend(rows.into_iter().map(|row| row.text));
    }
    all
}

#[tokio::test]
async fn the_database_never_holds_a_secret_in_plain_text() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, secret) = world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&[approved(1)]).await;
    receiver.wait_for(1, LIMIT).await;
    world.wait_for_status("succeeded", 1).await;

    let everything = everything(&world).await;
    assert!(everything.contains(&endpoint.id) && everything.contains("flight.approved"));
    let random = secret.strip_prefix("whsec_").unwrap();
    assert!(!everything.contains("whsec_") && !everything.contains(random));
    world.stop().await;
}
