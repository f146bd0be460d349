//! Every way in which somebody may send a key, most of them wrong.

use system_tests::Ask;

use crate::world::{FLEET, FLIGHTS, Minted};

const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

pub fn all(key: &Minted) -> Vec<Ask> {
    let mut all = rightly(key);
    all.extend(wrongly(key));
    for keyed in [false, true] {
        let as_holder = |ask: Ask| match keyed {
            true => ask.bearer(&key.token).organization(&key.organization),
            false => ask,
        };
        all.extend(in_targets(&key.token).into_iter().map(as_holder));
        all.extend(in_headers(key, keyed));
    }
    all
}

fn rightly(key: &Minted) -> Vec<Ask> {
    let flights = key.flights();
    vec![
        flights.clone(),
        flights.clone().header("Accept-Encoding", "gzip"),
        Ask::get(FLEET)
            .bearer(&key.token)
            .organization(&key.organization),
        flights.header("If-None-Match", "\"0\""),
    ]
}

fn wrongly(key: &Minted) -> Vec<Ask> {
    let (token, flights) = (
        &key.token,
        Ask::get(FLIGHTS).organization(&key.organization),
    );
    let (cut, longer) = (&token[..token.len() - 1], format!("{token}0"));
    let mut values = vec![
        token.clone(),
        format!("Basic {token}"),
        format!("Bearer {cut}"),
        format!("Bearer {longer}"),
        format!("Bearer {}", token.replacen("gaf_pk_", "tf_live_", 1)),
        format!("Bearer {token} {token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token},"),
    ];
    values.push(format!("Digest username={token}"));
    let mut asks: Vec<Ask> = values
        .into_iter()
        .map(|value| flights.clone().header("Authorization", value))
        .collect();
    asks.push(flights.clone().bearer(token).bearer(token));
    asks
}

fn in_targets(token: &str) -> Vec<Ask> {
    let targets = [
        format!("{FLIGHTS}?api_key={token}"),
        format!("{FLIGHTS}?{token}=1"),
        format!("{FLIGHTS}?{token}"),
        format!("{FLIGHTS}?limit={token}"),
        format!("{FLIGHTS}?cursor={token}"),
        format!("{FLIGHTS}?fields={token}"),
        format!("{FLIGHTS}?updated_since={token}"),
        format!("{FLIGHTS}?limit=1&limit={token}"),
        format!("{FLIGHTS}/{token}"),
        format!("{FLIGHTS}/{token}/{token}"),
        format!("/api/v1/public/{token}"),
        format!("/api/external/v1/locations/{token}"),
        format!("/{token}"),
        format!("/problems/{token}"),
        format!("/docs/{token}"),
        format!("/%67{}", &token[1..]),
    ];
    let mut asks: Vec<Ask> = targets
        .iter()
        .map(|target| Ask::get(target.as_str()))
        .collect();
    asks.push(Ask::new("DELETE", format!("{FLIGHTS}/{token}")));
    asks.push(Ask::new(
        "POST",
        format!("/api/v1/public/events/{token}/replay"),
    ));
    asks.push(Ask::new(token, FLIGHTS));
    asks
}

fn in_headers(key: &Minted, keyed: bool) -> Vec<Ask> {
    let token = &key.token;
    let ask = if keyed {
        key.flights()
    } else {
        Ask::get(FLIGHTS)
    };
    let names = [
        "X-Api-Key",
        "X-Request-Id",
        "User-Agent",
        "If-None-Match",
        "Accept-Encoding",
        "Accept",
        "Idempotency-Key",
        "X-Forwarded-For",
        "Forwarded",
        "Traceparent",
        "Cookie",
        "Referer",
        "Origin",
        "Baggage",
    ];
    let mut asks: Vec<Ask> = names
        .into_iter()
        .map(|name| ask.clone().header(name, token.as_str()))
        .collect();
    let state = format!("gaf={token}");
    asks.push(
        ask.header("Traceparent", TRACEPARENT)
            .header("Tracestate", state),
    );
    asks.push(Ask::get(FLIGHTS).bearer(token).organization(token));
    asks
}
