//! What comes by the broker, whatever happens meanwhile.

use bus::{BatchHandler, Outcome, dead_letters};
use contracts::topology::{READ_MODEL_EVENTS, READ_MODEL_RECORDS};
use diesel_async::SimpleAsyncConnection;
use domain::flight::FlightStatus;
use read_model::record::Record;
use test_support::eventually;

use crate::school::{self, School, event_message, message, message_of};
use crate::stack::{SOON, Stack};
use crate::world::{World, delivery, expected, state};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_read_is_set_aside_with_its_reason_and_blocks_nothing() {
    let stack = Stack::new().await;
    let school = School::new();
    let stranger = school::flight(school.flight(9, 1));
    let mut unknown_term = contracts::v1::Flight::from(&school.flight(8, 1));
    unknown_term.status = "exploded".to_owned();
    let unknown_term = contracts::v1::RecordChange {
        organization_id: school.org.to_string(),
        record: Some(contracts::v1::record_change::Record::Flight(unknown_term)),
    };
    stack
        .publish_records([
            message(&school::flight(school.flight(1, 1))),
            b"no protobuf at all".to_vec(),
            message_of(School::new().org, &stranger),
            prost::Message::encode_to_vec(&unknown_term),
            Vec::new(),
            message(&school::flight(school.flight(2, 1))),
        ])
        .await;
    stack
        .publish_events([vec![0xff], event_message(&school.submitted(1))])
        .await;
    let replica = stack.replica(500).await;

    stack
        .document(school, "flights", school.flight(2, 1).id)
        .await;
    let event = stack
        .document(school, "events", school.submitted(1).id)
        .await;
    assert_eq!(event["subject"]["id"], school.flight(1, 1).id.to_string());
    assert_eq!(stack.list(school, "flights").await.documents.len(), 2);

    let reasons = dead(&stack, READ_MODEL_RECORDS, 4).await;
    assert!(reasons[0].contains("record_change"), "{reasons:?}");
    assert!(
        reasons[1].contains("is not the record's own"),
        "{reasons:?}"
    );
    assert!(
        reasons[2].contains("`exploded` is not a flight status"),
        "{reasons:?}"
    );
    assert!(reasons[3].contains("organization_id"), "{reasons:?}");
    assert_eq!(dead(&stack, READ_MODEL_EVENTS, 1).await.len(), 1);
    replica.stop().await;
}

/// The reasons of so many dead letters.
async fn dead(stack: &Stack, queue: contracts::topology::Queue, count: usize) -> Vec<String> {
    let letters = eventually("the dead letters are there", SOON, async || {
        let (_, letters) = dead_letters::list(&stack.bus, queue, 100).await.ok()?;
        (letters.len() >= count).then_some(letters)
    })
    .await;
    assert_eq!(letters.len(), count, "{letters:?}");
    letters.into_iter().map(|letter| letter.reason).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_the_database_refuses_is_set_aside_and_the_rest_of_its_batch_is_kept() {
    let stack = Stack::new().await;
    let school = School::new();
    let refused = school.flight(33, 1).id;
    // Nothing that a record holds makes the database refuse it; so this does.
    let mut conn = stack.database.connect().await;
    conn.batch_execute(&format!(
        "ALTER TABLE documents ADD CONSTRAINT not_this CHECK (id <> '{refused}')"
    ))
    .await
    .unwrap();
    stack
        .publish_records((0..100).map(|n| message(&school::flight(school.flight(n, 1)))))
        .await;
    let replica = stack.replica(500).await;

    let reasons = dead(&stack, READ_MODEL_RECORDS, 1).await;
    assert!(reasons[0].contains("not_this"), "{reasons:?}");
    let kept: Vec<Record> = (0..100)
        .filter(|n| *n != 33)
        .map(|n| school::flight(school.flight(n, 1)))
        .collect();
    eventually("everything else is there", SOON, async || {
        (state(&mut conn, school.org).await == expected(&kept)).then_some(())
    })
    .await;
    replica.stop().await;
}

/// Anything but a constraint: as far as can be told, it may be the database's own trouble.
#[tokio::test]
async fn a_failure_of_unclear_cause_waits_and_holds_nothing_up() {
    let world = World::new().await;
    let school = School::new();
    let troubled = school.flight(3, 1).id;
    let mut conn = world.database.connect().await;
    conn.batch_execute(&format!(
        "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'trouble'; END $$;
         CREATE TRIGGER trouble BEFORE INSERT ON documents FOR EACH ROW
             WHEN (NEW.id = '{troubled}') EXECUTE FUNCTION trouble()"
    ))
    .await
    .unwrap();
    let records: Vec<Record> = (0..9)
        .map(|n| school::flight(school.flight(n, 1)))
        .collect();
    let batch: Vec<_> = records
        .iter()
        .map(|record| delivery(message(record)))
        .collect();

    let consumer = world.records();
    let outcomes = consumer.handle(&batch).await.unwrap();
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!(
            matches!(outcome, Outcome::Retry(_)),
            n == 3,
            "{n}: {outcome:?}"
        );
        assert_eq!(*outcome == Outcome::Ack, n != 3, "{n}: {outcome:?}");
    }
    conn.batch_execute("DROP TRIGGER trouble ON documents")
        .await
        .unwrap();
    assert_eq!(consumer.handle(&batch[3..4]).await.unwrap(), [Outcome::Ack]);
    assert_eq!(state(&mut conn, school.org).await, expected(&records));
}

