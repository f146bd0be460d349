//! Partners that take their time: one deadline covers the whole attempt.

use std::time::Duration;

use crate::case::{Case, dispatcher, hold};
use crate::partner::{Act, Hello, Partner, Then};

const EVERY: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_and_slow_drips_end_at_the_deadline() {
    let stack = dispatcher("receivers-silence").start().await;
    let sized = "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let drip = |piece| Then::Drip(piece, EVERY);
    let mut cases = Vec::new();
    for (name, answer, then, status) in [
        ("no answer", "", Then::Hang, None),
        ("half a status line", "HTTP/1.1 2", Then::Hang, None),
        (
            "headers without end",
            "HTTP/1.1 200 OK\r\n",
            drip(b"x-more: 1\r\n"),
            None,
        ),
        (
            "a name without end",
            "HTTP/1.1 200 OK\r\nx-",
            drip(b"x"),
            None,
        ),
        (
            "it goes on and on",
            "",
            drip(b"HTTP/1.1 102 Processing\r\n\r\n"),
            None,
        ),
        ("no body", sized, Then::Hang, Some(200)),
        ("a body byte by byte", sized, drip(b"."), Some(200)),
        (
            "chunks byte by byte",
            chunked,
            drip(b"1\r\nx\r\n"),
            Some(200),
        ),
    ] {
        let expected = (status, Some("timeout"), 0);
        cases.push(Case::new(name, Act::new(answer, then), expected).await);
    }
    // The kernel takes the connection, and nobody ever reads from it.
    let partner = Partner::start(vec![Hello::Silence], Hello::Plain, Vec::new()).await;
    cases.push(Case {
        name: "nobody reads".to_owned(),
        url: format!("http://{}/hook", partner.address),
        partner,
        expected: (None, Some("timeout"), 0),
    });
    hold(&stack, &cases).await;
}
