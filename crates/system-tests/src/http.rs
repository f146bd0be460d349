//! A plain client, as partners and probes have one.

use reqwest::{Client, RequestBuilder};

/// Its connections belong to the runtime that it is first used in, so every test has clients of its
/// own.
pub(crate) fn client() -> Client {
    #[expect(
        clippy::disallowed_methods,
        reason = "these requests come from outside the house"
    )]
    Client::new()
}

/// Answers whether a GET is answered with success.
pub(crate) async fn succeeds(probe: &RequestBuilder) -> bool {
    let probe = probe.try_clone().expect("a GET has no body");
    let answer = probe.send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}
