//! The operators' command line, as a person runs it.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::process::program;
use crate::stack::Stack;

/// Runs `gaf --json` and returns what it printed; it must succeed.
pub async fn gaf(stack: &Stack, organization_id: &str, arguments: &[&str]) -> Value {
    let output = Command::new(program("gaf"))
        .arg("--json")
        .args(arguments)
        .env("AMQP_URL", &stack.broker.amqp_url)
        .env("ORG_ID", organization_id)
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
