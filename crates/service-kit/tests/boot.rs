//! The life of a process, from its settings to its exit code, with `examples/minimal.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use test_support::eventually;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const SOON: Duration = Duration::from_secs(10);

/// `cargo test` builds examples beside the directory of the test itself.
fn minimal() -> Command {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(std::path::Path::parent).unwrap();
    let mut command = Command::new(target.join("examples/minimal"));
    command
        .env_clear()
        .env("GA_ADMIN__ADDRESS", "127.0.0.1:0")
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Starts it and waits until it is ready. Returns the lines it logs from then on.
async fn ready(command: &mut Command) -> (Child, tokio::task::JoinHandle<Vec<String>>) {
    let mut child = command.spawn().expect("`cargo test` builds the example");
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut address = None;
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, port)) = line.split_once("127.0.0.1:") {
            let port: String = port.chars().take_while(char::is_ascii_digit).collect();
            address = Some(format!("127.0.0.1:{port}"));
        }
        if line.contains("started") {
            break;
        }
    }
    let url = format!("http://{}/ready", address.expect("names the admin address"));
    eventually("ready", SOON, async || {
        let answer = reqwest::get(&url).await.ok()?;
        (answer.status() == 200).then_some(())
    })
    .await;
    let rest = tokio::spawn(async move {
        let mut rest = Vec::new();
        while let Ok(Some(line)) = lines.next_line().await {
            rest.push(line);
        }
        rest
    });
    (child, rest)
}

async fn send(child: &Child, signal: &str) {
    let pid = child.id().unwrap().to_string();
    let status = Command::new("kill").args([signal, &pid]).status().await;
    assert!(status.unwrap().success());
}

async fn refused(command: &mut Command) -> (i32, String) {
    let Output { status, stderr, .. } = command.output().await.unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

#[tokio::test]
async fn finishes_its_work_after_sigterm() {
    let (mut child, log) = ready(minimal().env("GA_TICKS__FINISH_MS", "300")).await;
    let start = Instant::now();
    send(&child, "-TERM").await;
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    assert!(start.elapsed() >= Duration::from_millis(300));
    let log = log.await.unwrap().join("\n");
    assert!(log.contains("finished what was under way"), "{log}");
}

#[tokio::test]
async fn drops_its_work_when_the_time_is_up() {
    let mut command = minimal();
    command
        .env("GA_TICKS__FINISH_MS", "60000")
        .env("GA_SHUTDOWN__SOFT_MS", "100");
    let (mut child, log) = ready(&mut command).await;
    send(&child, "-INT").await;
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    let log = log.await.unwrap().join("\n");
    assert!(log.contains("dropped what was under way"), "{log}");
}

#[tokio::test]
async fn a_second_signal_stops_it_at_once() {
    let (mut child, log) = ready(minimal().env("GA_TICKS__FINISH_MS", "60000")).await;
    send(&child, "-TERM").await;
    send(&child, "-TERM").await;
    // Two signals of one kind may arrive as one.
    let stop = eventually("it ends", SOON, async || {
        send(&child, "-TERM").await;
        child.try_wait().unwrap()
    });
    assert_eq!(stop.await.code(), Some(0));
    let log = log.await.unwrap().join("\n");
    assert!(log.contains("second signal"), "{log}");
}

#[tokio::test]
async fn what_does_not_stop_is_ended() {
    let mut command = minimal();
    command
        .env("GA_TICKS__STUBBORN", "true")
        .env("GA_TICKS__FINISH_MS", "60000")
        .env("GA_SHUTDOWN__SOFT_MS", "50")
        .env("GA_SHUTDOWN__HARD_MS", "50");
    let (mut child, log) = ready(&mut command).await;
    send(&child, "-TERM").await;
    assert_eq!(child.wait().await.unwrap().code(), Some(1));
    let log = log.await.unwrap().join("\n");
    assert!(log.contains("did not stop in time"), "{log}");
}

#[tokio::test]
async fn logs_json_when_asked() {
    let (mut child, log) = ready(minimal().env("GA_LOG__FORMAT", "json")).await;
    send(&child, "-TERM").await;
    child.wait().await.unwrap();
    for line in log.await.unwrap() {
        let entry: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert!(entry.get("message").is_some(), "{line}");
    }
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start() {
    let (code, text) = refused(minimal().env("GA_TICKS__EVERY_MS", "often")).await;
    assert_eq!(code, 78);
    assert!(
        text.starts_with("minimal: setting `ticks.every_ms`"),
        "{text}"
    );
}

#[tokio::test]
async fn settings_can_be_checked_alone() {
    let (code, _) = refused(minimal().arg("--check-settings")).await;
    assert_eq!(code, 0);
    let mut wrong = minimal();
    wrong.arg("--check-settings").env("GA_TIKCS__X", "1");
    assert_eq!(refused(&mut wrong).await.0, 78);
    assert_eq!(refused(minimal().arg("--frobnicate")).await.0, 64);
}

/// Linux says of every process what it may open.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn as_many_files_may_be_open_as_the_system_allows() {
    let mut limited = Command::new("sh");
    limited
        .args(["-c", r#"ulimit -S -n 64; exec "$0""#])
        .arg(minimal().as_std().get_program())
        .env("GA_ADMIN__ADDRESS", "127.0.0.1:0")
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let (child, _) = ready(&mut limited).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id().unwrap())).unwrap();
    let files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .unwrap();
    let files: Vec<&str> = files.split_whitespace().collect();
    assert_eq!(files[0], files[1], "{files:?}");
}

#[tokio::test]
async fn an_address_in_use_stops_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = refused(minimal().env("GA_ADMIN__ADDRESS", &address)).await;
    assert_eq!(code, 1);
    assert!(text.contains(&address), "{text}");
}
