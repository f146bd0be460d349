//! Programs that check a signature with code that is not ours.

use std::process::Stdio;

use test_support::Received;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// The verification example of the GA Flight page, unchanged, and a call of it.
const GA_FLIGHT: &str = r#"
const crypto = require("crypto");
function verify(rawBody, headerSig, secret) {
  const expected =
    "sha256=" + crypto.createHmac("sha256", secret)
                      .update(rawBody)
                      .digest("hex");
  return crypto.timingSafeEqual(
    Buffer.from(expected),
    Buffer.from(headerSig),
  );
}
const rawBody = require("fs").readFileSync(0);
process.stdout.write(String(verify(rawBody, process.argv[1], process.argv[2])));
"#;

/// What the TrueFlight page says, in a few lines.
const TRUEFLIGHT: &str = r#"
import hashlib, hmac, sys
signature, secret, timestamp, delivery = sys.argv[1:5]
message = f"{timestamp}.{delivery}.".encode() + sys.stdin.buffer.read()
expected = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
sys.stdout.write(str(hmac.compare_digest(expected, signature)).lower())
"#;

const STANDARD_NODE: &str = r#"
const { Webhook } = require(process.env.TEST_WEBHOOKS_NODE_MODULES + "/standardwebhooks");
const [secret, id, timestamp, signature] = process.argv.slice(1);
const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
let valid = true;
try { new Webhook(secret).verify(require("fs").readFileSync(0), headers); } catch { valid = false; }
process.stdout.write(String(valid));
"#;

const STANDARD_PYTHON: &str = r#"
import sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
secret, id, timestamp, signature = sys.argv[1:5]
headers = {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature}
try:
    Webhook(secret).verify(sys.stdin.buffer.read(), headers)
    sys.stdout.write("true")
except WebhookVerificationError:
    sys.stdout.write("false")
"#;

/// Whether the vendor's code takes `body` as signed with `secret`.
pub async fn ga_flight(body: &[u8], signature: &str, secret: &str) -> bool {
    run("node", "-e", GA_FLIGHT, &[signature, secret], body).await
}

pub async fn trueflight(got: &Received, secret: &str) -> bool {
    let header = |name| got.header(name).unwrap();
    let arguments = [
        header("x-tf-signature"),
        secret,
        header("x-tf-timestamp"),
        header("x-tf-delivery-id"),
    ];
    run("python3", "-c", TRUEFLIGHT, &arguments, &got.body).await
}

/// Whether the public libraries for Node.js and for Python take `got`, with another body, too.
pub async fn standard(got: &Received, body: &[u8], secret: &str) -> [bool; 2] {
    let header = |name| got.header(name).unwrap();
    let arguments = [
        secret,
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    ];
    let python = test_support::place("TEST_WEBHOOKS_PYTHON");
    [
        run("node", "-e", STANDARD_NODE, &arguments, body).await,
        run(&python, "-c", STANDARD_PYTHON, &arguments, body).await,
    ]
}

async fn run(program: &str, option: &str, code: &str, arguments: &[&str], input: &[u8]) -> bool {
    let mut child = Command::new(program)
        .args([option, code])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program is on the machine");
    child.stdin.take().unwrap().write_all(input).await.unwrap();
    let answer = child.wait_with_output().await.unwrap().stdout;
    match answer.as_slice() {
        b"true" => true,
        b"false" => false,
        other => panic!("{program}: {:?}", String::from_utf8_lossy(other)),
    }
}
