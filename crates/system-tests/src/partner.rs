//! The example partner: `examples/receiver`, in Node, with the seed's own `verify`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use reqwest::Client;
use serde_json::Value;
use test_support::eventually;
use tokio::process::{Child, Command};

use crate::http;
use crate::process::free_port;

/// The example receiver as a process of its own. It ends with this value.
pub struct Partner {
    client: Client,
    url: String,
    secret_file: PathBuf,
    _child: Child,
}

impl Partner {
    pub async fn start(label: &str) -> Self {
        let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let files = directory
            .join("target/tmp")
            .join(format!("{label}-partner"));
        // It reads back what it received before.
        let _ = std::fs::remove_dir_all(&files);
        std::fs::create_dir_all(&files).expect("a directory");
        let secret_file = files.join("secret");
        std::fs::write(&secret_file, "not known yet").expect("a file");
        let port = free_port();
        let child = Command::new("node")
            .arg(directory.join("examples/receiver/server.js"))
            .env("PORT", port.to_string())
            .env("WEBHOOK_SECRET_FILE", &secret_file)
            .env("RECEIVER_LOG", files.join("deliveries.jsonl"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node is installed");
        let url = format!("http://127.0.0.1:{port}");
        let client = http::client();
        let health = client.get(format!("{url}/health"));
        eventually("the partner listens", Duration::from_secs(60), async || {
            http::succeeds(&health).await.then_some(())
        })
        .await;
        Self {
            client,
            url,
            secret_file,
            _child: child,
        }
    }

    pub fn webhook_url(&self) -> String {
        format!("{}/webhooks", self.url)
    }

    pub fn trust(&self, secret: &str) {
        std::fs::write(&self.secret_file, secret).expect("a file");
    }

    /// What it accepted of one type, with its own counts.
    pub async fn accepted(&self, event_type: &str) -> (Vec<Value>, Value) {
        let request = self.client.get(format!("{}/deliveries", self.url));
        let answer = request.send().await.expect("the partner answers");
        let mut all: Value =
            serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        let deliveries = all["deliveries"]
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        let of_type = deliveries
            .into_iter()
            .filter(|d| d["type"] == event_type)
            .collect();
        (of_type, all["counts"].take())
    }
}
