//! Whole answers: only 2xx is success, whatever else is in them.

use std::time::Duration;

use crate::case::{Case, DEADLINE, dispatcher, hold};
use crate::partner::{Act, Then};

const KEPT: usize = 16 << 10;

fn answer(status: u16, headers: &str, body: &[u8]) -> Act {
    let head = format!(
        "HTTP/1.1 {status} Something\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    Act::new([head.as_bytes(), body].concat(), Then::Keep)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_of_200_to_299_is_success_and_no_other() {
    let stack = dispatcher("receivers-statuses").start().await;
    let mut cases = Vec::new();
    for status in [200, 201, 202, 203, 206, 226, 299] {
        let expected = (Some(status.into()), None, 4);
        cases.push(Case::new(status.to_string(), answer(status, "", b"body"), expected).await);
    }
    for status in [
        300, 304, 305, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 411, 413, 415, 418, 421,
        422, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 507, 511, 599, 600, 999,
    ] {
        let reason = if status < 400 { "redirect" } else { "status" };
        // 304 has no body, whatever its length says (RFC 9110, 15.4.5).
        let body: &[u8] = if status == 304 { b"" } else { b"body" };
        let expected = (Some(status.into()), Some(reason), body.len());
        cases.push(Case::new(status.to_string(), answer(status, "", body), expected).await);
    }
    hold(&stack, &cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_redirect_is_followed() {
    let stack = dispatcher("receivers-redirects").start().await;
    let elsewhere = crate::partner::Partner::acting(Vec::new()).await;
    let mut cases = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        for location in [
            format!("http://{}/", elsewhere.address),
            "/again".to_owned(),
            "http://169.254.169.254/latest/meta-data/".to_owned(),
        ] {
            let act = answer(status, &format!("location: {location}\r\n"), b"");
            let expected = (Some(status.into()), Some("redirect"), 0);
            cases.push(Case::new(format!("{status} to {location}"), act, expected).await);
        }
    }
    hold(&stack, &cases).await;
    assert!(elsewhere.requests().is_empty());
    for case in &cases {
        // The second request is the second attempt.
        assert_eq!(case.partner.requests().len(), 2, "{}", case.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_of_an_answer_is_bounded_and_none_of_it_matters() {
    let stack = dispatcher("receivers-bodies").start().await;
    let open_ended = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    // Of a bomb: what it would become is of no interest.
    let gzip = answer(200, "content-encoding: gzip\r\n", &[0x1f, 0x8b, 8, 0, 0]);
    let nul = answer(200, "", b"\0\xff\xfe not text \0");
    let late = Act {
        after: DEADLINE / 2,
        ..answer(200, "", b"late")
    };
    let informed = [
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n".as_slice(),
        crate::partner::OK,
    ];
    let old = Act::new("HTTP/1.0 200 OK\r\n\r\nold", Then::Close);
    let success = |kept| (Some(200), None, kept);
    let cases = [
        ("nothing", answer(200, "", b""), success(0)),
        ("5 MB", answer(200, "", &vec![b'x'; 5 << 20]), success(KEPT)),
        (
            "no end",
            Act::new(open_ended, Then::Flood(&[b'x'; 8_192])),
            success(KEPT),
        ),
        (
            "chunks without end",
            Act::new(chunked, Then::Flood(CHUNK)),
            success(KEPT),
        ),
        (
            "500 and 5 MB",
            answer(500, "", &vec![b'x'; 5 << 20]),
            (Some(500), Some("status"), KEPT),
        ),
        ("a packed answer", gzip, success(5)),
        ("no text", nul, success(14)),
        ("late", late, success(4)),
        (
            "first something else",
            Act::new(informed.concat(), Then::Keep),
            success(2),
        ),
        ("HTTP/1.0", old, success(3)),
    ];
    let mut all = Vec::new();
    for (name, act, expected) in cases {
        all.push(Case::new(name, act, expected).await);
    }
    hold(&stack, &all).await;
}

const CHUNK: &[u8] = b"10\r\n0123456789abcdef\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_that_answers_just_in_time_has_answered() {
    let stack = dispatcher("receivers-just-in-time").start().await;
    let after = |share: Duration| Act {
        after: share,
        ..answer(204, "", b"")
    };
    let in_time = (Some(204), None, 0);
    let too_late = (None, Some("timeout"), 0);
    let cases = [
        Case::new("in time", after(DEADLINE / 2), in_time).await,
        Case::new("too late", after(DEADLINE * 2), too_late).await,
    ];
    hold(&stack, &cases).await;
}
