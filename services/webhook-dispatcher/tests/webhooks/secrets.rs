//! Secrets are nowhere but in the answer that shows them.

use contracts::v1::{CreateEndpointRequest, ReencryptSecretsRequest, RotateSecretRequest};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use test_support::Receiver;

use crate::events::approved;
use crate::world::{KEY_RING, LIMIT, World, endpoint_request, org};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Every row of every table, bytes in the escape form that leaves ASCII readable.
pub async fn everything(world: &World) -> String {
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

#[tokio::test]
async fn secrets_move_to_the_first_key_of_the_ring() {
    let receiver = Receiver::start();
    let mut world = World::start().await;
    let request = CreateEndpointRequest {
        headers: [("x-key".to_owned(), "1".to_owned())].into(),
        ..endpoint_request(&receiver.url("/"), &["*"])
    };
    for _ in 0..3 {
        let created = world.client.create_endpoint(request.clone()).await.unwrap();
        let rotate = RotateSecretRequest {
            organization_id: org(1),
            endpoint_id: created.endpoint.unwrap().id,
            at_once: false,
        };
        world.client.rotate_secret(rotate).await.unwrap();
    }
    world.stop_replica().await;

    let other = "next:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    world.change_key_ring(&format!("{other},{KEY_RING}"));
    world.add_replica().await;
    let step = async |limit| {
        let request = ReencryptSecretsRequest {
            limit: Some(limit),
            after_id: None,
        };
        let answer = world.client.reencrypt_secrets(request).await.unwrap();
        assert_eq!(answer.unreadable_endpoint_ids.len(), 0);
        (answer.reencrypted, answer.remaining)
    };
    assert_eq!(step(2).await, (2, 1));
    assert_eq!(step(2).await, (1, 0));
    assert_eq!(step(2).await, (0, 0));
    world.stop_replica().await;

    // The old key is not needed any more, and without the new one nothing can be read.
    world.change_key_ring(other);
    world.add_replica().await;
    world.publish(&[approved(1)]).await;
    let received = receiver.wait_for(3, LIMIT).await;
    for got in &received {
        assert!(got.header("x-ga-webhook-signatures").is_some());
        assert_eq!(got.header("x-key"), Some("1"));
    }
    world.stop_replica().await;
    world.change_key_ring(KEY_RING);
    world.add_replica().await;
    // What cannot be read is passed by, to reach what comes after it.
    let mut request = ReencryptSecretsRequest {
        limit: Some(2),
        after_id: None,
    };
    let mut unreadable = Vec::new();
    for seen in [2, 1] {
        let answer = world
            .client
            .reencrypt_secrets(request.clone())
            .await
            .unwrap();
        assert_eq!((answer.reencrypted, answer.remaining), (0, 3));
        assert_eq!(answer.unreadable_endpoint_ids.len(), seen);
        unreadable.extend(answer.unreadable_endpoint_ids);
        assert_eq!(answer.last_id.is_some(), seen == 2);
        request.after_id = answer.last_id;
    }
    unreadable.dedup();
    assert_eq!(unreadable.len(), 3);
    world.stop().await;
}
