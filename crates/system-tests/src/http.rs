//! A plain client, as partners and probes have one.

use reqwest::{Client, RequestBuilder};

pub(crate) fn get(url: &str) -> RequestBuilder {
    #[expect(
        clippy::disallowed_methods,
        reason = "these requests come from outside the house"
    )]
    let client = Client::new();
    client.get(url)
}
