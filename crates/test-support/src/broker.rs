//! A RabbitMQ virtual host for one test.

use std::time::Duration;

use anyhow::Context;
use reqwest::Method;
use tokio::sync::OnceCell;
use url::Url;

use crate::{cleanup, place};

/// An empty virtual host, deleted when this is dropped.
pub struct TestBroker {
    /// `amqp://user:password@host:port/<vhost>`
    pub amqp_url: String,
    pub vhost: String,
    api: Api,
}

impl TestBroker {
    /// Creates the virtual host on the server that `TEST_AMQP_URL` and `TEST_RABBITMQ_API` name.
    pub async fn create() -> Self {
        static SWEPT: OnceCell<()> = OnceCell::const_new();
        let api = Api::new(&place("TEST_RABBITMQ_API"));
        SWEPT.get_or_init(|| api.sweep()).await;

        let vhost = cleanup::unique_name("vhost");
        let mut amqp_url = Url::parse(&place("TEST_AMQP_URL")).expect("TEST_AMQP_URL is a URL");
        amqp_url.set_path(&vhost);
        api.create(&vhost, amqp_url.username())
            .await
            .expect("the broker's management API creates a virtual host");
        Self {
            amqp_url: amqp_url.into(),
            vhost,
            api,
        }
    }

    /// Asks the management API of the server, for example `GET queues/<vhost>`: what a test wants
    /// to know that AMQP does not tell. Statistics there lag by up to five seconds.
    pub async fn management(&self, method: Method, path: &str) -> serde_json::Value {
        self.manage(method, path, None).await
    }

    /// As [`Self::management`], with a body: for example `POST queues/<vhost>/<queue>/get`.
    pub async fn management_with(
        &self,
        method: Method,
        path: &str,
        body: &serde_json::Value,
    ) -> serde_json::Value {
        self.manage(method, path, Some(body.to_string())).await
    }

    async fn manage(&self, method: Method, path: &str, body: Option<String>) -> serde_json::Value {
        let answer = self.api.send(method, path, body).await;
        let text = answer.expect("the broker's management API answers");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

impl Drop for TestBroker {
    fn drop(&mut self) {
        let api = self.api.clone();
        let path = format!("vhosts/{}", self.vhost);
        cleanup::run(async move {
            // A client of its own: connections belong to the runtime that opened them.
            api.send(Method::DELETE, &path, None).await.map(drop)
        });
    }
}

#[derive(Clone)]
struct Api {
    base: Url,
}

impl Api {
    fn new(base: &str) -> Self {
        let base = Url::parse(base).and_then(|base| base.join("/api/"));
        Self {
            base: base.expect("TEST_RABBITMQ_API is a URL"),
        }
    }

    async fn create(&self, vhost: &str, user: &str) -> anyhow::Result<()> {
        self.send(Method::PUT, &format!("vhosts/{vhost}"), Some("{}".into()))
            .await?;
        let user = if user.is_empty() { "guest" } else { user };
        let rights = r#"{"configure":".*","write":".*","read":".*"}"#;
        let path = format!("permissions/{vhost}/{user}");
        self.send(Method::PUT, &path, Some(rights.into())).await?;
        Ok(())
    }

    async fn sweep(&self) {
        let vhosts = self.send(Method::GET, "vhosts", None).await;
        let vhosts = vhosts.expect("the broker's management API lists virtual hosts");
        let vhosts: serde_json::Value = serde_json::from_str(&vhosts).unwrap_or_default();
        let names = vhosts.as_array().into_iter().flatten();
        for name in names.filter_map(|vhost| vhost.get("name")?.as_str()) {
            if cleanup::is_leftover(name) {
                // Another test run may be sweeping too.
                let _ = self
                    .send(Method::DELETE, &format!("vhosts/{name}"), None)
                    .await;
            }
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> anyhow::Result<String> {
        let mut url = self.base.join(path)?;
        let (user, password) = (
            self.base.username().to_owned(),
            self.base.password().map(str::to_owned),
        );
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let mut request = client()
            .request(method, url)
            .basic_auth(user, password)
            .timeout(Duration::from_secs(10));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        let answer = request.send().await?.error_for_status()?;
        answer.text().await.context("body of the management API")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it talks to the test broker only"
)]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}
