//! After keys were minted, used in every way, right and wrong, rotated and revoked, their tokens are
//! nowhere: not in a log, however much is logged, nor a metric, trace, database, message or answer.
//!
//! A token is in the answer to whoever mints it, on its way through the broker, and in no other
//! message. Every place is searched for something that must be there, too.

mod misuse;
mod places;
mod search;

use contracts::v1::MintKeyRequest;
use contracts::v1::RotateKeyRequest;
use domain::api_key::{ApiToken, Surface};
use system_tests::{Ask, Connection, Reply, Service};
use test_support::Receiver;
use uuid::Uuid;

use crate::world::{Minted, PATIENCE, World, flights_key, refused};
use places::{Place, Tap};
use search::Needle;

/// Everything that can be said is said.
const FILTER: &str = "trace";

async fn world(traces: &Receiver) -> World {
    let builder = World::builder("keys-secrecy");
    let mut builder = builder.only(&Service::ALL).gateways(2);
    for service in Service::ALL {
        builder = builder
            .set(service, "GA_LOG__FILTER", FILTER)
            .set(service, "GA_TELEMETRY__OTLP_ENDPOINT", traces.url(""))
            .set(service, "GA_TELEMETRY__SAMPLE_RATIO", "1");
    }
    World::from(builder).await
}

/// Uses the token in every way, everywhere, and returns what was answered.
async fn use_up(world: &World, key: &Minted) -> Vec<Reply> {
    let asks = misuse::all(key);
    let mut replies = Vec::new();
    for url in &world.stack.gateway_urls {
        for ask in &asks {
            // Some of them end the connection.
            replies.push(Connection::to(url).send(ask).await);
        }
    }
    replies
}

/// A key that there is not.
fn stranger(organization: &str) -> Minted {
    let entropy = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
    let token = ApiToken::from_entropy(Surface::GaFlight, &entropy.try_into().unwrap());
    Minted {
        id: String::new(),
        organization: organization.to_owned(),
        token: token.reveal().to_owned(),
    }
}

async fn rotate(world: &World, key: &Minted) -> Minted {
    let request = RotateKeyRequest {
        organization_id: key.organization.clone(),
        key_id: key.id.clone(),
        ..Default::default()
    };
    let rotated = world.stack.keys().rotate(request).await.unwrap();
    Minted {
        id: rotated.key.unwrap().id,
        organization: key.organization.clone(),
        token: rotated.token,
    }
}

/// A life of keys. Returns them and all answers of the gateways.
async fn live(world: &World) -> (Vec<Minted>, Vec<Reply>) {
    let old = world.mint().await;
    let mut replies = use_up(world, &old).await;
    let new = rotate(world, &old).await;
    replies.extend(use_up(world, &new).await);
    for key in [&old, &new] {
        world.revoke(key).await;
        for connection in &mut world.connections() {
            refused(connection, &key.flights()).await;
        }
    }
    replies.extend(use_up(world, &new).await);
    let stranger = stranger(&old.organization);
    replies.extend(use_up(world, &stranger).await);
    (vec![old, new, stranger], replies)
}

/// What must be found, planted where a token could have got to.
struct Canaries {
    stored: String,
    published: String,
    said: String,
}

impl Canaries {
    async fn plant(world: &World) -> Self {
        let canary = |kind: &str| format!("canary-{kind}-{}", Uuid::new_v4().simple());
        let it = Self {
            stored: canary("stored"),
            published: canary("published"),
            said: canary("said"),
        };
        let request = MintKeyRequest {
            note: Some(it.stored.clone()),
            ..flights_key(Uuid::new_v4())
        };
        world.mint_as(request).await;
        places::publish(&world.stack.broker, &it.published).await;
        it
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_nowhere_but_in_the_hands_of_its_holder() {
    let traces = Receiver::start();
    let world = world(&traces).await;
    let tap = Tap::open(&world.stack.broker).await;
    let canaries = Canaries::plant(&world).await;
    let (keys, mut replies) = live(&world).await;
    let said = Ask::get("/nowhere").header("X-Request-Id", &canaries.said);
    replies.push(Connection::to(&world.stack.gateway_url).send(&said).await);
    let marker = world.mint().await;
    world.heard(&mut world.connections()).await;

    let refused = replies.iter().filter(|reply| reply.status >= 400).count();
    assert!(
        refused * 2 > replies.len(),
        "{refused} of {}",
        replies.len()
    );
    let logs = Place::logs(&world.stack);
    let traces = Place::traces(&traces, &canaries.said, PATIENCE).await;
    let databases = Place::databases(&world.stack).await;
    let messages = tap.drain(&world.stack.broker).await;
    let metrics = Place::metrics(&world.stack).await;
    let answers = Place::answers(&replies);

    for (place, there) in [
        (&logs, &canaries.said),
        (&traces, &canaries.said),
        (&answers, &canaries.said),
        (&databases, &canaries.stored),
        (&messages, &canaries.published),
        (&metrics, &"gaf_key_lookups".to_owned()),
    ] {
        assert!(
            place.holds(&Needle::text(there)),
            "{} lost {there}",
            place.name
        );
    }
    let digest = Needle::digest_of(&marker.token);
    assert!(databases.holds(&digest), "the dump has no digests");

    let mut found = Vec::new();
    for place in [logs, traces, databases, messages, metrics, answers] {
        for key in &keys {
            found.extend(place.find(&Needle::token(&key.token)));
        }
    }
    assert!(
        found.is_empty(),
        "{} places:\n{}",
        found.len(),
        found.join("\n")
    );
}
