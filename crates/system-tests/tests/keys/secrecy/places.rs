//! Every place in which a token could have been written down.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Ask, Connection, Reply, Service, Stack};
use test_support::{Receiver, TestBroker, TestDatabase, eventually};
use tokio::process::Command;

use super::search::Needle;

/// The queue that hears everything.
const TAP: &str = "tap";
/// Messages taken from a queue at most.
const ALL: u32 = 100_000;

pub struct Place {
    pub name: &'static str,
    /// What is there, by its name.
    texts: Vec<(String, String)>,
}

impl Place {
    pub fn logs(stack: &Stack) -> Self {
        let files = std::fs::read_dir(&stack.logs).unwrap().map(Result::unwrap);
        let text = |file: std::fs::DirEntry| {
            let bytes = std::fs::read(file.path()).unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, String::from_utf8_lossy(&bytes).into_owned())
        };
        Self {
            name: "logs",
            texts: files.map(text).collect(),
        }
    }

    /// What the collector has received, once `last` is among it.
    pub async fn traces(collector: &Receiver, last: &str, patience: Duration) -> Self {
        let exported = async || {
            let received = collector.received();
            let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
            let texts = received.iter().map(|it| (it.path.clone(), text(&it.body)));
            let place = Self {
                name: "traces",
                texts: texts.collect(),
            };
            place.holds(&Needle::text(last)).then_some(place)
        };
        eventually("the traces are exported", patience, exported).await
    }

    pub async fn metrics(stack: &Stack) -> Self {
        let mut texts = Vec::new();
        for service in Service::ALL {
            for url in stack.admin_urls(service) {
                let page = Connection::to(&url).send(&Ask::get("/metrics")).await;
                assert_eq!(page.status, 200);
                texts.push((format!("{service:?}"), page.body));
            }
        }
        Self {
            name: "metrics",
            texts,
        }
    }

    pub async fn databases(stack: &Stack) -> Self {
        let mut texts = Vec::new();
        for (service, database) in stack.databases() {
            texts.push((format!("{service:?}"), dump(database).await));
        }
        Self {
            name: "databases",
            texts,
        }
    }

    pub fn answers(replies: &[Reply]) -> Self {
        let text = |reply: &Reply| {
            let status = reply.status.to_string();
            (status, format!("{}{}", reply.head, reply.body))
        };
        Self {
            name: "answers",
            texts: replies.iter().map(text).collect(),
        }
    }

    pub fn holds(&self, needle: &Needle) -> bool {
        let mut texts = self.texts.iter();
        texts.any(|(_, text)| needle.place_in(text).is_some())
    }

    /// Where it was found, with a little of what stands before it.
    pub fn find(&self, needle: &Needle) -> Vec<String> {
        let found = self.texts.iter().filter_map(|(name, text)| {
            let at = needle.place_in(text)?;
            let before: String = text[..at].chars().rev().take(160).collect();
            let before: String = before.chars().rev().collect();
            Some(format!("{} {name}: …{before}<here>", self.name))
        });
        found.collect()
    }
}

/// With the program that belongs to the server.
async fn dump(database: &TestDatabase) -> String {
    #[derive(diesel::QueryableByName)]
    struct Directory {
        #[diesel(sql_type = Text)]
        setting: String,
    }
    let query = "SELECT setting FROM pg_config WHERE name = 'BINDIR'";
    let mut connection = database.connect().await;
    let directory: Directory = diesel::sql_query(query)
        .get_result(&mut connection)
        .await
        .unwrap();
    let output = Command::new(format!("{}/pg_dump", directory.setting))
        .args(["--column-inserts", &database.url])
        .stdin(Stdio::null())
        .output()
        .await
        .expect("pg_dump is beside the server");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Sends a text to where changes of keys are announced.
pub async fn publish(broker: &TestBroker, text: &str) {
    let exchange = contracts::topology::INVALIDATIONS.name;
    let path = format!("exchanges/{}/{exchange}/publish", broker.vhost);
    let message = json!({
        "properties": {}, "routing_key": "canary", "payload": text, "payload_encoding": "string",
    });
    let answer = broker.management_with(Method::POST, &path, &message).await;
    assert_eq!(answer["routed"], true);
}

/// Hears every message that goes to an exchange.
pub struct Tap;

impl Tap {
    pub async fn open(broker: &TestBroker) -> Self {
        let vhost = &broker.vhost;
        let path = format!("queues/{vhost}/{TAP}");
        broker
            .management_with(Method::PUT, &path, &json!({"durable": true}))
            .await;
        let exchanges = broker
            .management(Method::GET, &format!("exchanges/{vhost}"))
            .await;
        let names = exchanges.as_array().unwrap().iter();
        for name in names
            .filter_map(|it| it["name"].as_str())
            .filter(|it| !it.is_empty())
        {
            let path = format!("bindings/{vhost}/e/{name}/q/{TAP}");
            let everything = json!({"routing_key": "#"});
            broker
                .management_with(Method::POST, &path, &everything)
                .await;
        }
        Self
    }

    /// What was heard, and what lies in any queue, dead letters among it.
    pub async fn drain(self, broker: &TestBroker) -> Place {
        let vhost = &broker.vhost;
        let queues = broker
            .management(Method::GET, &format!("queues/{vhost}"))
            .await;
        let mut texts = Vec::new();
        for queue in queues.as_array().unwrap() {
            // What only its owner may read, its owner has taken.
            if queue["exclusive"] == true {
                continue;
            }
            let name = queue["name"].as_str().unwrap();
            let path = format!("queues/{vhost}/{name}/get");
            let all = json!({"count": ALL, "ackmode": "ack_requeue_true", "encoding": "base64"});
            let messages = broker.management_with(Method::POST, &path, &all).await;
            let messages = messages.as_array().unwrap().iter();
            texts.extend(messages.map(|message| (name.to_owned(), text(message))));
        }
        Place {
            name: "messages",
            texts,
        }
    }
}

/// Body, headers and properties.
fn text(message: &Value) -> String {
    let payload = message["payload"].as_str().unwrap_or_default();
    let payload = STANDARD.decode(payload).unwrap();
    format!("{message} {}", String::from_utf8_lossy(&payload))
}
