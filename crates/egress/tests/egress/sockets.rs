//! What can happen on a real socket.

use std::time::{Duration, Instant};

use crate::support::{Partner, hasty, post, read_request, settings};
use bytes::Bytes;
use egress::{Egress, FailureKind, HeaderMap, HeaderName, HeaderValue};
use test_support::{Receiver, Respond};
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn the_body_and_the_headers_arrive_as_given() {
    let receiver = Receiver::answering(
        Respond::status(202)
            .header("retry-after", "7")
            .body("thanks"),
    );
    let egress = Egress::new(&settings()).unwrap();
    let target = egress.check_url(&receiver.url("/hook?a=1")).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static("x-ga-webhook-event"),
        HeaderValue::from_static("webhook.test"),
    );
    let body = Bytes::from_static(b"{\"raw\":  true}\n");

    let answer = egress.post(&target, headers, body.clone()).await.unwrap();

    assert_eq!((answer.status, answer.is_success()), (202, true));
    assert_eq!(answer.retry_after.as_deref(), Some("7"));
    assert_eq!(answer.headers["retry-after"], "7");
    assert_eq!(answer.excerpt, "thanks");
    let got = receiver.received().remove(0);
    assert_eq!(
        (got.method.as_str(), got.path.as_str(), got.body.clone()),
        ("POST", "/hook?a=1", body)
    );
    assert_eq!(got.header("x-ga-webhook-event"), Some("webhook.test"));
    assert!(
        got.header("user-agent")
            .unwrap()
            .starts_with("GA-Flight-Webhooks/")
    );
}

#[tokio::test]
async fn connections_are_used_again() {
    let partner = Partner::start(|mut stream| async move {
        loop {
            if read_request(&mut stream).await?.is_empty() {
                return Ok(());
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await?;
        }
    })
    .await;
    let egress = Egress::new(&settings()).unwrap();
    for _ in 0..5 {
        assert!(post(&egress, &partner.url()).await.unwrap().is_success());
    }
    assert_eq!(partner.connections(), 1);
}

#[tokio::test]
async fn an_error_is_an_answer() {
    let receiver = Receiver::answering(Respond::status(503).body("later"));
    let answer = post(&Egress::new(&settings()).unwrap(), &receiver.url("/"))
        .await
        .unwrap();
    assert_eq!((answer.status, answer.is_success()), (503, false));
    assert_eq!(answer.excerpt, "later");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Receiver::start();
    let inside = "http://169.254.169.254/latest/meta-data/".to_owned();
    for status in [300, 301, 302, 303, 305, 307, 308] {
        for location in [&elsewhere.url("/"), &inside, "/again", "//127.0.0.1/"] {
            let receiver =
                Receiver::answering(Respond::status(status).header("location", location));
            let answer = post(&Egress::new(&settings()).unwrap(), &receiver.url("/"))
                .await
                .unwrap();
            assert!(answer.is_redirect() && !answer.is_success(), "{status}");
            assert_eq!(receiver.received().len(), 1, "{status} to {location}");
        }
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let receiver = Receiver::answering(Respond::hang());
    let start = Instant::now();
    let failure = post(&hasty(300), &receiver.url("/")).await.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Timeout, None));
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    assert!(failure.duration >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_slow_drip_does_not_prolong_the_deadline() {
    let partner = Partner::start(|mut stream| async move {
        read_request(&mut stream).await?;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            .await?;
        loop {
            stream.write_all(b".").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let start = Instant::now();
    let failure = post(&hasty(400), &partner.url()).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::Timeout, Some(200))
    );
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn headers_that_drip_end_at_the_deadline_too() {
    let partner = Partner::start(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
        loop {
            stream.write_all(b"x-more: 1\r\n").await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let failure = post(&hasty(400), &partner.url()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Timeout);
}

#[tokio::test]
async fn of_a_huge_answer_only_the_beginning_is_read() {
    let partner = Partner::start(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        // Without end, as long as anyone reads.
        loop {
            stream.write_all(&[b'x'; 8_192]).await?;
        }
    })
    .await;
    let answer = post(&Egress::new(&settings()).unwrap(), &partner.url())
        .await
        .unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.excerpt.len(), 16 << 10);
}

#[tokio::test]
async fn of_a_large_but_finite_answer_16_kib_are_kept() {
    let receiver = Receiver::answering(Respond::status(500).big_body(40_000));
    let answer = post(&Egress::new(&settings()).unwrap(), &receiver.url("/"))
        .await
        .unwrap();
    assert_eq!((answer.status, answer.excerpt.len()), (500, 16 << 10));
}

#[tokio::test]
async fn a_broken_connection_is_a_reset() {
    let receiver = Receiver::answering(Respond::reset());
    let failure = post(&hasty(5_000), &receiver.url("/")).await.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Reset, None));

    let half = Partner::start(|mut stream| async move {
        read_request(&mut stream).await?;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf")
            .await
    })
    .await;
    let failure = post(&hasty(5_000), &half.url()).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::Reset, Some(200))
    );
    // What has come by then is told.
    assert_eq!(failure.headers["content-length"], "1000");
}

#[tokio::test]
async fn another_protocol_is_named_so() {
    let partner = Partner::start(|mut stream| async move {
        read_request(&mut stream).await?;
        stream
            .write_all(b"500 5.5.1 command not recognized\r\n")
            .await
    })
    .await;
    let failure = post(&hasty(5_000), &partner.url()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Protocol, "{failure}");
}

#[tokio::test]
async fn a_port_nobody_listens_on_refuses() {
    let address = {
        let partner = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        partner.local_addr().unwrap()
    };
    let failure = post(&hasty(5_000), &format!("http://{address}/"))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::ConnectRefused, "{failure}");
}

#[tokio::test]
async fn a_handshake_that_never_comes_ends_with_the_connect_deadline() {
    let partner = Partner::start(|stream| async move {
        let _held = stream;
        std::future::pending().await
    })
    .await;
    let settings = egress::Settings {
        connect_timeout_ms: 300,
        ..settings()
    };
    let egress = Egress::new(&settings).unwrap();
    let start = Instant::now();
    let url = format!("https://127.0.0.1:{}/", partner.address.port());
    let failure = post(&egress, &url).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Timeout, "{failure}");
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "it asks whether it is the child")]
async fn a_proxy_of_the_environment_is_not_used() {
    // A child, because the environment belongs to the whole process.
    if std::env::var_os("EGRESS_TEST_CHILD").is_none() {
        let child = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sockets::a_proxy_of_the_environment_is_not_used"])
            .env("EGRESS_TEST_CHILD", "1")
            .env("http_proxy", "http://127.0.0.1:1")
            .env("HTTP_PROXY", "http://127.0.0.1:1")
            .env("HTTPS_PROXY", "http://127.0.0.1:1")
            .env("https_proxy", "http://127.0.0.1:1")
            .env("ALL_PROXY", "http://127.0.0.1:1")
            .env("all_proxy", "socks5://127.0.0.1:1")
            .env("NO_PROXY", "")
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(
            child.status.success() && said.contains("1 passed"),
            "{said}"
        );
        return;
    }
    let receiver = Receiver::start();
    assert!(
        post(&Egress::new(&settings()).unwrap(), &receiver.url("/"))
            .await
            .unwrap()
            .is_success()
    );
}
