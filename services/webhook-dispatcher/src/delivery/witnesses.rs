//! What attempts tell of their endpoints.

use std::collections::HashSet;

use domain::EndpointId;

use super::attempt::Attempt;
use super::stages::Sent;
use crate::commands::note_health::Witness;
use crate::endpoint::health::Seen;

/// Of those endpoints where there is something to note, in the order in which they ended. An
/// attempt that arrived where nothing was the matter is not worth a lock on its endpoint.
pub fn of(sent: &[Sent]) -> Vec<Witness> {
    let concerns = |one: &&Sent| one.attempt().error().is_some() || !destination_is_well(one);
    let noted: HashSet<EndpointId> = sent.iter().filter(concerns).map(endpoint).collect();
    let all = sent.iter().enumerate();
    all.filter(|(_, one)| noted.contains(&endpoint(one)) && !is_our_own(one.attempt()))
        .map(|(outcome, one)| witness(outcome, one))
        .collect()
}

fn witness(outcome: usize, sent: &Sent) -> Witness {
    let attempt = sent.attempt();
    Witness {
        outcome,
        endpoint: endpoint(sent),
        seen: Seen {
            began: attempt.started_at,
            ended: attempt.ended_at(),
            arrived: attempt.error().is_none() || refuses_the_turn(sent),
        },
        gone: attempt.says_gone(),
    }
}

/// The endpoint answers, and may know only the secret whose turn it was not (ADR 15): that is no
/// sign that it fails.
fn refuses_the_turn(sent: &Sent) -> bool {
    let attempt = sent.attempt();
    let way = sent.parcel().destination.way();
    way.is_ok_and(|way| way.signer.takes_turns(attempt.started_at))
        && matches!(attempt.status(), Some(400 | 401 | 403))
}

/// The failure is the platform's, and the endpoint was not even asked.
fn is_our_own(attempt: &Attempt) -> bool {
    matches!(attempt.error(), Some(("internal" | "signing", _)))
}

fn destination_is_well(sent: &Sent) -> bool {
    sent.parcel().destination.is_well
}

fn endpoint(sent: &Sent) -> EndpointId {
    sent.parcel().destination.endpoint_id
}
