//! The operators' command line, as a person runs it.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::process::program;
use crate::stack::Stack;

/// Runs `gaf --json` and returns what it printed; it must succeed.
pub async fn gaf(stack: &Stack, organization_id: &str, arguments: &[&str]) -> Value {
    Gaf::of(stack, organization_id).run(arguments).await
}

/// The command line of one who may go on while the stack is not.
#[derive(Clone)]
pub struct Gaf {
    amqp_url: String,
    organization_id: String,
}

impl Gaf {
    pub fn of(stack: &Stack, organization_id: &str) -> Self {
        Self {
            amqp_url: stack.broker.amqp_url.clone(),
            organization_id: organization_id.to_owned(),
        }
    }

    /// See [`gaf`].
    pub async fn run(&self, arguments: &[&str]) -> Value {
        let output = Command::new(program("gaf"))
            .arg("--json")
            .args(arguments)
            .env("AMQP_URL", &self.amqp_url)
            .env("ORG_ID", &self.organization_id)
            .stdin(Stdio::null())
            .output()
            .await
            .expect("gaf runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "gaf {arguments:?}: {}: {said}",
            output.status
        );
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}
