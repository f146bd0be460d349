//! `gaf key inspect`: no broker, no network, and never the token.

use std::process::Stdio;

use domain::api_key::{ApiToken, Surface};
use serde_json::Value;
use tokio::io::AsyncWriteExt;

use crate::world::{Ran, bare, run};

async fn inspect(arguments: &[&str], input: Option<&str>) -> Ran {
    let directory = tempfile::tempdir().unwrap();
    let mut command = bare(directory.path(), &[&["key", "inspect"], arguments].concat());
    let Some(input) = input else {
        return run(command).await;
    };
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap()
}

#[tokio::test]
async fn a_token_is_known_by_its_form_from_either_place() {
    for surface in Surface::ALL {
        let token = ApiToken::from_entropy(*surface, &[7; 32]);
        let told = inspect(&["--json", token.reveal()], None).await;
        let read = inspect(&["--json"], Some(&format!("  {}\nmore", token.reveal()))).await;
        for ran in [told, read] {
            assert_eq!(ran.code, 0, "{}", ran.err);
            let answer = json(&ran);
            assert_eq!(
                (&answer["surface"], &answer["checksum"]),
                (&surface.as_str().into(), &"right".into())
            );
            let looks = format!("{}…{}", token.display_prefix(), token.last_four());
            assert_eq!(answer["looks_like"], looks);
            let secret = &token.reveal()[token.display_prefix().len()..][..8];
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret));
        }
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused_with_the_reason_and_not_shown() {
    let token = ApiToken::from_entropy(Surface::GaFlight, &[7; 32]);
    let body = &token.reveal()["gaf_pk_".len()..];
    let mistyped = format!("gaf_pk_x{}", &body[1..]);
    let foreign = format!("sk_live_{body}");
    for (text, checksum, reason) in [
        (mistyped.as_str(), "wrong", "checksum"),
        (&token.reveal()[..40], "none", "length"),
        (foreign.as_str(), "none", "begin"),
        ("", "none", "begin"),
    ] {
        let ran = inspect(&["--json"], Some(text)).await;
        assert_eq!(ran.code, 2, "{text}");
        let answer = json(&ran);
        assert_eq!(answer["checksum"], checksum);
        assert!(
            answer["reason"].as_str().unwrap().contains(reason),
            "{answer}"
        );
        let people = inspect(&[], Some(text)).await;
        for said in [ran.out, ran.err, people.out, people.err] {
            assert!(!said.contains(&body[1..9]), "{said}");
        }
    }
}
