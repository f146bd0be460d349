//! What is stored of a token.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use test_support::eventually;

use crate::support::{LIMIT, World, request};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn lines(conn: &mut AsyncPgConnection, query: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(query).load(conn).await.unwrap();
    lines.into_iter().map(|l| l.line).collect()
}

const TABLES: &str = "SELECT quote_ident(table_name) AS line FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";

/// Every row of every table, as text: bytes in hexadecimal and, where they are text, as that.
async fn dump(conn: &mut AsyncPgConnection) -> Vec<String> {
    let mut all = Vec::new();
    for table in lines(conn, TABLES).await {
        all.extend(
            lines(
                conn,
                &format!("SELECT to_jsonb(t)::text AS line FROM {table} AS t"),
            )
            .await,
        );
    }
    all
}

#[tokio::test]
async fn the_token_is_nowhere_in_the_database() {
    let world = World::start().await;
    let mut conn = world.connect().await;
    // Keeps what the relay would remove.
    let keep = "CREATE TABLE seen AS SELECT * FROM outbox;
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO seen SELECT NEW.*; RETURN NULL; END $$;
        CREATE TRIGGER keep AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION keep();";
    conn.batch_execute(keep).await.unwrap();
    let (key, token) = world.mint(request()).await;
    world.revoke(&key).await.unwrap();
    // What the relay has not removed yet would be counted twice.
    eventually("the outbox is empty", LIMIT, async || {
        let owed = lines(&mut conn, "SELECT message_id AS line FROM outbox").await;
        owed.is_empty().then_some(())
    })
    .await;

    let dump = dump(&mut conn).await;
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let holds = |needle: &str| dump.iter().filter(|line| line.contains(needle)).count();
    // The dump does hold the key: its row, two outbox rows, and its id in two audit rows.
    assert_eq!(holds(&hex(&token.digest())), 3, "{dump:#?}");
    assert_eq!(holds(&format!("\"key_id\": \"{}\"", key.id)), 2);
    let (token, body) = (token.reveal(), &token.reveal()["gaf_pk_".len() + 4..]);
    for secret in [token, body, &body[..20]] {
        assert_eq!(holds(secret), 0);
        assert_eq!(holds(&hex(secret.as_bytes())), 0);
    }
    world.stop().await;
}
