//! Partners that say when to come again.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::case::{Case, dispatcher, hold};
use crate::partner::{Act, Then};

/// Before the second attempt, where nobody asks for more: a second, and up to a fifth.
const USUAL: Duration = Duration::from_millis(1_000);

fn later(status: u16, retry_after: &str) -> Act {
    let head = format!("HTTP/1.1 {status} No\r\nretry-after: {retry_after}\r\n");
    Act::new(format!("{head}content-length: 0\r\n\r\n"), Then::Keep)
}

fn in_seconds(seconds: i64) -> DateTime<Utc> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a partner has a clock of its own"
    )]
    let now = Utc::now();
    now + chrono::TimeDelta::seconds(seconds)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_after_is_honoured_and_never_hastens() {
    let stack = dispatcher("receivers-retry-after").start().await;
    let date = |seconds| {
        in_seconds(seconds)
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    };
    let mut cases = Vec::new();
    for (status, text, least) in [
        (503, "3".to_owned(), Duration::from_secs(3)),
        (429, "3".to_owned(), Duration::from_secs(3)),
        (404, "2".to_owned(), Duration::from_secs(2)),
        (302, "2".to_owned(), Duration::from_secs(2)),
        // To the second, and some of it has gone by.
        (503, date(8), Duration::from_secs(3)),
        (503, date(-60), USUAL),
        (503, "0".to_owned(), USUAL),
        (503, "-3".to_owned(), USUAL),
        (503, "soon".to_owned(), USUAL),
        (503, "2026-01-01T00:00:00Z".to_owned(), USUAL),
    ] {
        let reason = if status < 400 { "redirect" } else { "status" };
        let expected = (Some(status.into()), Some(reason), 0);
        let case = Case::new(
            format!("{status}, {text:?}"),
            later(status, &text),
            expected,
        )
        .await;
        cases.push((case, least));
    }
    let (cases, waits): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    hold(&stack, &cases).await;
    for (case, least) in cases.iter().zip(waits) {
        let requests = case.partner.requests();
        let wait = requests[1].at - requests[0].at;
        assert!(wait >= least, "{}: {wait:?}", case.name);
        assert!(
            wait < least + Duration::from_secs(6),
            "{}: {wait:?}",
            case.name
        );
    }
}
