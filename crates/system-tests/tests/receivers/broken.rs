//! Partners whose connections break, and those that do not speak HTTP.

use crate::case::{Case, Outcome, dispatcher, hold};
use crate::partner::{Act, Hello, Partner, Then};

const RESET: Option<&str> = Some("reset");
const PROTOCOL: Option<&str> = Some("protocol");

/// A partner whose first connection begins so.
async fn greeting(name: &str, hello: Hello, expected: Outcome) -> Case {
    let partner = Partner::start(vec![hello], Hello::Plain, Vec::new()).await;
    Case {
        name: name.to_owned(),
        url: format!("http://{}/hook", partner.address),
        partner,
        expected,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_off_is_a_reset_wherever_it_does() {
    let stack = dispatcher("receivers-resets").start().await;
    let sized = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
    let half = format!("{sized}half");
    let chunk = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\nhalf";
    let mut cases = vec![greeting("at once", Hello::Close, (None, RESET, 0)).await];
    for (name, then) in [("closed", Then::Close), ("reset", Then::Reset)] {
        for (place, answer, status) in [
            ("before the answer", "", None),
            ("in the status line", "HTTP/1.", None),
            ("in the headers", "HTTP/1.1 200 OK\r\nserver: x", None),
            ("before the body", sized, Some(200)),
            ("in the body", half.as_str(), Some(200)),
            ("in a chunk", chunk, Some(200)),
        ] {
            let name = format!("{name} {place}");
            cases.push(Case::new(name, Act::new(answer, then), (status, RESET, 0)).await);
        }
    }
    hold(&stack, &cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_http_is_named_so() {
    let stack = dispatcher("receivers-protocols").start().await;
    let too_long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(2 << 20));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: 1\r\n".repeat(5_000));
    let mut cases = Vec::new();
    for (name, answer) in [
        ("mail", "500 5.5.1 command not recognized\r\n".to_owned()),
        ("SSH", "SSH-2.0-OpenSSH_9.6\r\n".to_owned()),
        ("TLS", "\x15\x03\x01\0\x02\x02\x16".to_owned()),
        ("HTTP/2", "\0\0\x12\x04\0\0\0\0\0".to_owned()),
        ("no version", "HTTP 200 OK\r\n\r\n".to_owned()),
        ("no number", "HTTP/1.1 OK\r\n\r\n".to_owned()),
        (
            "a header without a colon",
            "HTTP/1.1 200 OK\r\nnothing\r\n\r\n".to_owned(),
        ),
        (
            "a length that is none",
            "HTTP/1.1 200 OK\r\ncontent-length: ten\r\n\r\n".to_owned(),
        ),
        (
            "two lengths",
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab".to_owned(),
        ),
        ("a header of 2 MB", too_long),
        ("5,000 headers", many),
    ] {
        cases.push(Case::new(name, Act::new(answer, Then::Hang), (None, PROTOCOL, 0)).await);
    }
    hold(&stack, &cases).await;
}
