//! The public API as whoever holds one key of one school has it.

use contracts::v1::MintKeyRequest;
use reqwest::{Client, Method, StatusCode};

use crate::http;
use crate::stack::Stack;

/// A client with its key. Clones share connections.
#[derive(Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: String,
    organization_id: String,
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
}

impl Api {
    /// With a new key of these scopes.
    pub async fn with_scopes(stack: &Stack, organization_id: &str, scopes: &[&str]) -> Self {
        let key = MintKeyRequest {
            organization_id: organization_id.to_owned(),
            surface: "ga".to_owned(),
            name: "system test".to_owned(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        Self {
            client: http::client(),
            base: format!("{}/api/v1/public", stack.gateway_url),
            token: stack.keys().mint(key).await.expect("a key").token,
            organization_id: organization_id.to_owned(),
        }
    }

    /// `path` as the route table has it, below the base path, with its query.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path).await
    }

    pub async fn post(&self, path: &str) -> Answer {
        self.send(Method::POST, path).await
    }

    async fn send(&self, method: Method, path: &str) -> Answer {
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .header("X-Org-Id", &self.organization_id);
        let answer = request.send().await.expect("the gateway answers");
        Answer {
            status: answer.status(),
            body: answer.text().await.expect("a body"),
        }
    }
}

impl Answer {
    /// What it says, if it was answered.
    pub fn json(&self) -> serde_json::Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        serde_json::from_str(&self.body).expect("JSON")
    }
}