/// Three versions of each flight, the pilots, and what is to come of them.
fn traffic(school: School, flights: u32) -> (Vec<Vec<u8>>, Vec<Record>) {
    let mut messages = Vec::new();
    let mut latest: Vec<Record> = (0..7)
        .map(|n| school::person(school.person(n, 1)))
        .collect();
    for version in 1..=3 {
        for n in 0..flights {
            let mut flight = school.flight(n, version);
            flight.status = [
                FlightStatus::Draft,
                FlightStatus::Submitted,
                FlightStatus::Approved,
            ][usize::try_from(version - 1).unwrap()];
            messages.push(message(&school::flight(flight.clone())));
            if version == 3 {
                latest.push(school::flight(flight));
            }
        }
        // Pilots come in the middle of it.
        if version == 2 {
            messages.extend((0..7).map(|n| message(&school::person(school.person(n, 1)))));
        }
    }
    (messages, latest)
}

async fn settled(stack: &Stack, school: School, latest: &[Record]) {
    let mut conn = stack.database.connect().await;
    let expected = expected(latest);
    eventually("all changes are in the documents", SOON, async || {
        (state(&mut conn, school.org).await == expected).then_some(())
    })
    .await;
    let (dead, _) = dead_letters::list(&stack.bus, READ_MODEL_RECORDS, 1)
        .await
        .unwrap();
    assert_eq!(dead, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_drops_its_connections_again_and_again_loses_nothing() {
    let stack = Stack::new().await;
    let school = School::new();
    let replica = stack.replica(20).await;
    let (messages, latest) = traffic(school, 400);
    let mut conn = stack.database.connect().await;
    let all = async {
        for part in messages.chunks(60) {
            stack.publish_records(part.to_vec()).await;
        }
        settled(&stack, school, &latest).await;
    };
    tokio::pin!(all);
    let mut cuts = 0;
    while cuts < 10 {
        tokio::select! {
            () = &mut all => panic!("all was done after {cuts} cuts"),
            () = cut_connections(&mut conn) => cuts += 1,
        }
    }
    all.await;
    replica.stop().await;
}

/// Ends the service's connections, once some are at work.
async fn cut_connections(conn: &mut diesel_async::AsyncPgConnection) {
    eventually("a connection could be cut", SOON, async || {
        let cut = diesel_async::RunQueryDsl::execute(
            diesel::sql_query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'read-model' AND state <> 'idle'",
            ),
            conn,
        )
        .await
        .unwrap();
        (cut > 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_on_one_queue_give_what_one_would() {
    let stack = Stack::new().await;
    let school = School::new();
    let (messages, latest) = traffic(school, 400);
    let (first, second) = tokio::join!(stack.replica(50), stack.replica(50));
    stack.publish_records(messages).await;
    settled(&stack, school, &latest).await;
    tokio::join!(first.stop(), second.stop());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stops_in_the_middle_leaves_the_rest_to_the_next() {
    let stack = Stack::new().await;
    let school = School::new();
    let (messages, latest) = traffic(school, 400);
    stack.publish_records(messages).await;
    let mut conn = stack.database.connect().await;
    for _ in 0..3 {
        let replica = stack.replica(25).await;
        let before = state(&mut conn, school.org).await.documents;
        eventually("it has begun", SOON, async || {
            (state(&mut conn, school.org).await.documents != before).then_some(())
        })
        .await;
        replica.stop().await;
    }
    let last = stack.replica(500).await;
    settled(&stack, school, &latest).await;
    last.stop().await;
}
