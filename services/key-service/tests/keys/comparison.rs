//! That a key is compared before it counts, whatever the database found.

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use domain::api_key::{ApiToken, Surface};
use test_support::eventually;

use crate::support::{LIMIT, World, request};

/// From now on any two texts of bytes are equal, for connections that begin after this.
const LIES: &str = "
    CREATE FUNCTION always(bytea, bytea) RETURNS boolean LANGUAGE sql AS 'SELECT true';
    CREATE OPERATOR public.= (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = always);
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
    END $$;
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    keys: i64,
}

#[tokio::test]
async fn a_key_that_a_database_finds_for_another_token_does_not_count() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    world.connect().await.batch_execute(LIES).await.unwrap();
    let found: Found =
        sql_query("SELECT count(*) AS keys FROM api_keys WHERE token_sha256 = '\\x00'")
            .get_result(&mut world.connect().await)
            .await
            .unwrap();
    assert_eq!(found.keys, 1, "the database tells the truth");

    let look_up = |token: &ApiToken| contracts::v1::LookUpKeyRequest {
        token_sha256: token.digest().to_vec().into(),
    };
    let own = eventually("the service has connected anew", LIMIT, async || {
        world.client.look_up(look_up(&token)).await.ok()
    })
    .await;
    assert_eq!(own.key, Some(key));
    let other = ApiToken::from_entropy(Surface::GaFlight, &[1; 32]);
    assert_eq!(world.look_up(&other).await, None);
    world.stop().await;
}
